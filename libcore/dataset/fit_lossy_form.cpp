#include "libcore/dataset/fit_lossy_form.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "libcore/base/error.h"
#include "libcore/dataset/ordered_work.h"
#include "libcore/dataset/real_values.h"

namespace daybreak::dataset {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::uint64_t kSampledChunks = 3;
constexpr int kMostRounds = 8;        // of the search for the step, each of which reads the array
constexpr double kCloseEnough = 1.02;  // allowed over measured error at which it ends

/// Factor by which the squared error may still grow; infinite where no bound is on it.
double slack(const ArrayIntegrity& measured, const LossBounds& bounds) {
  double least = kInfinity;
  const auto share = [&](double allowed, double found) {
    least = std::min(least, found > 0 ? allowed / found : kInfinity);
  };
  if (bounds.integrity) share(1 - *bounds.integrity, 1 - measured.integrity);
  if (bounds.nmse) share(*bounds.nmse, measured.nmse);
  if (bounds.psnr_db) share(1, std::pow(10, (*bounds.psnr_db - measured.psnr_db()) / 10));
  return least;
}

/// The search for one array.
class Fitter {
 public:
  Fitter(const io::ArraySource& source, std::uint64_t chunk_target, const LossBounds& bounds, const Rounding& rounding,
         const Surroundings& around)
      : source_(source), target_(chunk_target), grid_(make_grid(source.info(), chunk_target)), bounds_(bounds),
        rounding_(rounding), around_(around), type_(chunk_type(source.info().type, grid_.chunk)) {}

  std::optional<FittedForm> fit(Effort effort) {
    std::vector<double> steps = wanted_steps();
    if (steps.empty()) return {};
    const auto samples = sample();
    const ChunkEncoder encoder(Audience::plugin, effort, type_);
    std::optional<LossyForm> best;
    const std::size_t exact_bytes = encoded_bytes(encoder, samples), rounded = rounded_bytes(encoder, samples);
    std::size_t best_bytes = std::min(exact_bytes, rounded);
    for (const codecs::Pipeline pipeline : codecs::lossy_candidates(type_.shape)) {
      around_.stop.check();
      LossyForm form = form_of(pipeline, steps);
      if (pipeline == codecs::kLevels && !(widen(form, samples) > 0)) continue;
      const std::size_t bytes = framed_bytes(form, samples);
      if (bytes < best_bytes) best = std::move(form), best_bytes = bytes;
    }
    if (!best) return exact_bytes <= rounded ? std::optional(FittedForm{}) : std::nullopt;
    std::optional<FittedForm> found = settle(std::move(*best));
    if (found) found->ratio = total(samples) / static_cast<double>(framed_bytes(*found->form, samples));
    return found;
  }

 private:
  using Samples = std::vector<std::vector<std::byte>>;

  /// The step of each column, or of all, were the error of each value evenly spread over it; none where all must stay.
  std::vector<double> wanted_steps() {
    const Seen seen = look();
    ErrorSums all;
    for (const ErrorSums& column : seen.columns) all.add(column);
    if (all.count == 0) return {};
    const auto step_of = [](double share, const ErrorSums& sums) {
      return std::sqrt(12 * share * sums.variance_sum() / static_cast<double>(std::max<std::uint64_t>(sums.count, 1)));
    };
    double common = bounds_.max_abs ? 2 * *bounds_.max_abs : kInfinity;
    if (bounds_.nmse) common = std::min(common, step_of(*bounds_.nmse, all));
    if (bounds_.psnr_db) {
      const double rms = (seen.high - seen.low) / std::pow(10, *bounds_.psnr_db / 20);
      common = std::min(common, rms * std::sqrt(12.0));
    }
    std::vector<double> steps;
    for (const ErrorSums& column : seen.columns) {
      double step = bounds_.integrity ? std::min(common, step_of(1 - *bounds_.integrity, column)) : common;
      // A constant column is one step, so that it stays exact.
      const bool constant = column.variance_sum() == 0 && bounds_.integrity;
      if (constant) step = column.origin == 0 ? 1 : std::abs(column.origin);
      steps.push_back(step);
      constant_.push_back(constant);
    }
    const bool own = type_.shape.back() == steps.size() && steps.size() > 1;
    if (!own || std::adjacent_find(steps.begin(), steps.end(), std::not_equal_to<>()) == steps.end()) {
      steps = {*std::min_element(steps.begin(), steps.end())};
      constant_ = {false};
    }
    if (!std::all_of(steps.begin(), steps.end(), [](double step) { return std::isnormal(step); })) return {};
    return steps;
  }

  /// What there is to lose.
  struct Seen {
    std::vector<ErrorSums> columns;
    double low = kInfinity, high = -kInfinity;
    void add(const Seen& later) {
      for (std::size_t c = 0; c < columns.size(); ++c) columns[c].add(later.columns[c]);
      low = std::min(low, later.low), high = std::max(high, later.high);
    }
  };

  Seen look() {
    Seen all;
    all.columns.resize(columns_of(source_.info()));
    const auto look_at = [&](const ChunkPlace& place, std::span<const std::byte> chunk) {
      Seen seen;
      seen.columns.resize(all.columns.size());
      std::vector<double> values(place.valid_bytes / grid_.element_bytes);
      to_doubles(source_.info().type, chunk.first(place.valid_bytes), values);
      std::uint64_t column = place.offset_bytes / grid_.element_bytes % seen.columns.size();
      for (const double x : values) {
        if (std::isfinite(x) && !is_missing(x, rounding_.missing)) {
          seen.columns[column].add(x, x);
          seen.low = std::min(seen.low, x), seen.high = std::max(seen.high, x);
        }
        column = column + 1 == seen.columns.size() ? 0 : column + 1;
      }
      return seen;
    };
    for_each_chunk<Seen>(look_at, [&](const Seen& seen) { all.add(seen); });
    return all;
  }

  template <class Result, class Look, class Take>
  void for_each_chunk(const Look& look, const Take& take) {
    const auto work = [&](std::uint64_t ordinal) {
      around_.stop.check();
      const ChunkPlace place = grid_.place(ordinal);
      return look(place, read_smooth_chunk(source_, grid_, place));
    };
    in_order<Result>(grid_.count, around_.threads, work,
                     [&](std::uint64_t, Result result) { take(std::move(result)); });
  }

  /// A few chunks from all over the array.
  Samples sample() {
    Samples samples;
    const std::uint64_t count = std::min(kSampledChunks, grid_.count);
    for (std::uint64_t i = 0; i < count; ++i)
      samples.push_back(read_smooth_chunk(source_, grid_, grid_.place((2 * i + 1) * grid_.count / (2 * count))));
    return samples;
  }

  LossyForm form_of(codecs::Pipeline pipeline, const std::vector<double>& steps) const {
    LossyForm form{pipeline, steps, bounds_.max_abs ? 2 * *bounds_.max_abs : 0, rounding_.missing, target_};
    if (pipeline == codecs::kLevels) form.steps = {*std::min_element(steps.begin(), steps.end())};
    return form;
  }

  /// Interpolation leaves less than an even error where the data is smooth: a wider step whose squared error is the
  /// allowed one. Returns it.
  double widen(LossyForm& form, const Samples& samples) {
    constexpr double kWiden = 1.25;
    if (bounds_.max_abs) return form.steps[0];
    const double allowed = form.steps[0] * form.steps[0] / 12;
    while (mean_square(form, samples) <= allowed && form.steps[0] * form.steps[0] / 12 < allowed * 400)
      form.steps[0] *= kWiden;
    return form.steps[0] /= kWiden;
  }

  double mean_square(const LossyForm& form, const Samples& samples) {
    double sum = 0, count = 0;
    for (const auto& chunk : samples) {
      IntegrityMeter meter({"", source_.info().type, {chunk.size() / grid_.element_bytes}}, rounding_.missing);
      meter.add(chunk, quantize_chunk(form, type_, chunk));
      sum += meter.result().mean_square_error * static_cast<double>(chunk.size());
      count += static_cast<double>(chunk.size());
    }
    return sum / count;
  }

  std::size_t framed_bytes(const LossyForm& form, const Samples& samples) const {
    std::size_t bytes = 0;
    for (const auto& chunk : samples) {
      const std::size_t frame = encode_lossy_chunk(form, type_, chunk).frame.size();
      bytes += frame > 0 ? frame : chunk.size();
    }
    return bytes;
  }

  static double total(const Samples& samples) {
    double bytes = 0;
    for (const auto& chunk : samples) bytes += static_cast<double>(chunk.size());
    return bytes;
  }

  static std::size_t encoded_bytes(const ChunkEncoder& encoder, const Samples& samples) {
    std::size_t bytes = 0;
    for (const auto& chunk : samples) {
      Choice choice;
      bytes += encoder.encode_trying_all(chunk, {}, choice).bytes.size();
    }
    return bytes;
  }

  std::size_t rounded_bytes(const ChunkEncoder& encoder, Samples samples) const {
    for (auto& chunk : samples) round_elements(source_.info().type, rounding_, 0, chunk, chunk);
    return encoded_bytes(encoder, samples);
  }

  ArrayIntegrity measure(const LossyForm& form) {
    IntegrityMeter all(source_.info(), rounding_.missing);
    for_each_chunk<IntegrityMeter>(
        [&](const ChunkPlace& place, std::span<const std::byte> chunk) {
          IntegrityMeter meter(source_.info(), rounding_.missing, place.offset_bytes / grid_.element_bytes);
          const auto valid = chunk.first(place.valid_bytes);
          meter.add(valid, std::span<const std::byte>(quantize_chunk(form, type_, chunk)).first(valid.size()));
          return meter;
        },
        [&](const IntegrityMeter& meter) { all.add(meter); });
    return all.result();
  }

  /// The widest steps that keep the bounds, in the proportion of the form's.
  std::optional<FittedForm> settle(LossyForm form) {
    constexpr double kMargin = 0.9995, kFurthest = 4;
    std::optional<FittedForm> found;
    double failed = kInfinity, kept = 0, factor = 1;
    for (int round = 0; round < kMostRounds; ++round) {
      LossyForm scaled = form;
      for (std::size_t c = 0; c < scaled.steps.size(); ++c)
        if (scaled.steps.size() == 1 || !constant_[c]) scaled.steps[c] *= factor;
      const ArrayIntegrity measured = measure(scaled);
      const double room = slack(measured, bounds_);
      if (keeps(measured, bounds_)) {
        kept = factor;
        found = FittedForm{std::move(scaled), measured};
        if (room <= kCloseEnough || room == kInfinity) break;
      } else {
        failed = factor;
      }
      if (failed <= kept * 1.005) break;
      const double next = factor * std::clamp(std::sqrt(room) * kMargin, 1 / kFurthest, kFurthest);
      factor = next > kept && next < failed ? next : kept > 0 ? std::sqrt(kept * failed) : failed / kFurthest;
    }
    return found;
  }

  const io::ArraySource& source_;
  std::uint64_t target_;
  ChunkGrid grid_;
  const LossBounds& bounds_;
  const Rounding& rounding_;
  const Surroundings& around_;
  codecs::ChunkType type_;
  std::vector<bool> constant_;  // columns whose step makes their one value
};

}  // namespace

std::optional<FittedForm> fit_lossy_form(const io::ArraySource& source, std::uint64_t chunk_target,
                                         const LossBounds& bounds, const Rounding& rounding, Effort effort,
                                         const Surroundings& around) {
  if (!make_grid(source.info(), chunk_target).chunked() || bounds.max_rel) return {};
  return Fitter(source, chunk_target, bounds, rounding, around).fit(effort);
}

}  // namespace daybreak::dataset
