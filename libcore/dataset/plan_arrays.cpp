#include <algorithm>
#include <set>

#include "libcore/base/error.h"
#include "libcore/dataset/compress.h"
#include "libcore/io/file_array.h"

namespace daybreak::dataset {
namespace {

constexpr std::size_t kMostAxes = 32;  // HDF5's own limit

/// A name is a path of links; HDF5 reads "." and empty parts as something else, and our reader refuses what is not printable.
void check_name(const std::string& name, const std::string& input) {
  io::check_array_name(name, input);
  const std::string padded = "/" + name + "/";
  const bool usable = padded.find("//") == std::string::npos && padded.find("/./") == std::string::npos &&
                      padded.find("/../") == std::string::npos;
  if (!usable)
    throw data_error(input, "the array name \"" + name + "\" cannot be kept in an HDF5 file", "rename the array");
  if (padded.starts_with("/" + std::string(kOwnGroup) + "/"))
    throw data_error(input, "is already a compressed dataset", "compress-dataset restore gives the original back");
}

/// No name may come twice, and none may be a group of another.
class Names {
 public:
  void add(const std::string& name, const std::string& input, bool several_inputs) {
    bool taken = !arrays_.insert(name).second || groups_.contains(name);
    for (std::size_t at = name.find('/'); at != std::string::npos; at = name.find('/', at + 1)) {
      taken = taken || arrays_.contains(name.substr(0, at));
      groups_.insert(name.substr(0, at));
    }
    if (!taken) return;
    if (several_inputs)
      throw usage_error("two arrays would be called \"" + name + "\", the second from " + input,
                        "inputs are told apart by their names without folder and ending: rename one, or compress it to "
                        "a file of its own");
    throw data_error(input, "the array name \"" + name + "\" comes twice, or is a group of other arrays",
                     "rename the array");
  }

 private:
  std::set<std::string> arrays_, groups_;
};

}  // namespace

std::vector<const io::ArraySource*> CompressInput::written() const {
  std::vector<const io::ArraySource*> sources;
  for (const auto& source : file.arrays) sources.push_back(source.get());
  for (std::size_t i = 0; i < once.size(); ++i) {
    if (i == sources.size()) sources.push_back(nullptr);
    if (once[i]) sources[i] = once[i].get();
  }
  return sources;
}

std::vector<KeptArray> plan_arrays(const std::vector<CompressInput>& inputs, const CompressOptions& options) {
  Names names;
  std::vector<KeptArray> arrays;
  for (const CompressInput& input : inputs) {
    const std::vector<const io::ArraySource*> written = input.written();
    for (std::size_t i = 0; i < written.size(); ++i) {
      const io::ArraySource* source = written[i];
      KeptArray kept;
      if (i < input.losses.size()) kept.loss = input.losses[i];
      kept.info = source->info();
      kept.info.name = input.group + kept.info.name;
      check_name(kept.info.name, input.file.name);
      names.add(kept.info.name, input.file.name, inputs.size() > 1);
      if (kept.info.shape.size() > kMostAxes)
        throw data_error(input.file.name, "\"" + source->info().name + "\" has " +
                                              std::to_string(kept.info.shape.size()) +
                                              " dimensions, HDF5 keeps at most 32");
      const bool loses = i < input.lossy_forms.size() && input.lossy_forms[i];
      kept.grid = make_grid(kept.info, loses ? input.lossy_forms[i]->chunk_target : options.chunk_target());
      arrays.push_back(std::move(kept));
    }
  }
  return arrays;
}

}  // namespace daybreak::dataset
