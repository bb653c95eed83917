#pragma once
// What the ranks of a job do together. A rank is a process with one device; all ranks call the same functions in the same
// order, each from one thread at a time.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace daybreak::training {

/// Elements [begin, end) of an array.
struct Range {
  std::int64_t begin = 0, end = 0;
  std::int64_t count() const { return end - begin; }
  bool operator==(const Range&) const = default;
};
/// What two ranges have in common; perhaps nothing, with an end before its beginning.
inline Range common(Range a, Range b) {
  return {std::max(a.begin, b.begin), std::min(a.end, b.end)};
}

/// Every call may throw Error (try_again) that names the rank which has died or does not answer; the job is then over.
class Collectives {
 public:
  virtual ~Collectives() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;
  /// For records: "self", or the library and how many hosts: "Open MPI 4.1.4, 2 hosts".
  virtual std::string description() const = 0;

  /// all[size() * mine.size()]: what each rank gives, in the order of ranks; as many bytes from each.
  virtual void all_gather(std::span<const std::byte> mine, std::span<std::byte> all) = 0;
  /// Everybody's bytes become those of rank `root`.
  virtual void broadcast(std::span<std::byte> bytes, int root) = 0;

  /// A bucket of an array, cut into parts that follow each other: parts[r] belongs to rank r (empty where it has none).
  /// Each rank has counts[r] rows (perhaps none), rows[i] with parts.back().end - parts.front().begin elements, the first of
  /// which is element parts.front().begin. take() gets the rows of all ranks, in the order of ranks and of each one's rows,
  /// every one of them parts[rank()].count() elements that begin with element parts[rank()].begin; they are gone
  /// when take() returns. Not called where this rank has no part.
  using Take = std::function<void(std::span<const float* const> rows)>;
  virtual void exchange(std::span<const float* const> rows, std::span<const std::int64_t> counts,
                        std::span<const Range> parts, const Take& take) = 0;
  /// The reverse: values[0] is byte parts.front().begin of an array; the bytes parts[r] of everybody become those of rank r.
  virtual void share(std::span<std::byte> values, std::span<const Range> parts) = 0;

  /// The last call of ranks that all end for a reason which each of them knows: waits for the others, so that none of them
  /// takes another's end for a loss.
  virtual void part() {}
};

/// One value from each rank, in the order of ranks. T: trivially copyable.
template <typename T>
std::vector<T> all_gathered(Collectives& ranks, const T& mine) {
  std::vector<T> all(static_cast<std::size_t>(ranks.size()));
  ranks.all_gather(std::as_bytes(std::span(&mine, 1)), std::as_writable_bytes(std::span(all)));
  return all;
}

/// A text from each rank, in the order of ranks, whatever their lengths.
std::vector<std::string> all_gathered_text(Collectives& ranks, const std::string& mine);

}  // namespace daybreak::training
