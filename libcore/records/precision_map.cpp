// The precision map as a document to write; precision_map_reader.cpp is the way back.
#include "libcore/records/precision_map.h"

#include <algorithm>

namespace daybreak::records {
namespace {

using io::Json;

struct FormatFacts {
  std::string_view name;
  std::int64_t bytes;
};
constexpr FormatFacts kFacts[] = {{"F32", 4}, {"F16", 2}, {"BF16", 2}, {"F8_E4M3", 1}};

Json name_of(NumberFormat format) {
  return Json(number_format_name(format));
}

template <typename Value, typename Convert>
Json by_format(const std::map<NumberFormat, Value>& values, Convert convert) {
  Json object = Json::object();
  for (const auto& [format, value] : values) object[number_format_name(format)] = convert(value);
  return object;
}

Json number(double value) {
  return Json(value);
}

Json optional_number(const std::optional<double>& value) {
  return value ? Json(*value) : Json();
}

Json model_json(const PrecisionMap::Model& model) {
  Json object;
  object["architectures"] = Json::array(model.architectures);
  object["weights_xxh3"] = model.weights_xxh3;
  object["num_parameters"] = model.num_parameters;
  object["tied"] = Json::array();
  for (const auto& names : model.tied) object["tied"].push_back(Json::array(names));
  return object;
}

Json calibration_json(const PrecisionMap::Calibration& calibration) {
  Json object;
  object["tokens_xxh3"] = calibration.tokens_xxh3;
  object["num_sequences"] = calibration.num_sequences;
  object["num_tokens"] = calibration.num_tokens;
  object["labels_per_token"] = calibration.labels_per_token;
  object["seed"] = calibration.seed;
  return object;
}

Json budget_json(const PrecisionMap::Budget& budget) {
  Json object = Json::object();
  if (budget.kl) object["kl"] = *budget.kl;
  if (budget.threshold) object["threshold"] = *budget.threshold;
  if (!budget.of.empty()) object["of"] = budget.of;
  return object;
}

Json summary_json(const PrecisionMap::Summary& summary) {
  Json object;
  object["share"] = by_format(summary.share, number);
  object["effective_bits"] = summary.effective_bits;
  object["bytes"] = summary.bytes;
  object["predicted_kl"] = summary.predicted_kl;
  object["predicted_kl_se"] = summary.predicted_kl_se;
  object["measured_kl"] = optional_number(summary.measured_kl);
  object["predicted_step_us"] = optional_number(summary.predicted_step_us);
  return object;
}

Json quant_json(const QuantScheme& quant) {
  Json object;
  object["num_bits"] = quant.num_bits;
  object["type"] = quant.type;
  object["strategy"] = quant.strategy;
  if (!quant.block_structure.empty()) object["block_structure"] = Json::array(quant.block_structure);
  object["symmetric"] = quant.symmetric;
  object["dynamic"] = quant.dynamic;
  object["scale_dtype"] = name_of(quant.scale_dtype);
  return object;
}

Json statistics_json(const TensorStatistics& stats) {
  Json object;
  object["amax"] = stats.amax;
  object["amin"] = stats.amin;
  object["zeros"] = stats.zeros;
  object["subnormal_pct"] = by_format(stats.subnormal_pct, number);
  object["flush_pct"] = by_format(stats.flush_pct, number);
  object["overflow_pct"] = by_format(stats.overflow_pct, number);
  object["sqnr_db"] = by_format(stats.sqnr_db, optional_number);
  return object;
}

Json tensor_json(const TensorEntry& tensor) {
  Json object;
  object["dtype"] = name_of(tensor.dtype);
  object["shape"] = Json::array(tensor.shape);
  object["role"] = tensor.role;
  if (tensor.quant) object["quant"] = quant_json(*tensor.quant);
  object["sensitivity"] = by_format(tensor.sensitivity, [](const Sensitivity& score) {
    return Json(Json::Array{Json(score.nats), Json(score.standard_error)});
  });
  if (tensor.stats) object["stats"] = statistics_json(*tensor.stats);
  object["reason"] = tensor.reason;
  return object;
}

Json gemm_json(const GemmFormats& gemm) {
  Json object;
  object["a"] = name_of(gemm.a);
  object["b"] = name_of(gemm.b);
  object["acc"] = name_of(gemm.acc);
  object["out"] = name_of(gemm.out);
  return object;
}

Json module_json(const ModuleFormats& module) {
  Json object;
  object["fprop"] = gemm_json(module.fprop);
  object["dgrad"] = gemm_json(module.dgrad);
  object["wgrad"] = gemm_json(module.wgrad);
  return object;
}

Json device_json(const PrecisionMap::Device& device) {
  Json object;
  object["name"] = device.name;
  object["cublas"] = device.cublas;
  object["timing"] = device.timing;
  return object;
}

Json solver_json(const PrecisionMap::Solver& solver) {
  Json object;
  object["status"] = solver.status;
  object["objective"] = solver.objective;
  object["dual_bound"] = solver.dual_bound;
  object["gap"] = solver.gap;
  return object;
}

}  // namespace

std::string_view number_format_name(NumberFormat format) {
  return kFacts[static_cast<std::size_t>(format)].name;
}

std::optional<NumberFormat> find_number_format(std::string_view name) {
  for (const NumberFormat format : kNumberFormats)
    if (number_format_name(format) == name) return format;
  return std::nullopt;
}

std::int64_t number_format_bytes(NumberFormat format) {
  return kFacts[static_cast<std::size_t>(format)].bytes;
}

const TensorEntry* PrecisionMap::find_tensor(std::string_view name) const {
  const auto found = std::find_if(tensors.begin(), tensors.end(), [&](const TensorEntry& one) { return one.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

const ModuleFormats* PrecisionMap::find_gemm(std::string_view module) const {
  const auto found = std::find_if(gemms.begin(), gemms.end(), [&](const auto& one) { return one.first == module; });
  return found == gemms.end() ? nullptr : &found->second;
}

io::Json precision_map_json(const PrecisionMap& map) {
  Json document;
  document["schema"] = kPrecisionMapSchema;
  document["model"] = model_json(map.model);
  document["calibration"] = calibration_json(map.calibration);
  document["device"] = device_json(map.device);
  document["policy"] = map.policy;
  document["objective"] = map.objective;
  document["budget"] = budget_json(map.budget);
  document["solver"] = solver_json(map.solver);
  document["summary"] = summary_json(map.summary);
  document["default"]["dtype"] = name_of(map.otherwise);
  document["groups"] = Json::array();
  for (const TensorGroup& group : map.groups) {
    Json one;
    one["name"] = group.name;
    one["targets"] = Json::array(group.targets);
    document["groups"].push_back(std::move(one));
  }
  // Appended, not looked up: operator[] would make this quadratic in the number of tensors.
  Json::Object tensors, gemms;
  for (const TensorEntry& tensor : map.tensors) tensors.emplace_back(tensor.name, tensor_json(tensor));
  for (const auto& [name, formats] : map.gemms) gemms.emplace_back(name, module_json(formats));
  document["tensors"] = Json(std::move(tensors));
  document["gemms"] = Json(std::move(gemms));
  document["runtime"]["loss_scale"] = map.runtime.loss_scale;
  return document;
}

}  // namespace daybreak::records
