// The coarsest rounding by powers of two that keeps the bounds.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_set>
#include <vector>

#include "libcore/dataset/array_parts.h"
#include "libcore/dataset/extremes.h"
#include "libcore/dataset/loss.h"
#include "libcore/dataset/real_values.h"

namespace daybreak::dataset {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<double> values_of(io::DType type, std::span<const std::byte> bytes) {
  std::vector<double> values(bytes.size() / io::dtype_bytes(type));
  to_doubles(type, bytes, values);
  return values;
}

/// What the first look at an array tells.
struct Statistics {
  std::vector<ErrorSums> columns;
  Extremes extremes;
  std::unordered_set<double> distinct;  // at most kClasses + 1

  void see(double value) {
    extremes.see(value);
    if (distinct.size() <= kClasses) distinct.insert(value);
  }
  void add(const Statistics& later) {
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i].add(later.columns[i]);
    extremes.add(later.extremes);
    for (const double value : later.distinct)
      if (distinct.size() <= kClasses) distinct.insert(value);
  }
  static constexpr std::size_t kClasses = 1024;
};

Statistics look_at(const io::ArraySource& source, const std::vector<double>& missing, const Surroundings& around) {
  const std::uint64_t columns = columns_of(source.info());
  const auto look = [&](const ArrayPart& part) {
    Statistics seen;
    seen.columns.resize(columns);
    std::uint64_t column = part.first_element % columns;
    for (const double x : values_of(source.info().type, part.bytes)) {
      if (std::isfinite(x) && !is_missing(x, missing)) {
        seen.columns[column].add(x, x);
        seen.see(x);
      }
      column = column + 1 == columns ? 0 : column + 1;
    }
    return seen;
  };
  Statistics all;
  all.columns.resize(columns);
  for_each_part<Statistics>(source, around, look, [&](const Statistics& seen) { all.add(seen); });
  return all;
}

/// Squared error that one group of values, a column or all, may have in sum, and the power of two it is rounded to.
struct Group {
  double allowed = 0;
  int exponent = 0;
  bool settled = false, exact = false;
  double step() const { return exact ? 0 : std::ldexp(1.0, exponent); }
};

/// The step whose error, were it uniform, is the allowed one: step^2 / 12 each.
Group first_guess(double allowed, std::uint64_t count) {
  constexpr double kSlack = 1 - 1e-9;  // sums of other order round otherwise
  Group group{allowed * kSlack};
  const double step = std::sqrt(12 * allowed / static_cast<double>(std::max<std::uint64_t>(count, 1)));
  group.exact = group.settled = !(allowed > 0) || !std::isnormal(step);
  if (!group.exact) group.exponent = std::ilogb(step);
  return group;
}

constexpr std::array<int, 3> kTried = {1, 0, -1};  // exponents around the guess, the coarsest first
using SquaredErrors = std::vector<std::array<double, kTried.size()>>;

SquaredErrors errors_around(const io::ArraySource& source, const std::vector<Group>& groups,
                            const std::vector<double>& missing, const Surroundings& around) {
  const auto look = [&](const ArrayPart& part) {
    SquaredErrors sums(groups.size());
    std::uint64_t index = part.first_element % groups.size();
    for (const double x : values_of(source.info().type, part.bytes)) {
      const Group& group = groups[index];
      if (!group.settled && std::isfinite(x) && !is_missing(x, missing))
        for (std::size_t i = 0; i < kTried.size(); ++i) {
          const double error = x - round_to_step(x, std::ldexp(1.0, group.exponent + kTried[i]));
          sums[index][i] += error * error;
        }
      index = index + 1 == groups.size() ? 0 : index + 1;
    }
    return sums;
  };
  SquaredErrors all(groups.size());
  for_each_part<SquaredErrors>(source, around, look, [&](const SquaredErrors& sums) {
    for (std::size_t g = 0; g < sums.size(); ++g)
      for (std::size_t i = 0; i < kTried.size(); ++i) all[g][i] += sums[g][i];
  });
  return all;
}

/// Settles each group on the coarsest step whose true error is allowed.
void settle(const io::ArraySource& source, std::vector<Group>& groups, const std::vector<double>& missing,
            const Surroundings& around) {
  constexpr int kRounds = 12;  // 36 powers of two below the guess: what needs less is kept exact
  const auto open = [](const Group& group) { return !group.settled; };
  for (int round = 0; round < kRounds && std::any_of(groups.begin(), groups.end(), open); ++round) {
    const SquaredErrors errors = errors_around(source, groups, missing, around);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      if (groups[g].settled) continue;
      const auto fits =
          std::find_if(errors[g].begin(), errors[g].end(), [&](double e) { return e <= groups[g].allowed; });
      groups[g].settled = fits != errors[g].end();
      const auto tried = static_cast<std::size_t>(fits - errors[g].begin());
      groups[g].exponent += groups[g].settled ? kTried[tried] : -static_cast<int>(kTried.size());
    }
  }
  for (Group& group : groups)
    if (!group.settled) group.exact = group.settled = true;
}

/// Steps for the bounds on each column.
std::vector<double> fit_columns(const io::ArraySource& source, const Statistics& seen, double integrity,
                                const std::vector<double>& missing, const Surroundings& around) {
  std::vector<Group> groups;
  for (const ErrorSums& column : seen.columns)
    groups.push_back(first_guess((1 - integrity) * column.variance_sum(), column.count));
  settle(source, groups, missing, around);
  std::vector<double> steps;
  for (const Group& group : groups) steps.push_back(group.step());
  return steps;
}

/// The step for the bounds on the whole array.
double fit_whole(const io::ArraySource& source, const Statistics& seen, const LossBounds& bounds,
                 const std::vector<double>& missing, const Surroundings& around) {
  ErrorSums all;
  for (const ErrorSums& column : seen.columns) all.add(column);
  double allowed = kInfinity;
  if (bounds.nmse) allowed = *bounds.nmse * all.variance_sum();
  if (bounds.psnr_db) {
    const double rms = (seen.extremes.high() - seen.extremes.low()) / std::pow(10, *bounds.psnr_db / 20);
    allowed = std::min(allowed, rms * rms * static_cast<double>(all.count));
  }
  std::vector<Group> groups{first_guess(allowed, all.count)};
  settle(source, groups, missing, around);
  return groups[0].step();
}

}  // namespace

std::optional<double> find_sentinel(const io::ArraySource& source, const std::vector<double>& missing,
                                    const Surroundings& around) {
  return look_at(source, missing, around).extremes.sentinel();
}

std::optional<Rounding> fit_rounding(const io::ArraySource& source, const LossBounds& bounds,
                                     const Surroundings& around) {
  Rounding rounding;
  rounding.missing = bounds.missing_values();
  Statistics seen = look_at(source, rounding.missing, around);
  if (const auto sentinel = seen.extremes.sentinel()) {
    rounding.missing.push_back(*sentinel);
    seen = look_at(source, rounding.missing, around);
  }
  if (seen.distinct.size() <= Statistics::kClasses && !bounds.by_name) return std::nullopt;
  rounding.steps = {kInfinity};
  if (bounds.integrity) rounding.steps = fit_columns(source, seen, *bounds.integrity, rounding.missing, around);
  double common = kInfinity;
  if (bounds.nmse || bounds.psnr_db) common = fit_whole(source, seen, bounds, rounding.missing, around);
  if (bounds.max_abs)
    common = std::min(common, *bounds.max_abs == 0 ? 0 : std::ldexp(1.0, std::ilogb(2 * *bounds.max_abs)));
  for (double& step : rounding.steps) step = std::min(step, common);
  // Half a unit behind m bits is at most 2^-(m+1) of the number.
  if (bounds.max_rel) {
    if (*bounds.max_rel == 0) return std::nullopt;
    rounding.mantissa_bits = std::max(0, static_cast<int>(std::ceil(-std::log2(*bounds.max_rel))) - 1);
  }
  return rounding;
}

}  // namespace daybreak::dataset
