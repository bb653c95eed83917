#include "libcore/precision/profile_json.h"

#include "libcore/base/error.h"
#include "libcore/records/record_file.h"

namespace daybreak::precision {
namespace {

using io::Json;

constexpr std::int64_t kMost = std::int64_t{1} << 40;  // of any count, so that products of sizes stay exact in doubles

std::int64_t count_at(const Json& object, std::string_view key) {
  const std::int64_t value = object.at(key).as_int();
  if (value < 0 || value > kMost) throw data_error("", "\"" + std::string(key) + "\" is " + std::to_string(value) + ", out of range");
  return value;
}

Json effect_json(const FormatEffect& effect) {
  Json object;
  object["scale"] = effect.scale;
  object["error_squares"] = effect.error_squares;
  object["first_order"] = effect.first_order;
  object["first_order_bound"] = effect.first_order_bound;
  object["overflow"] = effect.counts.overflow;
  object["flushed"] = effect.counts.flushed;
  object["subnormal"] = effect.counts.subnormal;
  return object;
}

FormatEffect effect_from(const Json& object) {
  FormatEffect effect;
  effect.scale = object.at("scale").as_double();
  effect.error_squares = object.at("error_squares").as_double();
  effect.first_order = object.at("first_order").as_double();
  effect.first_order_bound = object.at("first_order_bound").as_double();
  effect.counts = {object.at("overflow").as_uint(), object.at("flushed").as_uint(), object.at("subnormal").as_uint()};
  return effect;
}

Json tensor_json(const ProfiledTensor& tensor, const std::vector<NumberFormat>& formats) {
  Json object;
  object["name"] = tensor.name;
  object["module"] = tensor.module;
  object["role"] = tensor.role;
  object["group"] = tensor.group;
  object["layer"] = tensor.layer;
  object["shape"] = Json::array(tensor.shape);
  object["gemm"] = tensor.gemm;
  object["sum_gradient_norm"] = tensor.sum_gradient_norm;
  object["loss_gradient_norm"] = tensor.loss_gradient_norm;
  object["zeros"] = tensor.range.zeros;
  object["amax"] = tensor.range.largest;
  object["amin"] = tensor.range.smallest;
  object["sum_squares"] = tensor.range.sum_squares;
  for (std::size_t f = 0; f < formats.size(); ++f)
    object["formats"][records::number_format_name(formats[f])] = effect_json(tensor.effects[f]);
  return object;
}

ProfiledTensor tensor_from(const Json& object, const std::vector<NumberFormat>& formats) {
  ProfiledTensor tensor;
  tensor.name = object.at("name").as_string();
  tensor.module = object.at("module").as_string();
  tensor.role = object.at("role").as_string();
  tensor.group = object.at("group").as_string();
  tensor.layer = object.at("layer").as_int();
  tensor.count = 1;
  for (const Json& extent : object.at("shape").as_array()) {
    tensor.shape.push_back(extent.as_uint());
    if (extent.as_uint() == 0 || extent.as_uint() > static_cast<std::uint64_t>(kMost / tensor.count))
      throw data_error("", "the shape of " + tensor.name + " is out of range");
    tensor.count *= static_cast<std::int64_t>(extent.as_uint());
  }
  tensor.gemm = object.at("gemm").as_bool();
  tensor.sum_gradient_norm = object.at("sum_gradient_norm").as_double();
  tensor.loss_gradient_norm = object.at("loss_gradient_norm").as_double();
  tensor.range.zeros = object.at("zeros").as_uint();
  tensor.range.largest = object.at("amax").as_double();
  tensor.range.smallest = object.at("amin").as_double();
  tensor.range.sum_squares = object.at("sum_squares").as_double();
  for (const NumberFormat format : formats)
    tensor.effects.push_back(effect_from(object.at("formats").at(records::number_format_name(format))));
  return tensor;
}

Profile read(const Json& document) {
  Profile profile;
  const Json& model = document.at("model");
  profile.architecture = model.at("architecture").as_string();
  profile.weights_xxh3 = model.at("weights_xxh3").as_string();
  profile.parameters = model.at("num_parameters").as_uint();
  for (const Json& names : model.at("tied").as_array()) {
    auto& group = profile.tied.emplace_back();
    for (const Json& name : names.as_array()) group.push_back(name.as_string());
  }
  const Json& how = document.at("calibration");
  profile.tokens_xxh3 = how.at("tokens_xxh3").as_string();
  profile.sequences = count_at(how, "num_sequences");
  profile.context = count_at(how, "context");
  profile.labels = count_at(how, "labels_per_token");
  profile.seed = how.at("seed").as_uint();
  profile.device = document.at("device").as_string();
  profile.scaling = document.at("scaling").as_string() == "tensor" ? Scaling::tensor : Scaling::none;
  for (const Json& name : document.at("formats").as_array()) {
    const auto format = records::find_number_format(name.as_string());
    if (!format || profile.find(*format) < profile.formats.size())
      throw data_error("", "the list of formats is " + document.at("formats").dump());
    profile.formats.push_back(*format);
  }
  profile.loss = document.at("loss").as_double();
  for (const Json& tensor : document.at("tensors").as_array()) profile.tensors.push_back(tensor_from(tensor, profile.formats));
  return profile;
}

}  // namespace

io::Json profile_json(const Profile& profile) {
  Json document;
  document["schema"] = records::kProfileSchema;
  Json& model = document["model"];
  model["architecture"] = profile.architecture;
  model["weights_xxh3"] = profile.weights_xxh3;
  model["num_parameters"] = profile.parameters;
  model["tied"] = Json::array();
  for (const auto& names : profile.tied) model["tied"].push_back(Json::array(names));
  Json& how = document["calibration"];
  how["tokens_xxh3"] = profile.tokens_xxh3;
  how["num_sequences"] = profile.sequences;
  how["context"] = profile.context;
  how["num_tokens"] = profile.tokens();
  how["labels_per_token"] = profile.labels;
  how["seed"] = profile.seed;
  document["device"] = profile.device;
  document["scaling"] = profile.scaling == Scaling::tensor ? "tensor" : "none";
  document["formats"] = Json::array();
  for (const NumberFormat format : profile.formats) document["formats"].push_back(records::number_format_name(format));
  document["loss"] = profile.loss;
  document["tensors"] = Json::array();
  for (const ProfiledTensor& tensor : profile.tensors) document["tensors"].push_back(tensor_json(tensor, profile.formats));
  return document;
}

Profile profile_from_json(const io::Json& document, const std::string& where) {
  records::require_schema(document, records::kProfileSchema, where);
  try {
    return read(document);
  } catch (const Error& failure) {
    throw data_error(where, failure.message(), "make the profile again by profile-precision profile");
  }
}

}  // namespace daybreak::precision
