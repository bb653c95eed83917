#include "libcore/io/npz.h"

#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/archive_reader.h"
#include "libcore/io/npy.h"

namespace daybreak::io {
namespace {

constexpr std::string_view kSuffix = ".npy";

/// An array under the name that its member gives it.
class RenamedArray final : public ArraySource {
 public:
  RenamedArray(std::unique_ptr<ArraySource> array, std::string name) : array_(std::move(array)), info_(array_->info()) {
    info_.name = std::move(name);
  }
  const ArrayInfo& info() const override { return info_; }
  void read(std::uint64_t offset, std::span<std::byte> out) const override { array_->read(offset, out); }

 private:
  std::unique_ptr<ArraySource> array_;
  ArrayInfo info_;
};

}  // namespace

ArrayFile open_npz(const std::shared_ptr<const InputFile>& file) {
  ArrayFile result;
  result.name = file->name();
  result.format = "npz";
  for (ArchiveMember& member : unpack_archive(file, ArchiveKind::zip)) {
    if (!member.name.ends_with(kSuffix) || member.name.size() == kSuffix.size())
      throw data_error(file->name(), "expected .npy members only, found \"" + member.name + "\"", "unpack it and name the files");
    ArrayFile one = open_npy(member.file);
    if (!one.pieces->back().fields.empty())
      throw data_error(file->name() + ": " + member.name, "structures in an .npz file are not supported",
                       "unpack it: a structure in a file of its own is read");
    std::string name = member.name.substr(0, member.name.size() - kSuffix.size());
    result.arrays.push_back(std::make_unique<RenamedArray>(std::move(one.arrays[0]), std::move(name)));
  }
  return result;
}

}  // namespace daybreak::io
