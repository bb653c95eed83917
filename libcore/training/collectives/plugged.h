#pragma once
// Collectives that a shared object offers through plugin.h.
#include <exception>
#include <filesystem>
#include <memory>
#include <string>

#include "libcore/training/collectives/collectives.h"
#include "libcore/training/collectives/plugin.h"

namespace daybreak::training {

class Plugged final : public Collectives {
 public:
  /// Loads the shared object and joins the job. Errors: Error (unavailable; try_again).
  Plugged(const std::filesystem::path& library, const daybreak_job_options& options);
  /// Waits for the others as part() does, unless it runs because of an exception.
  ~Plugged() override;
  Plugged(const Plugged&) = delete;
  Plugged& operator=(const Plugged&) = delete;

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  std::string description() const override;
  void all_gather(std::span<const std::byte> mine, std::span<std::byte> all) override;
  void broadcast(std::span<std::byte> bytes, int root) override;
  void exchange(std::span<const float* const> rows, std::span<const std::int64_t> counts, std::span<const Range> parts,
                const Take& take) override;
  void share(std::span<std::byte> values, std::span<const Range> parts) override;
  void part() override { close(0); }

 private:
  void close(int leave_alone);

  const daybreak_collectives* table_ = nullptr;
  daybreak_job* job_ = nullptr;
  int rank_, size_, exceptions_ = std::uncaught_exceptions();
};

/// The options of a program: those for tests are off.
daybreak_job_options job_options(int rank, int size, double patience_s);

}  // namespace daybreak::training
