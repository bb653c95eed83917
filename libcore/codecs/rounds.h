#pragma once
// From many prospects to the few that are worth a try on a whole chunk: all that promise something are tried on a small
// sample of it, the best of those on a larger one.
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/codecs/objective.h"
#include "libcore/codecs/prospect.h"

namespace daybreak::codecs {

/// The sizes of the samples.
constexpr std::array<std::size_t, 2> kRounds{32 << 10, 128 << 10};

/// Where the tries of each round come from.
class Tries {
 public:
  virtual ~Tries() = default;
  virtual std::size_t sample_bytes(std::size_t round) = 0;
  /// What each pipeline makes of the round's sample: kNotApplicable (steps.h) of what it cannot hold.
  virtual std::vector<std::size_t> sizes(std::size_t round, std::span<const Prospect> prospects) = 0;
};

/// The first of `foreseen`, which come with the cheapest first: those to try on a sample.
std::span<const Prospect> worth_a_sample(std::span<const Prospect> foreseen);

/// Those of `foreseen` that are worth a try on the whole chunk of so many bytes: at most kFinalists, the most promising
/// first; the best one alone where a sample was all of the chunk. None where nothing is likely to help.
constexpr std::size_t kFinalists = 2;
std::vector<Prospect> finalists(const Objective& objective, std::size_t chunk_bytes, std::span<const Prospect> foreseen,
                                Tries& tries);

}  // namespace daybreak::codecs
