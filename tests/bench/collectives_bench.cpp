// The sum of a gradient over the ranks of a job, and the return of what each has made of its part: exchange and share, bucket by
// bucket, beside MPI_Allreduce of the whole and of buckets. Results are compared first (values of which any sum is exact);
// then repetitions alternate, and the median of each counts.
//   mpirun -np 2 bench_collectives [millions of values] [MiB of a bucket] [pretended hosts]
#include <mpi.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/median.h"
#include "libcore/training/collectives/job.h"
#include "libcore/training/collectives/plugged.h"
#include "tests/bench/timing.h"

namespace {

using daybreak::training::Collectives;
using daybreak::training::Range;

class Gradient {
 public:
  Gradient(Collectives& ranks, std::int64_t count, std::int64_t bucket) : ranks_(ranks), bucket_(bucket) {
    for (std::int64_t i = 0; i < count; ++i) mine_.push_back(static_cast<float>((i + ranks.rank()) % 1000));
    sum_.resize(mine_.size());
  }

  void exchange_and_share() {
    each_bucket([&](std::int64_t begin, std::int64_t end) {
      const std::vector<Range> parts = parts_of(begin, end);
      exchange(parts);
      share(parts);
    });
  }
  void exchange_all() {
    each_bucket([&](std::int64_t begin, std::int64_t end) { exchange(parts_of(begin, end)); });
  }
  void share_all() {
    each_bucket([&](std::int64_t begin, std::int64_t end) { share(parts_of(begin, end)); });
  }
  void reduce(std::int64_t piece) {
    for (std::int64_t begin = 0; begin < count(); begin += piece)
      MPI_Allreduce(mine_.data() + begin, sum_.data() + begin, static_cast<int>(std::min(piece, count() - begin)), MPI_FLOAT, MPI_SUM,
                    MPI_COMM_WORLD);
  }
  std::int64_t count() const { return static_cast<std::int64_t>(mine_.size()); }
  std::int64_t bucket() const { return bucket_; }

  /// Throws where the sum is not what a plain one gives, and forgets it.
  void verify(const std::string& what) {
    for (std::int64_t i = 0; i < count(); ++i) {
      float expected = 0;
      for (int rank = 0; rank < ranks_.size(); ++rank) expected += static_cast<float>((i + rank) % 1000);
      if (sum_[static_cast<std::size_t>(i)] != expected) throw std::runtime_error(what + " gives another sum");
    }
    std::fill(sum_.begin(), sum_.end(), -1.0f);
  }

 private:
  template <typename Work>
  void each_bucket(const Work& work) const {
    for (std::int64_t end = count(); end > 0; end -= std::min(end, bucket_)) work(std::max<std::int64_t>(0, end - bucket_), end);
  }
  std::vector<Range> parts_of(std::int64_t begin, std::int64_t end) const {
    std::vector<Range> parts;
    const std::int64_t size = ranks_.size();
    for (std::int64_t rank = 0; rank < size; ++rank)
      parts.push_back({begin + (end - begin) * rank / size / 16 * 16,
                       rank + 1 == size ? end : begin + (end - begin) * (rank + 1) / size / 16 * 16});
    return parts;
  }
  void exchange(const std::vector<Range>& parts) {
    const float* row = mine_.data() + parts.front().begin;
    const std::vector<std::int64_t> counts(parts.size(), 1);
    const Range own = parts[static_cast<std::size_t>(ranks_.rank())];
    float* sum = sum_.data() + own.begin;
    ranks_.exchange({&row, 1}, counts, parts, [&](std::span<const float* const> rows) {
      constexpr std::int64_t kBlock = 2048;  // of the sum, so that it stays in the first cache
      for (std::int64_t begin = 0; begin < own.count(); begin += kBlock) {
        const std::int64_t end = std::min(own.count(), begin + kBlock);
        std::copy(rows[0] + begin, rows[0] + end, sum + begin);
        for (std::size_t other = 1; other < rows.size(); ++other)
          for (std::int64_t i = begin; i < end; ++i) sum[i] += rows[other][i];
      }
    });
  }
  void share(const std::vector<Range>& parts) {
    std::vector<Range> bytes;
    for (const Range& part : parts) bytes.push_back({part.begin * 4, part.end * 4});
    const std::span<float> values(sum_.data() + parts.front().begin, sum_.data() + parts.back().end);
    ranks_.share(std::as_writable_bytes(values), bytes);
  }

  Collectives& ranks_;
  std::int64_t bucket_;
  std::vector<float> mine_, sum_;
};

int measure(int count, char** arguments) {
  const auto argument = [&](int index, double absent) { return index < count ? std::atof(arguments[index]) : absent; };
  const daybreak::training::JobPlace place = daybreak::training::job_place();
  daybreak_job_options options = daybreak::training::job_options(place.rank, place.size, 60);
  options.pretended_hosts = static_cast<int>(argument(3, 0));
  daybreak::training::Plugged ranks(DAYBREAK_CHIP_DIR "/libdaybreak-collectives-mpi.so", options);
  Gradient gradient(ranks, static_cast<std::int64_t>(argument(1, 124.4) * 1e6), static_cast<std::int64_t>(argument(2, 16) * 262144));

  struct Way {
    std::string name;
    std::function<void()> work;
    bool sums;
  };
  const std::vector<Way> ways{{"exchange and share", [&] { gradient.exchange_and_share(); }, true},
                              {"exchange alone", [&] { gradient.exchange_all(); }, false},
                              {"share alone", [&] { gradient.share_all(); }, false},
                              {"MPI_Allreduce, whole", [&] { gradient.reduce(gradient.count()); }, true},
                              {"MPI_Allreduce, buckets", [&] { gradient.reduce(gradient.bucket()); }, true}};
  std::map<std::string, std::vector<double>> seconds;
  for (const Way& way : ways) {
    way.work();
    if (way.sums) gradient.verify(way.name);
  }
  for (int repetition = 0; repetition < 7; ++repetition)
    for (const Way& way : ways) {
      MPI_Barrier(MPI_COMM_WORLD);
      seconds[way.name].push_back(bench::seconds_of(way.work));
    }
  constexpr int kGathers = 1000;
  const double gather_s = bench::seconds_of([&] {
    for (std::int64_t i = 0; i < kGathers; ++i) daybreak::training::all_gathered(ranks, i);
  }) / kGathers;
  if (place.rank != 0) return 0;
  std::printf("%s, %d ranks, %.1f MB in buckets of %.1f MiB\n", ranks.description().c_str(), place.size,
              static_cast<double>(gradient.count()) * 4e-6, static_cast<double>(gradient.bucket()) / 262144);
  for (const Way& way : ways) std::printf("  %-24s %8.1f ms\n", way.name.c_str(), daybreak::median(seconds[way.name]) * 1e3);
  std::printf("  %-24s %8.1f us\n", "gather of 8 bytes", gather_s * 1e6);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return measure(count, arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_collectives: %s\n", error.what());
    return 1;
  }
}
