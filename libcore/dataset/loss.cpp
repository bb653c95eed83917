#include "libcore/dataset/loss.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/dataset/array_parts.h"
#include "libcore/dataset/fit_lossy_form.h"
#include "libcore/io/json.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

/// The words of an array's name behind its groups, in lower case, without a plural's s.
std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words{""};
  for (const char letter : name.substr(name.rfind('/') + 1)) {
    if (std::isalnum(static_cast<unsigned char>(letter)) != 0)
      words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    else if (!words.back().empty())
      words.emplace_back();
  }
  for (std::string& word : words)
    if (word.size() > 2 && word.back() == 's') word.pop_back();
  return words;
}

/// True where the user or the file says so.
bool holds_labels(const CompressInput& input, const std::string& array) {
  for (const auto* attributes : {&input.file.attributes, &input.notes})
    if (const io::Attribute* role = io::find_attribute(*attributes, array, io::kRole); role != nullptr)
      if (io::attribute_texts(*role) == std::vector<std::string>{"labels"}) return true;
  return false;
}

}  // namespace

std::string reason_to_stay_exact(const io::ArrayInfo& array) {
  static const std::set<std::string> kExact = {"label", "target", "y",    "id",    "idx",
                                               "index", "offset", "mask", "length"};
  if (!is_real(array.type)) return "no real numbers";
  for (const std::string& word : words_of(array.name))
    if (kExact.contains(word)) return "its name says " + word;
  return "";
}

bool keeps(const ArrayIntegrity& measured, const LossBounds& bounds) {
  return measured.special_mismatches == 0 && (!bounds.integrity || measured.integrity >= *bounds.integrity) &&
         (!bounds.nmse || measured.nmse <= *bounds.nmse) &&
         (!bounds.psnr_db || measured.psnr_db() >= *bounds.psnr_db) &&
         (!bounds.max_abs || measured.max_abs_error <= *bounds.max_abs) &&
         (!bounds.max_rel || measured.max_rel_error <= *bounds.max_rel);
}

namespace {

/// The lossy form of an array in chunks of the size that suits it.
std::optional<FittedForm> fit_in_chunks(const io::ArraySource& source, const LossBounds& bounds, const Rounding& rounding,
                                        const CompressOptions& options, const Surroundings& around) {
  const auto fit = [&](std::uint64_t target) {
    return fit_lossy_form(source, target, bounds, rounding, parse_effort(options.effort), around);
  };
  std::optional<FittedForm> fitted = fit(options.chunk_target());
  if (!fitted || options.chunk_bytes || fitted->ratio < kVanishes || source.info().bytes() <= options.chunk_target())
    return fitted;
  std::optional<FittedForm> larger = fit(kLargerChunk);
  constexpr double kWorthIt = 1.05;
  return larger && larger->ratio > kWorthIt * fitted->ratio ? larger : fitted;
}

/// Array number `i` of an input.
void lose_array(CompressInput& input, std::size_t i, const LossBounds& asked, const CompressOptions& options,
                const Surroundings& around) {
  std::unique_ptr<io::ArraySource>& source = input.file.arrays[i];
  std::optional<LossBounds> by_error = asked.measure == "nmi" ? bounds_by_nmi(*source, asked, around) : asked;
  if (!by_error) return;
  LossBounds& bounds = *by_error;
  std::optional<Rounding> rounding = fit_rounding(*source, bounds, around);
  if (!rounding) return;
  std::optional<RealInformation> information;
  if (bounds.bits) {
    information = real_information(*source, *bounds.bits, rounding->missing);
    if (!information) return;
    rounding->mantissa_bits = std::max(rounding->mantissa_bits.value_or(0), information->mantissa_bits);
    bounds.max_rel = std::min(bounds.max_rel.value_or(1), rounding_bound(*information));
  }
  const auto note = [&](ArrayIntegrity loss, ArrayQuality quality) {
    loss.quality = std::move(quality);
    loss.information = information;
    if (!input.uncut) loss.sums.reset();  // joining alone needs them
    input.losses[i] = std::move(loss);
    input.path.reset();
  };
  const auto quality_of = [&](const io::ArraySource& exact, const io::ArraySource& decoded) {
    return measure_quality(exact, decoded, rounding->missing, bounds.report == "full", around.threads);
  };
  if (parse_audience(options.reader) == Audience::plugin) {
    const auto fitted = fit_in_chunks(*source, bounds, *rounding, options, around);
    if (fitted && !fitted->form) return;
    if (fitted) {
      const ChunkGrid grid = make_grid(source->info(), fitted->form->chunk_target);
      ArrayQuality quality = quality_of(*source, QuantizedSource(*source, grid, *fitted->form));
      if (asked.measure == "r2" || quality.normalized_information.value_or(0) >= *asked.integrity) {
        input.lossy_forms[i] = fitted->form;
        return note(fitted->loss, std::move(quality));
      }
    }
  }
  ArrayIntegrity loss = measure_rounding(*source, *rounding, bounds, around);
  if (loss.mean_square_error == 0) return;
  const std::shared_ptr<const io::ArraySource> exact = std::move(source);
  source = std::make_unique<RoundedSource>(exact, *rounding);
  note(std::move(loss), quality_of(*exact, *source));
}

/// The bounds of an array; none where it stays exact. Error (usage) where a bound names what cannot lose.
LossBounds bounds_of(const CompressInput& input, const io::ArrayInfo& array, const LossBounds& bounds) {
  LossBounds own = bounds.of(input.group + array.name);
  if (own.by_name && own.any() && !is_real(array.type))
    throw usage_error("--bound: \"" + input.group + array.name + "\" has " + std::string(io::dtype_name(array.type)) +
                          " elements, and only real numbers may lose",
                      "leave it out, or say exact");
  if (holds_labels(input, array.name) || (!own.by_name && !reason_to_stay_exact(array).empty())) return {};
  return own;
}

/// What stands for a missing value in the whole does so in each part of it, however often it comes there.
void keep_missing_of(const io::ArraySource& whole, LossBounds& bounds, const Surroundings& around) {
  const auto sentinel = find_sentinel(whole, bounds.missing_values(), around);
  if (sentinel) bounds.missing.push_back(io::Json(*sentinel).dump());
}

}  // namespace

void lose(std::vector<CompressInput>& inputs, const LossBounds& bounds, const CompressOptions& options,
          const Surroundings& around) {
  std::uint64_t bytes = 0;
  std::vector<std::string> names;
  for (const CompressInput& input : inputs)
    for (const auto& source : input.file.arrays) {
      bytes += source->info().bytes();
      names.push_back(input.group + source->info().name);
    }
  bounds.check_names(names);
  around.progress.begin("round", bytes, "B");
  for (CompressInput& input : inputs) {
    input.losses.resize(input.file.arrays.size());
    input.lossy_forms.resize(input.file.arrays.size());
    for (std::size_t i = 0; i < input.losses.size(); ++i) {
      const io::ArrayInfo& array = input.file.arrays[i]->info();
      around.progress.advance(array.bytes());
      LossBounds own = bounds_of(input, array, bounds);
      if (!own.any()) continue;
      if (input.uncut) keep_missing_of(*input.uncut->arrays[i], own, around);
      lose_array(input, i, own, options, around);
    }
  }
}

ArrayIntegrity measure_rounding(const io::ArraySource& source, const Rounding& rounding, const LossBounds& bounds,
                                const Surroundings& around) {
  const io::ArrayInfo& array = source.info();
  const auto look = [&](const ArrayPart& part) {
    std::vector<std::byte> rounded(part.bytes.size());
    round_elements(array.type, rounding, part.first_element, part.bytes, rounded);
    IntegrityMeter meter(array, rounding.missing, part.first_element);
    meter.add(part.bytes, rounded);
    return meter;
  };
  IntegrityMeter all(array, rounding.missing);
  for_each_part<IntegrityMeter>(source, around, look, [&](const IntegrityMeter& meter) { all.add(meter); });
  const ArrayIntegrity measured = all.result();
  if (!keeps(measured, bounds))
    throw Error(ExitStatus::bug, "\"" + array.name + "\" does not keep the bounds that were asked for");
  return measured;
}

}  // namespace daybreak::dataset
