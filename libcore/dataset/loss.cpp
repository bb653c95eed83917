#include "libcore/dataset/loss.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/dataset/array_parts.h"
#include "libcore/dataset/fit_lossy_form.h"
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

void LossBounds::declare(OptionSink& sink) {
  sink.group("Loss");
  sink.real("integrity", &integrity, "I", "Let real numbers lose, each column at most 1-I of its variance");
  sink.real("nmse", &nmse, "X", "Let real numbers lose at most X of the whole array's variance");
  sink.real("psnr", &psnr_db, "DB", "Let real numbers lose, the peak this far above the error");
  sink.real("max-abs", &max_abs, "E", "Let real numbers move by at most E");
  sink.real("max-rel", &max_rel, "E", "Let real numbers move by at most E times themselves");
  sink.list("missing", &missing, "VALUE", "A number that stands for a missing one and stays exact, such as -9999");
  sink.choice("report", &report, {"brief", "full"}, "What to measure; full: principal directions, neighbors too");
}

void LossBounds::check() const {
  const auto refuse = [](const char* option, const char* expected, double found) {
    throw usage_error(std::string(option) + ": expected " + expected + ", found " + std::to_string(found));
  };
  if (integrity && !(*integrity > 0 && *integrity <= 1))
    refuse("--integrity", "a share above 0 and up to 1", *integrity);
  if (nmse && !(*nmse >= 0 && *nmse < 1)) refuse("--nmse", "a share from 0 and below 1", *nmse);
  if (psnr_db && !(*psnr_db > 0)) refuse("--psnr", "decibels above 0", *psnr_db);
  missing_values();
  if (max_abs && !(*max_abs >= 0)) refuse("--max-abs", "0 or more", *max_abs);
  if (max_rel && !(*max_rel >= 0 && *max_rel < 1)) refuse("--max-rel", "a share from 0 and below 1", *max_rel);
}

std::vector<double> LossBounds::missing_values() const {
  std::vector<double> values;
  for (const std::string& text : missing) values.push_back(parse_real(text));
  return values;
}

bool LossBounds::any() const {
  return integrity || nmse || psnr_db || max_abs || max_rel;
}

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

void lose(std::vector<CompressInput>& inputs, const LossBounds& bounds, const CompressOptions& options,
          const Surroundings& around) {
  std::uint64_t bytes = 0;
  for (const CompressInput& input : inputs)
    for (const auto& source : input.file.arrays) bytes += source->info().bytes();
  around.progress.begin("round", bytes, "B");
  for (CompressInput& input : inputs) {
    input.losses.resize(input.file.arrays.size());
    input.lossy_forms.resize(input.file.arrays.size());
    for (std::size_t i = 0; i < input.losses.size(); ++i) {
      std::unique_ptr<io::ArraySource>& source = input.file.arrays[i];
      around.progress.advance(source->info().bytes());
      if (!reason_to_stay_exact(source->info()).empty() || holds_labels(input, source->info().name)) continue;
      std::optional<Rounding> rounding = fit_rounding(*source, bounds, around);
      if (!rounding) continue;
      const auto note = [&](ArrayIntegrity loss, const io::ArraySource& exact, const io::ArraySource& decoded) {
        loss.quality = measure_quality(exact, decoded, loss.missing, bounds.report == "full", around.threads);
        input.losses[i] = std::move(loss);
        input.path.reset();
      };
      if (parse_audience(options.reader) == Audience::plugin) {
        const ChunkGrid grid = make_grid(source->info(), static_cast<std::uint64_t>(options.chunk_bytes));
        const auto fitted = fit_lossy_form(*source, grid, bounds, *rounding, parse_effort(options.effort), around);
        if (fitted) {
          input.lossy_forms[i] = fitted->form;
          note(fitted->loss, *source, QuantizedSource(*source, grid, fitted->form));
          continue;
        }
      }
      const ArrayIntegrity loss = measure_rounding(*source, *rounding, bounds, around);
      if (loss.mean_square_error == 0) continue;
      const std::shared_ptr<const io::ArraySource> exact = std::move(source);
      source = std::make_unique<RoundedSource>(exact, std::move(*rounding));
      note(loss, *exact, *source);
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
