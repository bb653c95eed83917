#include "libcore/precision/apply.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/model/parameters.h"
#include "libcore/precision/fingerprint.h"
#include "libcore/precision/number_formats.h"

namespace daybreak::precision {
namespace {

daybreak_dtype pass_type(const records::GemmFormats& formats, const std::string& place) {
  if (formats.a != formats.b)
    throw data_error(place, "the operands are " + std::string(number_format_name(formats.a)) + " and " + std::string(number_format_name(formats.b)) +
                                ", expected one format for both");
  if (formats.acc != NumberFormat::f32)
    throw data_error(place, "sums in " + std::string(number_format_name(formats.acc)) + " are not offered, expected F32");
  return product_type(formats.a);
}

std::string text_of(const std::vector<std::uint64_t>& shape) {
  std::string text;
  for (const std::uint64_t extent : shape) text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return "[" + text + "]";
}

void check_tensors(const records::PrecisionMap& map, const model::Config& config, const std::string& where) {
  const auto table = model::parameter_table(config);
  for (const records::TensorEntry& tensor : map.tensors) {
    const std::string place = where + ": /tensors/" + tensor.name;
    const model::Parameter* parameter = model::find_parameter(table, tensor.name);
    if (parameter == nullptr) throw data_error(place, "this model has no tensor of that name", "make the map from this model");
    if (parameter->shape != tensor.shape)
      throw data_error(place, "the shape is " + text_of(tensor.shape) + ", expected the model's " + text_of(parameter->shape), "make the map from this model");
  }
}

}  // namespace

daybreak_dtype product_type(records::NumberFormat format) {
  switch (format) {
    case NumberFormat::f16: return DAYBREAK_F16;
    case NumberFormat::bf16: return DAYBREAK_BF16;
    case NumberFormat::f8_e4m3: return DAYBREAK_F8_E4M3;
    case NumberFormat::f32: break;
  }
  return DAYBREAK_F32;
}

model::Precision gemm_precision(const records::PrecisionMap& map, const model::Config& config, const std::string& where) {
  check_tensors(map, config, where);
  for (const records::TensorEntry& tensor : map.tensors)
    if (tensor.quant && map.find_gemm(tensor.name.substr(0, tensor.name.rfind('.'))) != nullptr)
      throw data_error(where + ": /tensors/" + tensor.name, "the tensor is scaled, and products multiply values without scales",
                       "make the map from a profile with --scaling none");
  std::map<std::string, model::GemmPrecision> modules;
  for (const auto& [name, formats] : map.gemms) {
    const std::string place = where + ": /gemms/" + name;
    modules[name] = {pass_type(formats.fprop, place + "/fprop"), pass_type(formats.dgrad, place + "/dgrad"),
                     pass_type(formats.wgrad, place + "/wgrad")};
  }
  const daybreak_dtype otherwise = product_type(map.otherwise);
  model::Precision precision = model::Precision::from_modules(modules, {otherwise, otherwise, otherwise});
  precision.check(config, where);
  return precision;
}

void check_weights(const records::PrecisionMap& map, const model::Config& config, std::span<const float> weights, const std::string& where) {
  if (map.model.weights_xxh3.empty()) return;
  const std::string found = weights_hash(config, weights);
  if (found != map.model.weights_xxh3)
    throw data_error(where, "the map was made for weights of hash " + map.model.weights_xxh3 + ", and these have " + found,
                     "profile this model and solve again");
}

std::vector<float> rounded_weights(const records::PrecisionMap& map, const model::Config& config, std::span<const float> weights,
                                   const std::string& where) {
  check_tensors(map, config, where);
  std::vector<float> rounded(weights.begin(), weights.end());
  const auto table = model::parameter_table(config);
  for (const records::TensorEntry& tensor : map.tensors) {
    const model::Parameter& parameter = *model::find_parameter(table, tensor.name);
    const auto values = std::span(rounded).subspan(static_cast<std::size_t>(parameter.offset), static_cast<std::size_t>(parameter.count));
    float largest = 0;
    for (const float value : values) largest = std::max(largest, std::abs(value));
    const float scale = scale_for(tensor.dtype, tensor.quant ? Scaling::tensor : Scaling::none, largest);
    round_values(values, values, tensor.dtype, scale);
  }
  return rounded;
}

}  // namespace daybreak::precision
