// What each rank of a test runs: ranks equal|dies|stops|throws|fails HOSTS SLOT_BYTES. Results go to files rank.N of the current
// folder, for a launcher may end ranks before what they print has come through.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/training/collectives/job.h"
#include "libcore/training/collectives/plugged.h"

namespace {

using namespace daybreak;
using namespace daybreak::training;

std::string shape;  // of the case under test, for messages

void require(bool holds, const std::string& what) {
  if (!holds) throw Error(ExitStatus::negative, what + " (" + shape + ")");
}

std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 31)) * 0x9E3779B97F4A7C15u;
  return value ^ (value >> 29);
}

float element(int step, int rank, std::int64_t row, std::int64_t index) {
  const std::uint64_t key = mixed(mixed(static_cast<std::uint64_t>(step) * 1000 + static_cast<std::uint64_t>(rank)) +
                                  static_cast<std::uint64_t>(row));
  return static_cast<float>(mixed(key + static_cast<std::uint64_t>(index)) >> 40);
}

/// The same numbers in all ranks.
class Draw {
 public:
  explicit Draw(int step) : engine_(static_cast<std::uint64_t>(step)) {}
  std::int64_t below(std::int64_t end) { return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(end)); }

  /// Parts of random lengths, some of them empty, that begin anywhere.
  std::vector<Range> parts(int size, std::int64_t longest) {
    std::vector<Range> parts;
    std::int64_t begin = below(1000);
    for (int rank = 0; rank < size; ++rank) {
      const std::int64_t count = below(4) == 0 ? 0 : below(longest);
      parts.push_back({begin, begin + count});
      begin += count;
    }
    return parts;
  }

 private:
  std::mt19937_64 engine_;
};

void check_exchange(Collectives& ranks, int step) {
  Draw draw(step);
  const int size = ranks.size(), me = ranks.rank();
  const std::vector<Range> parts = draw.parts(size, step % 5 == 0 ? 200000 : 3000);
  const std::int64_t first = parts.front().begin, count = parts.back().end - first;
  std::vector<std::int64_t> counts;
  for (int rank = 0; rank < size; ++rank) counts.push_back(draw.below(4));
  shape = "exchange " + std::to_string(step) + ", " + std::to_string(count) + " values";
  std::vector<std::vector<float>> mine(static_cast<std::size_t>(counts[static_cast<std::size_t>(me)]));
  std::vector<const float*> rows;
  for (std::size_t row = 0; row < mine.size(); ++row) {
    for (std::int64_t i = 0; i < count; ++i) mine[row].push_back(element(step, me, static_cast<std::int64_t>(row), first + i));
    rows.push_back(mine[row].data());
  }
  int calls = 0;
  const Range part = parts[static_cast<std::size_t>(me)];
  ranks.exchange(rows, counts, parts, [&](std::span<const float* const> all) {
    ++calls;
    std::size_t next = 0;
    for (int rank = 0; rank < size; ++rank)
      for (std::int64_t row = 0; row < counts[static_cast<std::size_t>(rank)]; ++row, ++next)
        for (std::int64_t i = 0; i < part.count(); ++i)
          if (all[next][i] != element(step, rank, row, part.begin + i))
            require(false, "rank " + std::to_string(me) + " got another value " + std::to_string(i) + " of row " +
                               std::to_string(row) + " of rank " + std::to_string(rank));
    require(next == all.size(), "another number of rows");
  });
  require(calls == (part.count() > 0 ? 1 : 0), "take was called " + std::to_string(calls) + " times");
}

void check_share(Collectives& ranks, int step) {
  Draw draw(step);
  const std::vector<Range> parts = draw.parts(ranks.size(), step % 5 == 0 ? 700000 : 3000);
  const Range own = parts[static_cast<std::size_t>(ranks.rank())];
  shape = "share " + std::to_string(step);
  std::vector<std::byte> values, expected;
  for (std::int64_t i = parts.front().begin; i < parts.back().end; ++i) {
    expected.push_back(static_cast<std::byte>(mixed(static_cast<std::uint64_t>(i + step)) >> 20));
    values.push_back(i >= own.begin && i < own.end ? expected.back() : std::byte{0});
  }
  ranks.share(values, parts);
  require(values == expected, "rank " + std::to_string(ranks.rank()) + " has not everybody's bytes");
}

void check_small(Collectives& ranks, int step) {
  shape = "gather " + std::to_string(step);
  const auto me = static_cast<std::size_t>(ranks.rank());
  const std::vector<int> squares = all_gathered(ranks, ranks.rank() * ranks.rank() + step);
  for (std::size_t rank = 0; rank < squares.size(); ++rank)
    require(squares[rank] == static_cast<int>(rank * rank) + step, "another value from rank " + std::to_string(rank));
  const std::vector<std::string> texts = all_gathered_text(ranks, std::string(me * 3, 'x'));
  for (std::size_t rank = 0; rank < texts.size(); ++rank) require(texts[rank] == std::string(rank * 3, 'x'), "another text");
  for (int root = 0; root < ranks.size(); ++root) {
    std::vector<std::byte> bytes(static_cast<std::size_t>(Draw(step).below(300000)), static_cast<std::byte>(me));
    ranks.broadcast(bytes, root);
    require(std::all_of(bytes.begin(), bytes.end(), [&](std::byte byte) { return byte == static_cast<std::byte>(root); }),
            "another byte from the root");
  }
}

void check_step(Collectives& ranks, int step) {
  check_exchange(ranks, step);
  check_share(ranks, step);
  if (step % 4 == 0) check_small(ranks, step);
}

/// A row that is nowhere, which MPI refuses to send.
void send_nothing(Collectives& ranks) {
  const std::vector<std::int64_t> counts(static_cast<std::size_t>(ranks.size()), 1);
  std::vector<Range> parts;
  for (int rank = 0; rank < ranks.size(); ++rank) parts.push_back({rank * 1000, (rank + 1) * 1000});
  const std::vector<const float*> row(1);
  ranks.exchange(row, counts, parts, [](std::span<const float* const>) {});
}

/// Works with the others for ever, until the last rank goes as `how` says.
void lose_the_last(Collectives& ranks, const std::string& how) {
  for (int step = 0;; ++step) {
    check_step(ranks, step);
    if (step != 20 || ranks.rank() != ranks.size() - 1) continue;
    if (how == "dies") raise(SIGKILL);
    if (how == "stops") raise(SIGSTOP);
    if (how == "fails") send_nothing(ranks);
    throw Error(ExitStatus::io, "the disk of this rank is full");
  }
}

/// Parts from the others, of whom the first comes last.
void check_part(Collectives& ranks) {
  const auto arrived = [](int rank) { return "rank." + std::to_string(rank) + ".arrived"; };
  if (ranks.rank() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(300));
  std::ofstream(arrived(ranks.rank())) << "here";
  ranks.part();
  for (int rank = 0; rank < ranks.size(); ++rank) require(std::ifstream(arrived(rank)).good(), "not waited for a rank");
}

void run(const std::string& mode, int hosts, std::uint64_t slot_bytes, std::ostream& result) {
  const JobPlace place = job_place();
  std::unique_ptr<Collectives> ranks;
  if (hosts == 0 && slot_bytes == 0) {
    ranks = join_job(place, 20);
  } else {
    daybreak_job_options options = job_options(place.rank, place.size, mode == "stops" ? 4 : 20);
    options.pretended_hosts = hosts;
    options.slot_bytes = slot_bytes;
    ranks = std::make_unique<Plugged>(DAYBREAK_CHIP_DIR "/libdaybreak-collectives-mpi.so", options);
  }
  require(ranks->rank() == place.rank && ranks->size() == place.size, "another place than the environment's");
  if (mode != "equal") lose_the_last(*ranks, mode);
  for (int step = 0; step < 60; ++step) check_step(*ranks, step);
  result << "rank " << place.rank << " of " << place.size << " by " << place.engine << ": " << ranks->description() << "\n";
  if (place.size > 1) check_part(*ranks);
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments, arguments + count);
  if (count != 4) return 64;
  signal(SIGTERM, SIG_IGN);  // mpirun sends one to all where one has gone
  std::ofstream result("rank." + std::to_string(job_place().rank));
  try {
    run(words[1], std::stoi(words[2]), std::stoull(words[3]), result);
    result << "done" << std::endl;
    return 0;
  } catch (const Error& error) {
    result << error.what() << "\nstatus " << static_cast<int>(error.status()) << std::endl;
    std::cerr << error.what() << "\n";
    return static_cast<int>(error.status());
  }
}
