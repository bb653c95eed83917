#include "libcore/dataset/load_selector.h"

#include "libcore/base/error.h"
#include "libcore/io/input_file.h"

namespace daybreak::dataset {

codecs::SelectorModel load_selector(const std::string& path) {
  constexpr std::uint64_t kMostBytes = std::uint64_t{64} << 20;
  const io::InputFile file(path);
  const std::string hint = "name a file that compress-dataset train-selector wrote";
  if (file.size() > kMostBytes) throw data_error(file.name(), "is too long for a selector's model", hint);
  const std::string text = file.text_at(0, file.size());
  codecs::SelectorModel model;
  const codecs::ByteSpan bytes{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  switch (codecs::read_selector(bytes, model)) {
    case codecs::Status::ok:
      return model;
    case codecs::Status::newer_version:
      throw data_error(file.name(), "is a model for a newer version of Daybreak", "train one with this version");
    case codecs::Status::no_memory:
      throw Error(ExitStatus::resources, "no memory is left for the selector's model");
    default:
      throw data_error(file.name(), "is no selector's model, or a damaged one", hint);
  }
}

}  // namespace daybreak::dataset
