#include "libcore/codecs/rounds.h"

#include <algorithm>

#include "libcore/codecs/feature_counts.h"
#include "libcore/codecs/steps.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kTried = 24;  // in the first round
/// Is always among them: what repeats far away is foretold the worst.
constexpr Pipeline kRepeats{.code = Code::zstd};
/// Codes that try many pipelines themselves get a try where at most this much more is foretold of them than of the best.
constexpr std::uint64_t kWorthASearch = 1;  // twice as much
/// Who goes on to the second round: who costs at most 1/`close` more than the best.
constexpr std::uint64_t kClose = 4, kCloseAndDear = 20;
constexpr std::size_t kMostClose = 6;
/// A small sample may hold too few equal values for a dictionary of them. The first few by forecast go on all the same.
constexpr std::size_t kMostUnheld = 2;
/// Who gets a try on the whole chunk beside the best: who costs at most 1/kNearlyEqual more; or 1/kLate more where the
/// small sample did not hold one of the two.
constexpr std::uint64_t kNearlyEqual = 500, kLate = 16;
/// Of forecasts beside what samples say, and how far off they still count, in 1/256 octaves.
constexpr std::int64_t kTrust = 16, kFarOff = 64;

bool is_searched(Code code) {
  return code == Code::columns || code == Code::stretches;
}

/// Takes about as long as ten others.
bool is_dear(Code code) {
  return is_searched(code) || code == Code::zstd;
}

bool within(std::uint64_t cost, std::uint64_t best, std::uint64_t part) {
  return cost <= best + best / part;
}

/// A prospect that is tried: its bytes as each sample has them, as if the sample were all of the chunk; 0: not known.
struct Contender {
  Prospect prospect;
  std::array<std::uint64_t, kRounds.size()> bytes{};
};

class Tournament {
 public:
  Tournament(const Objective& objective, std::size_t chunk_bytes, Tries& tries)
      : objective_(objective), chunk_bytes_(chunk_bytes), tries_(tries) {
    for (std::size_t i = 0; i < kRounds.size(); ++i) parts_[i] = tries.sample_bytes(i);
  }

  std::vector<Prospect> run(std::span<const Prospect> foreseen) {
    const auto promising = worth_a_sample(foreseen);
    enter(promising);
    for (const Prospect& one : foreseen.subspan(promising.size()))
      if (one.pipeline == kRepeats) left_.push_back({one, {}});
    std::vector<Contender> unheld = play(0);
    if (parts_[0] == chunk_bytes_) return first(1);
    const std::uint64_t most = left_.empty() ? chunk_bytes_ : left_[0].prospect.cost;
    std::erase_if(unheld, [&](const Contender& one) { return one.prospect.cost == 0 || one.prospect.cost >= most; });
    unheld.resize(std::min(kMostUnheld, unheld.size()));
    keep_close();
    left_.insert(left_.end(), unheld.begin(), unheld.end());
    if (left_.size() > 1 || !unheld.empty()) play(1);
    return parts_[1] == chunk_bytes_ ? first(1) : worth_a_chunk();
  }

 private:
  void enter(std::span<const Prospect> prospects) {
    std::uint64_t best = 0;
    for (const Prospect& one : prospects) {
      if (best == 0) best = one.cost;  // of those that anything is foretold of
      if (one.cost == 0 || !is_searched(one.pipeline.code) || within(one.cost, best, kWorthASearch))
        left_.push_back({one, {}});
    }
  }

  /// Tries those that are left, and puts them in order; returns those that gain nothing, in order of forecasts.
  std::vector<Contender> play(std::size_t round) {
    std::vector<Prospect> prospects;
    for (const Contender& one : left_) prospects.push_back(one.prospect);
    const std::vector<std::size_t> sizes = tries_.sizes(round, prospects);
    std::vector<Contender> held, unheld;
    for (std::size_t i = 0; i < left_.size(); ++i) {
      Contender one = left_[i];
      if (sizes[i] == kNotApplicable || sizes[i] >= parts_[round]) {
        unheld.push_back(one);
        continue;
      }
      one.bytes[round] = scaled(sizes[i], parts_[round]);
      held.push_back(one);
    }
    reckon(held, round);
    std::stable_sort(held.begin(), held.end(),
                     [](const Contender& a, const Contender& b) { return a.prospect.cost < b.prospect.cost; });
    left_.swap(held);
    return unheld;
  }

  /// The costs of those that were tried. What searched codes find are others of them, mostly the smallest: they take as
  /// long as that, whatever is foretold of data that they fit.
  void reckon(std::vector<Contender>& held, std::size_t round) const {
    const Contender* smallest = nullptr;
    for (const Contender& one : held)
      if (!is_searched(one.prospect.pipeline.code) && (!smallest || one.bytes[round] < smallest->bytes[round]))
        smallest = &one;
    for (Contender& one : held) {
      if (smallest && is_searched(one.prospect.pipeline.code))
        one.prospect.decode_ns = std::max(one.prospect.decode_ns, smallest->prospect.decode_ns);
      one.prospect.cost = objective_.cost(expected_bytes(one, round), one.prospect.decode_ns);
    }
  }

  std::uint64_t scaled(std::uint64_t bytes, std::size_t part) const {
    return static_cast<std::uint64_t>(static_cast<unsigned __int128>(bytes) * chunk_bytes_ / part);
  }

  /// Of the chunk. Samples may mislead: forecasts count a little.
  std::uint64_t expected_bytes(const Contender& one, std::size_t round) const {
    const std::uint64_t bytes = one.bytes[round];
    if (parts_[round] == chunk_bytes_ || one.prospect.bytes == 0) return bytes;
    const std::int64_t off = log_feature(one.prospect.bytes) - log_feature(bytes);
    return bytes * exp2_fixed(static_cast<std::int32_t>(std::clamp(off, -kFarOff, kFarOff) / kTrust)) >> 16;
  }

  void keep_close() {
    std::erase_if(left_, [best = left_.empty() ? 0 : left_[0].prospect.cost](const Contender& one) {
      return !within(one.prospect.cost, best, is_dear(one.prospect.pipeline.code) ? kCloseAndDear : kClose);
    });
    left_.resize(std::min(kMostClose, left_.size()));
  }

  /// Who is worth a try on the whole chunk.
  std::vector<Prospect> worth_a_chunk() const {
    std::vector<Prospect> best = first(1);
    if (const Contender* one = foretold_better())
      best.push_back(one->prospect);
    else if (left_.size() > 1 && has_equal_second())
      best.push_back(left_[1].prospect);
    return best;
  }

  /// Searched codes may find nothing on the chunk: the second is tried beside them whatever it costs.
  bool has_equal_second() const {
    if (is_searched(left_[0].prospect.pipeline.code)) return true;
    return !is_dear(left_[1].prospect.pipeline.code) && costs_within(left_[1], kNearlyEqual);
  }

  bool costs_within(const Contender& one, std::uint64_t part) const {
    return within(one.prospect.cost, left_[0].prospect.cost, part);
  }

  static bool is_late(const Contender& one) { return one.bytes[0] == 0; }

  /// Of what the small sample did not hold, the larger one says too much: its dictionary takes a smaller share of the
  /// chunk, and much repeats only beyond the sample. So between such a one and another, forecasts that are better than
  /// what the best costs decide who gets a try.
  const Contender* foretold_better() const {
    const Contender* best = nullptr;
    std::uint64_t least = left_.empty() ? 0 : left_[0].prospect.cost;
    for (std::size_t i = 1; i < left_.size(); ++i) {
      const Prospect& one = left_[i].prospect;
      const bool worth = is_late(left_[i]) || (is_late(left_[0]) && !is_dear(one.pipeline.code));
      const std::uint64_t foretold = objective_.cost(one.bytes, one.decode_ns);
      if (worth && one.bytes > 0 && foretold < least && costs_within(left_[i], kLate))
        best = &left_[i], least = foretold;
    }
    return best;
  }

  std::vector<Prospect> first(std::size_t most) const {
    std::vector<Prospect> best;
    for (const Contender& one : left_)
      if (best.size() < most) best.push_back(one.prospect);
    return best;
  }

  const Objective& objective_;
  std::size_t chunk_bytes_;
  Tries& tries_;
  std::array<std::size_t, kRounds.size()> parts_{};
  std::vector<Contender> left_;
};

}  // namespace

std::span<const Prospect> worth_a_sample(std::span<const Prospect> foreseen) {
  std::size_t tried = kTried;
  while (tried < foreseen.size() && foreseen[tried - kTried].cost == 0) ++tried;  // unknown to the model
  return foreseen.first(std::min(tried, foreseen.size()));
}

std::vector<Prospect> finalists(const Objective& objective, std::size_t chunk_bytes, std::span<const Prospect> foreseen,
                                Tries& tries) {
  return Tournament(objective, chunk_bytes, tries).run(foreseen);
}

}  // namespace daybreak::codecs
