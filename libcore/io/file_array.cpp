#include "libcore/io/file_array.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/io/layout.h"

namespace daybreak::io {
namespace {

constexpr std::uint64_t kBlock = std::uint64_t{1} << 18;

class FileArray final : public ArraySource {
 public:
  FileArray(std::shared_ptr<const InputFile> file, ArrayInfo info, Placement placement)
      : file_(std::move(file)), info_(std::move(info)), placement_(placement) {
    const std::uint64_t bytes = info_.bytes(), size = file_->size();
    std::uint64_t reach = bytes;  // from the offset to the end of the last element
    if (placement_.record_bytes > 0 && bytes > 0) {
      const std::uint64_t before_last = (bytes - 1) / placement_.record_bytes;
      if (before_last > size / std::max<std::uint64_t>(placement_.record_step, 1)) fail(bytes);
      reach = before_last * placement_.record_step + bytes - before_last * placement_.record_bytes;
    }
    if (placement_.offset > size || reach > size - placement_.offset) fail(bytes);
  }

  const ArrayInfo& info() const override { return info_; }

  void read(std::uint64_t offset, std::span<std::byte> out) const override {
    if (!placement_.big_endian && !placement_.column_major) return stored(offset, out);
    read_laid_out(info_, placement_.big_endian, placement_.column_major, offset, out,
                  [this](std::uint64_t at, std::span<std::byte> part) { stored(at, part); });
  }

 private:
  [[noreturn]] void fail(std::uint64_t bytes) const {
    throw data_error(file_->name(), "array \"" + info_.name + "\" needs " + std::to_string(bytes) + " bytes from byte " +
                                        std::to_string(placement_.offset) + " on, but the file has " +
                                        std::to_string(file_->size()), "is the file cut short?");
  }

  void stored(std::uint64_t offset, std::span<std::byte> out) const {
    if (placement_.record_bytes == 0) return file_->read_at(placement_.offset + offset, out);
    // Short records are read together with what lies between them: cheaper than a system call each.
    const std::uint64_t step = std::max<std::uint64_t>(placement_.record_step, 1);
    const std::uint64_t at_once = std::max<std::uint64_t>(kBlock / step, 1);
    std::vector<std::byte> block;
    while (!out.empty()) {
      const std::uint64_t begin = place_of(offset);
      const auto most = at_once * placement_.record_bytes - offset % placement_.record_bytes;
      const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), most));
      if (at_once == 1) {
        file_->read_at(begin, out.first(now));
      } else {
        block.resize(static_cast<std::size_t>(place_of(offset + now - 1) + 1 - begin));
        file_->read_at(begin, block);
        gather(offset, block, out.first(now));
      }
      offset += now;
      out = out.subspan(now);
    }
  }

  /// Where in the file byte `offset` of the elements stands.
  std::uint64_t place_of(std::uint64_t offset) const {
    const std::uint64_t record = offset / placement_.record_bytes, within = offset % placement_.record_bytes;
    return placement_.offset + record * placement_.record_step + within;
  }

  /// Bytes of the elements from `offset` on out of the block that begins where they do.
  void gather(std::uint64_t offset, std::span<const std::byte> block, std::span<std::byte> out) const {
    const std::uint64_t begin = place_of(offset);
    while (!out.empty()) {
      const std::uint64_t rest = placement_.record_bytes - offset % placement_.record_bytes;
      const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), rest));
      std::memcpy(out.data(), block.data() + (place_of(offset) - begin), now);
      offset += now;
      out = out.subspan(now);
    }
  }

  std::shared_ptr<const InputFile> file_;
  ArrayInfo info_;
  Placement placement_;
};

}  // namespace

std::unique_ptr<ArraySource> file_array(std::shared_ptr<const InputFile> file, ArrayInfo info, Placement placement) {
  return std::make_unique<FileArray>(std::move(file), std::move(info), placement);
}

void check_array_name(const std::string& name, const std::string& where) {
  if (name.empty() || name.size() > 4096)
    throw data_error(where, "expected an array name of 1 to 4096 bytes, found " + std::to_string(name.size()));
  const bool control = std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; });
  if (control || !is_utf8(name)) throw data_error(where, "the name of an array is not printable UTF-8");
}

}  // namespace daybreak::io
