#include "libcore/dataset/loss_bounds.h"

#include <fnmatch.h>

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/base/parse.h"
#include "libcore/io/json.h"

namespace daybreak::dataset {
namespace {

/// "NAME:BOUNDS"; a name may hold colons, bounds cannot.
std::pair<std::string, std::string> split(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0)
    throw usage_error("--bound: expected NAME:BOUND=VALUE, found '" + text + "'", "such as 'height:max-abs=0.5'");
  return {text.substr(0, colon), text.substr(colon + 1)};
}

bool fits(const std::string& pattern, const std::string& name) {
  return pattern == name || fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

/// A number that a list or a bound holds, whose option no parser of options has named.
double real_of(const std::string& option, const std::string& text) {
  try {
    return parse_real(text);
  } catch (const Error& failure) {
    throw usage_error(option + ": " + failure.message(), failure.hint());
  }
}

void set_bound(LossBounds& bounds, const std::string& text) {
  const std::size_t equals = std::min(text.find('='), text.size());
  const std::string key = text.substr(0, equals);
  const std::pair<const char*, std::optional<double>*> known[] = {
      {"integrity", &bounds.integrity}, {"nmse", &bounds.nmse},       {"psnr", &bounds.psnr_db},
      {"max-abs", &bounds.max_abs},     {"max-rel", &bounds.max_rel}, {"bits", &bounds.bits}};
  for (const auto& [name, value] : known)
    if (key == name && equals < text.size()) {
      if (*value) throw usage_error("--bound: " + key + " is given twice for one array", "leave out one of them");
      *value = real_of("--bound", text.substr(equals + 1));
      return;
    }
  throw usage_error("--bound: expected integrity, nmse, psnr, max-abs, max-rel or bits with =VALUE, or exact; found '" +
                        text + "'",
                    "such as 'height:max-abs=0.5'");
}

void set_bounds(LossBounds& bounds, const std::string& texts) {
  if (texts == "exact") return;
  for (std::size_t from = 0; from <= texts.size();) {
    const std::size_t comma = std::min(texts.find(',', from), texts.size());
    set_bound(bounds, texts.substr(from, comma - from));
    from = comma + 1;
  }
}

}  // namespace

void LossBounds::declare(OptionSink& sink) {
  sink.group("Loss");
  sink.real("integrity", &integrity, "I", "Let real numbers lose, each column at most 1-I of its variance");
  sink.real("nmse", &nmse, "X", "Let real numbers lose at most X of the whole array's variance");
  sink.real("psnr", &psnr_db, "DB", "Let real numbers lose, the peak this far above the error");
  sink.real("max-abs", &max_abs, "E", "Let real numbers move by at most E");
  sink.real("max-rel", &max_rel, "E", "Let real numbers move by at most E times themselves");
  sink.real("bits", &bits, "SHARE", "Keep the leading bits that hold SHARE of the real information");
  sink.choice("measure", &measure, {"r2", "nmi"}, "What --integrity is a share of: variance, or mutual information");
  sink.list("bound", &arrays, "ARRAY:BOUNDS", "Other bounds for an array or pattern: nmse=1e-5,max-abs=2 or exact");
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
  if (bits && !(*bits > 0 && *bits <= 1)) refuse("--bits", "a share above 0 and up to 1", *bits);
  if (measure == "nmi" && !integrity) throw usage_error("--measure nmi says what --integrity means", "name both");
  for (const std::string& text : arrays) of(split(text).first).check();
}

std::vector<double> LossBounds::missing_values() const {
  std::vector<double> values;
  for (const std::string& text : missing) values.push_back(real_of("--missing", text));
  return values;
}

bool LossBounds::any() const {
  return integrity || nmse || psnr_db || max_abs || max_rel || bits || !arrays.empty();
}

bool LossBounds::by_bits() const {
  return bits || std::any_of(arrays.begin(), arrays.end(), [this](const std::string& text) { return of(split(text).first).bits; });
}

std::string LossBounds::text() const {
  std::string all = measure;
  for (const std::optional<double>& bound : {integrity, nmse, psnr_db, max_abs, max_rel, bits})
    all += bound ? " " + io::Json(*bound).dump() : " -";
  return all + " " + joined(missing) + " " + joined(arrays, " ");
}

LossBounds LossBounds::of(const std::string& name) const {
  std::optional<std::string> given;
  bool by_own_name = false;
  for (const std::string& text : arrays) {
    auto [pattern, bounds] = split(text);
    if (pattern != name && (by_own_name || !fits(pattern, name))) continue;
    by_own_name = pattern == name;
    given = std::move(bounds);
  }
  LossBounds found;
  if (!given) found = *this;
  found.arrays.clear();
  found.report = report;
  found.missing = missing;
  found.by_name = by_own_name;
  if (given) set_bounds(found, *given);
  return found;
}

void LossBounds::check_names(const std::vector<std::string>& names) const {
  for (const std::string& text : arrays) {
    const std::string pattern = split(text).first;
    if (std::none_of(names.begin(), names.end(), [&](const std::string& name) { return fits(pattern, name); }))
      throw usage_error("--bound: no array is called '" + pattern + "'", "arrays: " + joined(names));
  }
}

}  // namespace daybreak::dataset
