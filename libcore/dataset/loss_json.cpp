#include "libcore/dataset/loss_json.h"

#include <limits>

namespace daybreak::dataset {
namespace {

/// JSON has no infinity: null is that a zero changed, or that squares left the range of a double.
double real_of(const io::Json& value) {
  return value.is_null() ? std::numeric_limits<double>::infinity() : value.as_double();
}

io::Json sums_json(const LossSums& sums) {
  io::Json out, columns = io::Json::array();
  for (const ErrorSums& one : sums.columns)
    columns.push_back(io::Json::Array{one.count, one.origin, one.deviation, one.deviation2, one.error2, one.mismatches});
  out["columns"] = std::move(columns);
  out["low"] = sums.low;
  out["minus_high"] = -sums.high;
  out["max_abs"] = sums.max_abs;
  out["max_rel"] = sums.max_rel;
  return out;
}

LossSums parse_sums(const io::Json& json) {
  LossSums sums;
  for (const io::Json& one : json.at("columns").as_array())
    sums.columns.push_back({one.at(0).as_uint(), real_of(one.at(1)), real_of(one.at(2)), real_of(one.at(3)),
                            real_of(one.at(4)), one.at(5).as_uint()});
  sums.low = real_of(json.at("low"));
  sums.high = -real_of(json.at("minus_high"));
  sums.max_abs = real_of(json.at("max_abs"));
  sums.max_rel = real_of(json.at("max_rel"));
  return sums;
}

}  // namespace

io::Json loss_json(const ArrayIntegrity& loss) {
  io::Json out;
  out["integrity"] = loss.integrity;
  out["median"] = loss.median;
  out["columns"] = loss.columns;
  out["worst_column"] = loss.worst_column;
  out["nmse"] = loss.nmse;
  out["mean_square_error"] = loss.mean_square_error;
  out["peak_to_peak"] = loss.peak_to_peak;
  out["max_abs_error"] = loss.max_abs_error;
  out["max_rel_error"] = loss.max_rel_error;
  io::Json missing = io::Json::array();
  for (const double value : loss.missing) missing.push_back(value);
  out["missing"] = std::move(missing);
  if (loss.sums) out["sums"] = sums_json(*loss.sums);
  if (loss.quality) out["quality"] = quality_json(*loss.quality);
  if (loss.information) out["real_information"] = information_json(*loss.information);
  return out;
}

ArrayIntegrity parse_loss(const io::Json& json) {
  const auto real = [&](const char* key) { return real_of(json.at(key)); };
  ArrayIntegrity loss;
  loss.integrity = json.at("integrity").as_double();
  loss.median = json.at("median").as_double();
  loss.columns = json.at("columns").as_uint();
  loss.worst_column = json.at("worst_column").as_uint();
  loss.nmse = real("nmse");
  loss.mean_square_error = real("mean_square_error");
  loss.peak_to_peak = real("peak_to_peak");
  loss.max_abs_error = json.at("max_abs_error").as_double();
  loss.max_rel_error = real("max_rel_error");
  for (const io::Json& value : json.at("missing").as_array()) loss.missing.push_back(value.as_double());
  if (const io::Json* sums = json.find("sums"); sums != nullptr) loss.sums = parse_sums(*sums);
  if (const io::Json* quality = json.find("quality"); quality != nullptr) loss.quality = parse_quality(*quality);
  if (const io::Json* bits = json.find("real_information"); bits != nullptr) loss.information = parse_information(*bits);
  return loss;
}

}  // namespace daybreak::dataset
