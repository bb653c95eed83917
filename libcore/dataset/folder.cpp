#include "libcore/dataset/folder.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "libcore/base/error.h"
#include "libcore/dataset/hash.h"
#include "libcore/io/atomic_file.h"
#include "libcore/io/sample_columns.h"

namespace daybreak::dataset {
namespace fs = std::filesystem;
namespace {

constexpr const char* kDamaged = "the file is damaged; fetch or write it again";
constexpr std::uint64_t kMostNames = std::uint64_t{1} << 32;  // bytes

/// One array of the input as numbers, or nothing where it has none of that name.
template <class Number>
std::vector<Number> numbers(const Archive& archive, const KeptInput& input, const std::string& name) {
  for (std::size_t i = input.first_array; i < input.first_array + input.original_arrays(); ++i) {
    const io::ArraySource& source = archive.original(i);
    if (source.info().name != input.group + name) continue;
    if (io::dtype_bytes(source.info().type) != sizeof(Number) || source.info().bytes() > kMostNames)
      throw data_error(archive.reader().name(), "\"" + source.info().name + "\" is not what a folder has", kDamaged);
    std::vector<Number> values(source.info().bytes() / sizeof(Number));
    source.read(0, std::as_writable_bytes(std::span(values)));
    return values;
  }
  return {};
}

std::string text_of(const std::vector<char>& letters) {
  return {letters.begin(), letters.end()};
}

/// Writes bytes [begin, end) of a source to a file of its own.
void restore_file(const io::ArraySource& source, std::uint64_t begin, std::uint64_t end, const fs::path& target,
                  mode_t mode, Hash128& hash, const Surroundings& around) {
  constexpr std::uint64_t kBlock = std::uint64_t{1} << 20;
  std::error_code failure;
  fs::create_directories(target.parent_path(), failure);
  if (failure) throw system_error("create", target.parent_path().string(), failure.value());
  io::AtomicFile file(target);
  std::vector<std::byte> block;
  for (std::uint64_t at = begin; at < end; at += block.size()) {
    around.stop.check();
    block.resize(static_cast<std::size_t>(std::min(kBlock, end - at)));
    source.read(at, block);
    hash.add(block);
    file.write(block);
    around.progress.advance(block.size());
  }
  if (fchmod(file.descriptor(), mode) != 0) throw system_error("set the permissions of", target.string(), errno);
  file.commit();
}

}  // namespace

void check_folder_names(const io::ArrayFile& folder) {
  for (const auto& source : folder.arrays) {
    if (source->info().name != "names") continue;
    std::string text(source->info().bytes(), '\0');
    source->read(0, std::as_writable_bytes(std::span(text)));
    for (const std::string& name : io::split_names(text))
      if (!is_harmless_name(name))
        throw data_error(folder.name,
                         "the file name \"" + harmless_name(name) + "\" has characters that restore refuses",
                         "rename it: letters, digits, spaces and ._-+=@,()~ are taken, not first - ");
  }
}

std::vector<std::string> folder_names(const Archive& archive, const KeptInput& input) {
  std::vector<std::string> names = io::split_names(text_of(numbers<char>(archive, input, "names")));
  for (const std::string& name : names)
    if (!is_harmless_name(name))
      throw data_error(
          archive.reader().name(),
          "the name of a file of \"" + input.name + "\" would lead outside the folder or has unusual characters",
          "nothing was written");
  return names;
}

void restore_folder(const Archive& archive, const KeptInput& input, const fs::path& target,
                    const Surroundings& around) {
  const std::vector<std::string> names = folder_names(archive, input);
  const auto offsets = numbers<std::int64_t>(archive, input, "offsets");
  const auto modes = numbers<std::uint16_t>(archive, input, "modes");
  const io::ArraySource& bytes = archive.original(input.first_array);
  const bool fits = offsets.size() == names.size() + 1 && std::is_sorted(offsets.begin(), offsets.end()) &&
                    offsets.front() == 0 && static_cast<std::uint64_t>(offsets.back()) == bytes.info().bytes() &&
                    (modes.empty() || modes.size() == names.size());
  if (!fits) throw data_error(archive.reader().name(), "the files of \"" + input.name + "\" do not fit", kDamaged);
  constexpr mode_t kPermissions = 0777, kUsual = 0644;
  Hash128 hash;
  for (std::size_t i = 0; i < names.size(); ++i)
    restore_file(bytes, static_cast<std::uint64_t>(offsets[i]), static_cast<std::uint64_t>(offsets[i + 1]),
                 target / names[i], modes.empty() ? kUsual : modes[i] & kPermissions, hash, around);
  if (!input.xxh3.empty() && hash.hex() != input.xxh3)
    throw data_error(archive.reader().name(), "\"" + input.name + "\" does not match its hash", kDamaged);
}

}  // namespace daybreak::dataset
