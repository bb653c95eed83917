#pragma once
// Which of many servers is free first.
#include <cstdint>
#include <limits>
#include <vector>

namespace daybreak::scaling {

/// A tournament of times: each inner node holds the smaller of its two children, so that a change is replayed from its leaf
/// to the root in as many steps as the number of servers has binary digits, without a branch that depends on the times.
/// A heap needs as many steps, but each must wait for the comparison of the one before.
class ServerTree {
 public:
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  /// The server whose time is least; of equal ones any, but always the same after the same calls.
  std::uint32_t first() const { return winners_[1]; }
  double first_time() const { return times_[1]; }
  double time(std::uint32_t server) const { return times_[leaves_ + server]; }

  void set(std::uint32_t server, double time) {
    std::size_t at = leaves_ + server;
    std::uint32_t winner = server;
    times_[at] = time;
    for (; at > 1; at /= 2) {
      const double other = times_[at ^ 1];
      const std::uint32_t other_winner = winners_[at ^ 1];  // read in either case: no branch is needed
      winner = other < time ? other_winner : winner;
      time = other < time ? other : time;
      times_[at / 2] = time;
      winners_[at / 2] = winner;
    }
  }

  /// Room for servers 0 .. count - 1. New ones are free never.
  void reserve(std::size_t count);

 private:
  std::size_t leaves_ = 1;  // a power of two
  std::vector<double> times_ = {kNever, kNever};        // [1]: the root; the children of i: 2 i, 2 i + 1
  std::vector<std::uint32_t> winners_ = {0, 0};
};

}  // namespace daybreak::scaling
