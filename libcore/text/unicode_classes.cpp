#include "libcore/text/unicode_classes.h"

#include <array>
#include <map>
#include <vector>

namespace daybreak::text {
namespace {

constexpr std::size_t kPage = 256, kPages = 0x110000 / kPage;

/// The ranges as pages of 256 code points, equal pages stored once: two loads a lookup, about 50 kB.
class Pages {
 public:
  Pages() {
    std::map<std::array<std::uint8_t, kPage>, std::uint16_t> known;
    const auto ranges = class_ranges();
    std::size_t next = 0;
    for (std::size_t page = 0; page < kPages; ++page) {
      std::array<std::uint8_t, kPage> bits{};
      const char32_t first = static_cast<char32_t>(page * kPage), end = first + kPage;
      while (next < ranges.size() && ranges[next].last < first) ++next;
      for (std::size_t i = next; i < ranges.size() && ranges[i].first < end; ++i)
        for (char32_t code = std::max(first, ranges[i].first); code < end && code <= ranges[i].last; ++code)
          bits[code - first] = ranges[i].bits;
      const auto [place, fresh] = known.try_emplace(bits, static_cast<std::uint16_t>(pages_.size()));
      if (fresh) pages_.push_back(bits);
      index_[page] = place->second;
    }
  }
  std::uint8_t at(char32_t code) const { return pages_[index_[code / kPage]][code % kPage]; }

 private:
  std::array<std::uint16_t, kPages> index_{};
  std::vector<std::array<std::uint8_t, kPage>> pages_;
};

}  // namespace

std::uint8_t char_class(char32_t code) {
  static const Pages pages;
  return code < 0x110000 ? pages.at(code) : 0;
}

}  // namespace daybreak::text
