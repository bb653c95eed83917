#pragma once
// What the rows above add to the contexts of some places of each band, found for all of them at once.
#include <algorithm>
#include <array>
#include <memory>

#include "libcore/codecs/bands.h"

namespace daybreak::codecs {

constexpr std::size_t kMostAhead = 256,
                      kTogether = 32;  // places whose terms are found at once, and by one step of vectors

/// Room for the terms of kMostAhead places of each band.
class TermMemory {
 public:
  std::array<std::uint16_t*, kBands> terms() const {
    std::array<std::uint16_t*, kBands> terms;
    for (std::size_t band = 0; band < kBands; ++band) terms[band] = terms_.get() + kMostAhead * band;
    return terms;
  }

 private:
  std::unique_ptr<std::uint16_t[]> terms_{new std::uint16_t[kMostAhead * kBands]};
};

class LookAhead {
 public:
  /// Terms need what lies up to `nearest` places before theirs.
  LookAhead(std::size_t nearest, const TermMemory& memory)
      : length_(std::clamp<std::size_t>(nearest, 1, kMostAhead)), terms_(memory.terms()) {}

  /// Calls find(band, places, terms) for each band where the places go on from here: so many that all which their terms
  /// need lies before the first, and some more, up to whole vectors, which nobody will ask for.
  template <class Find>
  void look(std::size_t place, Find find) {
    if (place != end_) return;
    const std::size_t count = (length_ + kTogether - 1) / kTogether * kTogether;
    for (std::size_t band = 0; band < kBands; ++band) find(band, count, terms_[band]);
    start_ = place, end_ = place + length_;
  }
  std::size_t term(std::size_t band, std::size_t place) const { return terms_[band][place - start_]; }

 private:
  std::size_t length_, start_ = 0, end_ = 0;
  std::array<std::uint16_t*, kBands> terms_;
};

}  // namespace daybreak::codecs
