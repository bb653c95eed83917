#pragma once
// How long a rank is with the others.
#include <memory>
#include <utility>

#include "libcore/training/collectives/collectives.h"

namespace daybreak::training {

/// Other collectives and a clock: what their calls take, waiting for other ranks included.
class TimedCollectives final : public Collectives {
 public:
  explicit TimedCollectives(std::unique_ptr<Collectives> inner) : inner_(std::move(inner)) {}

  int rank() const override { return inner_->rank(); }
  int size() const override { return inner_->size(); }
  std::string description() const override { return inner_->description(); }
  void all_gather(std::span<const std::byte> mine, std::span<std::byte> all) override;
  void broadcast(std::span<std::byte> bytes, int root) override;
  void exchange(std::span<const float* const> rows, std::span<const std::int64_t> counts, std::span<const Range> parts,
                const Take& take) override;
  void share(std::span<std::byte> values, std::span<const Range> parts) override;
  void part() override { inner_->part(); }

  /// In all calls so far.
  double seconds() const { return seconds_; }

 private:
  template <typename Call>
  void timed(const Call& call);

  std::unique_ptr<Collectives> inner_;
  double seconds_ = 0;
};

}  // namespace daybreak::training
