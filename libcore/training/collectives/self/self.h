#pragma once
// A job of one rank.
#include "libcore/training/collectives/collectives.h"

namespace daybreak::training {

class Self final : public Collectives {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  std::string description() const override { return "self"; }
  void all_gather(std::span<const std::byte> mine, std::span<std::byte> all) override;
  void broadcast(std::span<std::byte>, int) override {}
  void exchange(std::span<const float* const> rows, std::span<const std::int64_t> counts, std::span<const Range> parts,
                const Take& take) override;
  void share(std::span<std::byte>, std::span<const Range>) override {}
};

}  // namespace daybreak::training
