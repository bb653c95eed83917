#include "libcore/precision/profile.h"

#include <algorithm>
#include <cmath>

namespace daybreak::precision {
namespace {

/// What one sequence says about the damage of a tensor in a format: the mean over sequences is the estimate.
double of_sequence(const Profile& profile, Measure measure, std::int64_t sequence, std::size_t tensor, std::size_t format) {
  if (measure == Measure::products) {
    const ProfiledTensor& about = profile.tensors[tensor];
    const double product = about.gemm ? profile.products[profile.product_place(sequence, tensor, format)] : 0;
    const bool looked_up = !about.gemm || about.role == "token_embedding";
    return product + (looked_up ? of_sequence(profile, Measure::directional, sequence, tensor, format) : 0);
  }
  double sum = 0;
  for (std::int64_t label = 0; label < profile.labels; ++label) {
    const std::size_t place = profile.place(sequence, label, tensor, format);
    sum += measure == Measure::directional ? profile.directional[place] * profile.directional[place] : profile.diagonal[place];
  }
  return sum / (2.0 * static_cast<double>(profile.labels) * static_cast<double>(profile.context));
}

/// Mean and standard error of the mean. The jackknife of a mean is the usual formula.
Score summarize(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  double mean = 0, squares = 0;
  for (const double value : values) mean += value / n;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, n < 2 ? 0 : std::sqrt(squares / (n * (n - 1)))};
}

}  // namespace

std::size_t Profile::find(NumberFormat format) const {
  return static_cast<std::size_t>(std::find(formats.begin(), formats.end(), format) - formats.begin());
}

std::string_view measure_name(Measure measure) {
  constexpr std::string_view kNames[] = {"directional", "fisher", "first-order", "products"};
  return kNames[static_cast<std::size_t>(measure)];
}

Score score(const Profile& profile, Measure measure, std::size_t tensor, std::size_t format) {
  if (measure == Measure::first_order) return {profile.tensors[tensor].effects[format].first_order_bound, 0};
  std::vector<double> values;
  for (std::int64_t sequence = 0; sequence < profile.sequences; ++sequence)
    values.push_back(of_sequence(profile, measure, sequence, tensor, format));
  return summarize(values);
}

Score total_score(const Profile& profile, Measure measure, const std::vector<std::size_t>& picks) {
  if (measure == Measure::first_order) {
    Score total;
    for (std::size_t t = 0; t < picks.size(); ++t) total.nats += score(profile, measure, t, picks[t]).nats;
    return total;
  }
  std::vector<double> values;
  for (std::int64_t sequence = 0; sequence < profile.sequences; ++sequence) {
    double sum = 0;
    for (std::size_t t = 0; t < picks.size(); ++t) sum += of_sequence(profile, measure, sequence, t, picks[t]);
    values.push_back(sum);
  }
  return summarize(values);
}

}  // namespace daybreak::precision
