#include "libcore/dataset/archived_array.h"

#include <algorithm>
#include <utility>

namespace daybreak::dataset {
namespace {

/// A quiet NaN of the type, little-endian; 0 for types without one.
std::vector<std::byte> filler(io::DType type) {
  std::vector<std::byte> element(io::dtype_bytes(type));
  const auto set = [&](std::initializer_list<unsigned> last) {
    std::transform(last.begin(), last.end(), element.end() - static_cast<std::ptrdiff_t>(last.size()),
                   [](unsigned value) { return static_cast<std::byte>(value); });
  };
  switch (type) {
    case io::DType::f8_e4m3:
      set({0x7f});
      break;
    case io::DType::f8_e5m2:
      set({0x7e});
      break;
    case io::DType::f16:
      set({0x00, 0x7e});
      break;
    case io::DType::bf16:
    case io::DType::f32:
      set({0xc0, 0x7f});
      break;
    case io::DType::f64:
      set({0xf8, 0x7f});
      break;
    default:
      break;
  }
  return element;
}

class ArchivedArray final : public io::ArraySource {
 public:
  ArchivedArray(std::shared_ptr<const Archive> archive, std::size_t array, io::ArrayInfo info,
                std::vector<ByteRange> lost)
      : archive_(std::move(archive)),
        array_(array),
        info_(std::move(info)),
        lost_(std::move(lost)),
        filler_(filler(info_.type)) {}

  const io::ArrayInfo& info() const override { return info_; }

  void read(std::uint64_t offset, std::span<std::byte> out) const override {
    auto range = std::upper_bound(lost_.begin(), lost_.end(), offset,
                                  [](std::uint64_t at, const ByteRange& one) { return at < one.end; });
    while (!out.empty()) {
      const bool ahead = range != lost_.end();
      const bool inside = ahead && range->begin <= offset;
      const std::uint64_t end = inside ? range->end : ahead ? range->begin : offset + out.size();
      const auto part = out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), end - offset)));
      if (inside)
        fill(offset, part);
      else
        archive_->read(array_, offset, part);
      if (inside) ++range;
      offset += part.size();
      out = out.subspan(part.size());
    }
  }

 private:
  void fill(std::uint64_t offset, std::span<std::byte> out) const {
    for (std::byte& byte : out) byte = filler_[static_cast<std::size_t>(offset++ % filler_.size())];
  }

  std::shared_ptr<const Archive> archive_;
  std::size_t array_;
  io::ArrayInfo info_;
  std::vector<ByteRange> lost_;
  std::vector<std::byte> filler_;
};

}  // namespace

std::unique_ptr<io::ArraySource> archived_array(std::shared_ptr<const Archive> archive, std::size_t array,
                                                io::ArrayInfo info, std::vector<ByteRange> lost) {
  return std::make_unique<ArchivedArray>(std::move(archive), array, std::move(info), std::move(lost));
}

}  // namespace daybreak::dataset
