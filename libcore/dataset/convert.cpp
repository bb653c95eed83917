// A dataset file anew, for other readers or in other chunks.
#include "libcore/base/error.h"
#include "libcore/dataset/archive.h"
#include "libcore/dataset/archived_array.h"
#include "libcore/dataset/check.h"
#include "libcore/dataset/write_arrays.h"

namespace daybreak::dataset {
namespace {

/// Was the array that `written` was read from as its hash says? One chunk and several have hashes of two kinds.
bool is_whole(const Archive& archive, std::size_t array, const KeptArray& written, const Surroundings& around) {
  const KeptArray& kept = archive.layout().arrays[array];
  if (kept.mapped()) {  // the hash of each chunk is all that there is
    const std::string all = checked_hash(archive, array, around);
    return written.alone() || written.xxh3 == all;
  }
  return (kept.alone() == written.alone() ? written.xxh3 : checked_hash(archive, array, around)) == kept.xxh3;
}

}  // namespace

Layout convert(const Archive& archive, const CompressOptions& options, const std::string& path,
               const std::string& shown_as, const Surroundings& around) {
  Layout layout = archive.layout();
  layout.tool = kTool;
  layout.parts_xxh3.clear();
  const std::shared_ptr<const Archive> borrowed(std::shared_ptr<const void>(), &archive);
  std::vector<std::unique_ptr<io::ArraySource>> arrays;
  std::vector<Supply> supplies;
  for (KeptArray& array : layout.arrays) {
    array.grid = make_grid(array.info, options.chunk_target());
    array.stored_bytes = array.plugin_chunks = 0;
    array.segments.clear();
    array.pipelines.clear();
    arrays.push_back(archived_array(borrowed, arrays.size(), array.info));
    supplies.push_back({arrays.back().get()});
  }
  Hdf5Writer writer(path, shown_as);
  around.progress.begin("convert", total_bytes(layout), "B");
  write_arrays(writer, layout, supplies, options, around);
  for (std::size_t i = 0; i < layout.arrays.size(); ++i)
    if (!is_whole(archive, i, layout.arrays[i], around))
      throw data_error(archive.reader().name() + ": dataset '" + layout.arrays[i].info.name + "'",
                       "does not match its hash", "the file is damaged; fetch or write it again");
  for (const io::Attribute& attribute : archive.reader().attributes())
    if (!attribute.owner.empty() || (attribute.name != kManifestHash && attribute.name != kToolAttribute))
      writer.attribute(attribute);
  writer.close();
  return layout;
}

}  // namespace daybreak::dataset
