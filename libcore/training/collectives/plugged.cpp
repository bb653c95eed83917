#include "libcore/training/collectives/plugged.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libcore/device/chip.h"
#include "libcore/training/collectives/job.h"
#include "libcore/training/collectives/library.h"
#include "libcore/training/collectives/self/self.h"

namespace fs = std::filesystem;
namespace daybreak::training {
namespace {

static_assert(sizeof(Range) == sizeof(daybreak_range) && offsetof(Range, end) == offsetof(daybreak_range, end));

const daybreak_range* plain(std::span<const Range> ranges) { return reinterpret_cast<const daybreak_range*>(ranges.data()); }

constexpr char kInstall[] =
    "install MPI (Debian: openmpi-bin) and build Daybreak where its headers are (libopenmpi-dev), or start one rank";

/// A Take behind a C interface: what it throws waits here until the call is back.
struct Taker {
  const Collectives::Take& take;
  std::exception_ptr thrown;

  static int call(void* context, const float* const* rows, size_t count) {
    auto& taker = *static_cast<Taker*>(context);
    try {
      taker.take({rows, count});
    } catch (...) {
      taker.thrown = std::current_exception();
    }
    return taker.thrown != nullptr;
  }
};

}  // namespace

daybreak_job_options job_options(int rank, int size, double patience_s) {
  daybreak_job_options options{};
  options.struct_size = sizeof options;
  options.rank = rank;
  options.size = size;
  options.patience_s = patience_s;
  options.slot_bytes = std::uint64_t{16} << 20;  // a bucket of a gradient
  return options;
}

std::unique_ptr<Collectives> join_job(const JobPlace& place, double patience_s) {
  if (place.size == 1) return std::make_unique<Self>();
  return std::make_unique<Plugged>(device::chip_folder() / "libdaybreak-collectives-mpi.so",
                                   job_options(place.rank, place.size, patience_s));
}

Plugged::Plugged(const fs::path& library, const daybreak_job_options& options)
    : table_(load_table<daybreak_collectives>(library, "daybreak_collectives_get", DAYBREAK_COLLECTIVES_MAJOR,
                                              DAYBREAK_COLLECTIVES_MINOR, kInstall)),
      rank_(options.rank), size_(options.size) {
  daybreak_job_failure failure{};
  job_ = table_->open(&options, &failure);
  check_call(!job_, failure);
}

Plugged::~Plugged() { close(std::uncaught_exceptions() > exceptions_); }

void Plugged::close(int leave_alone) {
  if (daybreak_job* const job = std::exchange(job_, nullptr)) table_->close(job, leave_alone);
}

std::string Plugged::description() const {
  std::array<char, 256> text{};
  table_->describe(job_, text.data(), text.size());
  return text.data();
}

void Plugged::all_gather(std::span<const std::byte> mine, std::span<std::byte> all) {
  const auto count = static_cast<std::int64_t>(mine.size());
  std::vector<Range> parts;
  for (int rank = 0; rank < size_; ++rank) parts.push_back({rank * count, (rank + 1) * count});
  std::copy(mine.begin(), mine.end(), all.begin() + rank_ * count);
  share(all, parts);
}

void Plugged::broadcast(std::span<std::byte> bytes, int root) {
  const auto count = static_cast<std::int64_t>(bytes.size());
  std::vector<Range> parts(static_cast<std::size_t>(size_), Range{0, 0});
  std::fill(parts.begin() + root + 1, parts.end(), Range{count, count});
  parts[static_cast<std::size_t>(root)] = {0, count};
  share(bytes, parts);
}

void Plugged::exchange(std::span<const float* const> rows, std::span<const std::int64_t> counts, std::span<const Range> parts,
                       const Take& take) {
  daybreak_job_failure failure{};
  Taker taker{take, nullptr};
  const int failed = table_->exchange(job_, rows.data(), counts.data(), plain(parts), &Taker::call, &taker, &failure);
  if (taker.thrown) std::rethrow_exception(taker.thrown);
  check_call(failed, failure);
}

void Plugged::share(std::span<std::byte> values, std::span<const Range> parts) {
  daybreak_job_failure failure{};
  check_call(table_->share(job_, values.data(), plain(parts), &failure), failure);
}

}  // namespace daybreak::training
