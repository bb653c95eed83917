#include "libcore/dataset/quality.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "libcore/dataset/rounding.h"

namespace daybreak::dataset {
namespace {

constexpr std::size_t kBins = 256;
constexpr std::size_t kFewestValues = 4096;  // 16 a bin; of fewer the joint table tells nothing

/// Entropy in nats of counts, with the correction for what so few draws miss.
template <typename Counts>
double entropy(const Counts& counts, double total) {
  double sum = 0, used = 0;
  for (const std::uint32_t count : counts) {
    if (count == 0) continue;
    const double share = count / total;
    sum -= share * std::log(share);
    ++used;
  }
  return sum + (used - 1) / (2 * total);
}

}  // namespace

std::optional<double> normalized_information(const RowSample& sample) {
  std::vector<std::pair<double, double>> pairs;
  std::vector<double> sorted;
  for (std::size_t i = 0; i < sample.original.size(); ++i) {
    if (!std::isfinite(sample.original[i]) || is_missing(sample.original[i], sample.missing)) continue;
    pairs.emplace_back(sample.original[i], sample.decoded[i]);
    sorted.push_back(sample.original[i]);
  }
  if (pairs.size() < kFewestValues) return std::nullopt;
  std::sort(sorted.begin(), sorted.end());
  std::array<double, kBins - 1> edges;
  for (std::size_t k = 0; k < edges.size(); ++k) edges[k] = sorted[(k + 1) * sorted.size() / kBins];
  const auto bin = [&](double value) {
    return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), value) - edges.begin());
  };
  std::array<std::uint32_t, kBins> before{}, after{};
  std::vector<std::uint32_t> joint(kBins * kBins);
  for (const auto& [x, y] : pairs) {
    const std::size_t from = bin(x), to = bin(y);
    ++before[from], ++after[to], ++joint[from * kBins + to];
  }
  const auto total = static_cast<double>(pairs.size());
  const double own = entropy(before, total);
  if (own <= 0) return std::nullopt;
  const double shared = own + entropy(after, total) - entropy(joint, total);
  return std::clamp(shared / own, 0.0, 1.0);
}

std::optional<Cosines> row_cosines(const RowSample& sample) {
  if (sample.whole.empty()) return std::nullopt;
  Cosines cosines;
  double sum = 0;
  for (const std::uint64_t row : sample.whole) {
    const auto x = sample.original_row(row), y = sample.decoded_row(row);
    double xy = 0, xx = 0, yy = 0, largest = 0;
    for (std::size_t c = 0; c < x.size(); ++c) largest = std::max({largest, std::abs(x[c]), std::abs(y[c])});
    if (largest == 0) largest = 1;
    for (std::size_t c = 0; c < x.size(); ++c) {  // scaled, so that no square leaves the range of a double
      const double before = x[c] / largest, after = y[c] / largest;
      xy += before * after, xx += before * before, yy += after * after;
    }
    const double norms = std::sqrt(xx) * std::sqrt(yy);
    const double cosine = norms > 0 ? std::clamp(xy / norms, -1.0, 1.0) : xx == yy ? 1 : 0;
    cosines.least = std::min(cosines.least, cosine);
    sum += cosine;
  }
  cosines.mean = sum / static_cast<double>(sample.whole.size());
  return cosines;
}

ArrayQuality measure_quality(const io::ArraySource& original, const io::ArraySource& decoded,
                             std::vector<double> missing, bool full, std::int64_t threads) {
  const RowSample sample = sample_rows(original, decoded, std::move(missing));
  const bool table = original.info().shape.size() == 2 && sample.columns > 1;
  ArrayQuality quality;
  quality.rows = sample.rows;
  quality.normalized_information = normalized_information(sample);
  if (table) quality.cosines = row_cosines(sample);
  if (full) quality.directions = direction_integrity(sample);
  if (full && table) quality.neighbors = neighbor_recall(sample, threads);
  return quality;
}

io::Json quality_json(const ArrayQuality& quality) {
  io::Json out;
  out["rows"] = quality.rows;
  out["nmi"] = quality.normalized_information ? io::Json(*quality.normalized_information) : io::Json();
  if (quality.cosines) {
    out["cosine_min"] = quality.cosines->least;
    out["cosine_mean"] = quality.cosines->mean;
  }
  if (quality.directions) {
    io::Json& directions = out["directions"];
    directions["count"] = quality.directions->directions;
    directions["columns"] = quality.directions->columns;
    directions["worst"] = quality.directions->worst;
    directions["worst_integrity"] = quality.directions->worst_integrity;
    directions["worst_variance_share"] = quality.directions->worst_share;
  }
  if (quality.neighbors) {
    io::Json& neighbors = out["neighbors"];
    neighbors["recall_at_10"] = quality.neighbors->recall;
    neighbors["probes"] = quality.neighbors->probes;
    neighbors["among"] = quality.neighbors->among;
  }
  return out;
}

ArrayQuality parse_quality(const io::Json& json) {
  ArrayQuality quality;
  quality.rows = json.at("rows").as_uint();
  if (!json.at("nmi").is_null()) quality.normalized_information = json.at("nmi").as_double();
  if (json.find("cosine_min") != nullptr)
    quality.cosines = {json.at("cosine_min").as_double(), json.at("cosine_mean").as_double()};
  if (const io::Json* directions = json.find("directions"); directions != nullptr)
    quality.directions = {directions->at("columns").as_uint(), directions->at("count").as_uint(),
                          directions->at("worst").as_uint(), directions->at("worst_integrity").as_double(),
                          directions->at("worst_variance_share").as_double()};
  if (const io::Json* neighbors = json.find("neighbors"); neighbors != nullptr)
    quality.neighbors = {neighbors->at("probes").as_uint(), neighbors->at("among").as_uint(),
                         neighbors->at("recall_at_10").as_double()};
  return quality;
}

}  // namespace daybreak::dataset
