// Whole arrays of a dataset file, read by the reader of this suite. h5py is the peer: reader_h5py.py beside this file
// does the same with it. What is read is compared between threads first.
//
//   bench_reader FILE.h5 [THREADS]   prints MB/s of the first array: the median of 9 reads, alone and on THREADS (2)
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "libcore/base/median.h"
#include "libcore/dataset/reader.h"
#include "tests/bench/timing.h"

namespace {

using daybreak::dataset::Reader;

double median_rate(const Reader& reader, std::vector<std::byte>& out) {
  std::vector<double> seconds;
  for (int i = 0; i < 9; ++i) seconds.push_back(bench::seconds_of([&] { reader.read(0, 0, out); }));
  return static_cast<double>(out.size()) / daybreak::median(seconds) / 1e6;
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) return 64;
  const int threads = count > 2 ? std::atoi(words[2]) : 2;
  const Reader alone(words[1]), crew(words[1], threads);
  std::vector<std::byte> one(alone.arrays().at(0).bytes()), other(one.size());
  alone.read(0, 0, one);
  crew.read(0, 0, other);
  if (one != other) return 70;
  std::printf("1 thread %.0f MB/s, %d threads %.0f MB/s\n", median_rate(alone, one), threads, median_rate(crew, other));
}
