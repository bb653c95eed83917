#include <algorithm>
#include <numeric>
#include <random>

#include "libcore/dataset/ordered_work.h"
#include "libcore/dataset/quality.h"

namespace daybreak::dataset {
namespace {

constexpr std::uint64_t kProbes = 1000;
constexpr std::uint64_t kMostProducts = std::uint64_t{1} << 30;  // probes * rows * columns, on each side
constexpr unsigned kSeed = 1;

/// Rows column by column, so that the distances to all of them grow side by side.
std::vector<double> by_column(const std::vector<double>& values, std::uint64_t columns,
                              std::span<const std::uint64_t> rows) {
  std::vector<double> turned(rows.size() * columns);
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::uint64_t c = 0; c < columns; ++c) turned[c * rows.size() + i] = values[rows[i] * columns + c];
  return turned;
}

/// The nearest rows to that of the place `probe`, as sorted places; of equally near rows the first of the array.
std::vector<std::uint32_t> nearest(const std::vector<double>& turned, std::span<const std::uint64_t> rows,
                                   std::size_t probe) {
  const std::size_t count = rows.size();
  std::vector<double> distance(count);
  for (std::size_t at = 0; at < turned.size(); at += count) {
    const double* column = turned.data() + at;
    const double own = column[probe];
    for (std::size_t i = 0; i < count; ++i) distance[i] += (column[i] - own) * (column[i] - own);
  }
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  order.erase(order.begin() + static_cast<std::ptrdiff_t>(probe));
  const auto end = order.begin() + kNeighbors;
  std::partial_sort(order.begin(), end, order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return distance[a] != distance[b] ? distance[a] < distance[b] : rows[a] < rows[b];
  });
  std::sort(order.begin(), end);
  return {order.begin(), end};
}

/// `count` of the rows, the same for the same rows everywhere.
std::vector<std::uint64_t> drawn(std::vector<std::uint64_t> rows, std::uint64_t count) {
  std::mt19937_64 random(kSeed);
  for (std::uint64_t i = 0; i < count; ++i) std::swap(rows[i], rows[i + random() % (rows.size() - i)]);
  rows.resize(count);
  return rows;
}

}  // namespace

std::optional<NeighborRecall> neighbor_recall(const RowSample& sample, std::int64_t threads) {
  if (sample.whole.size() < 2 * kNeighbors) return std::nullopt;
  NeighborRecall result;
  result.probes = std::min<std::uint64_t>(kProbes, sample.whole.size());
  result.among =
      std::clamp<std::uint64_t>(kMostProducts / (result.probes * sample.columns), 2 * kNeighbors, sample.whole.size());
  result.probes = std::min(result.probes, result.among);
  const std::vector<std::uint64_t> rows = drawn(sample.whole, result.among);  // the first of which are the probes
  const auto before = by_column(sample.original, sample.columns, rows);
  const auto after = by_column(sample.decoded, sample.columns, rows);
  std::uint64_t kept = 0;
  const auto work = [&](std::uint64_t probe) {
    const auto x = nearest(before, rows, probe), y = nearest(after, rows, probe);
    std::vector<std::uint32_t> both;
    std::set_intersection(x.begin(), x.end(), y.begin(), y.end(), std::back_inserter(both));
    return static_cast<std::uint64_t>(both.size());
  };
  in_order<std::uint64_t>(result.probes, threads, work, [&](std::uint64_t, std::uint64_t both) { kept += both; });
  result.recall = static_cast<double>(kept) / static_cast<double>(result.probes * kNeighbors);
  return result;
}

}  // namespace daybreak::dataset
