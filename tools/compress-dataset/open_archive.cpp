#include "libcore/dataset/archive.h"
#include "tools/compress-dataset/verbs.h"

namespace daybreak::compress_dataset {

dataset::Archive open_archive(const std::string& path, frame::Session& session) {
  dataset::Archive archive(session.input(path));
  for (const std::string& part : archive.reader().part_paths()) session.input(part);
  return archive;
}

}  // namespace daybreak::compress_dataset
