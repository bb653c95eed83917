#include "libcore/model/precision.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/model/parameters.h"

namespace daybreak::model {
namespace {

constexpr std::array<std::pair<daybreak_dtype, std::string_view>, 5> kTypes{{{DAYBREAK_F32, "F32"},
                                                                            {DAYBREAK_BF16, "BF16"},
                                                                            {DAYBREAK_F16, "F16"},
                                                                            {DAYBREAK_F8_E4M3, "F8_E4M3"},
                                                                            {DAYBREAK_F8_E5M2, "F8_E5M2"}}};

constexpr std::string_view kHead = "lm_head", kGpt2Embedding = "transformer.wte", kLlamaEmbedding = "model.embed_tokens";

void check_type(daybreak_dtype type) {
  gemm_type_name(type);
}

}  // namespace

std::string_view gemm_type_name(daybreak_dtype type) {
  for (const auto& [known, name] : kTypes)
    if (known == type) return name;
  throw Error(ExitStatus::bug, "products are not computed in the type of number " + std::to_string(static_cast<int>(type)));
}

daybreak_dtype parse_gemm_type(std::string_view name) {
  std::string upper(name);
  for (char& letter : upper)
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  for (const auto& [type, known] : kTypes)
    if (known == upper) return type;
  throw usage_error("expected a number format f32, bf16, f16, f8_e4m3 or f8_e5m2, found '" + std::string(name) + "'");
}

Precision::Precision(GemmPrecision otherwise, daybreak_dtype activations, std::map<std::string, GemmPrecision> modules)
    : otherwise_(otherwise), activations_(activations), modules_(std::move(modules)) {
  if (activations != DAYBREAK_F32 && activations != DAYBREAK_BF16 && activations != DAYBREAK_F16)
    throw usage_error("activations are kept in f32, bf16 or f16");
  for (const daybreak_dtype type : {otherwise.fprop, otherwise.dgrad, otherwise.wgrad}) check_type(type);
  for (const auto& [module, types] : modules_)
    for (const daybreak_dtype type : {types.fprop, types.dgrad, types.wgrad}) check_type(type);
}

Precision Precision::uniform(daybreak_dtype type) {
  return {{type, type, type}, type};
}

Precision Precision::from_modules(const std::map<std::string, GemmPrecision>& modules, GemmPrecision otherwise) {
  std::array<std::int64_t, 3> votes{};  // f32, bf16, f16
  const auto vote = [&](const GemmPrecision& types) { ++votes[types.fprop == DAYBREAK_F32 ? 0 : types.fprop == DAYBREAK_F16 ? 2 : 1]; };
  vote(otherwise);
  for (const auto& [module, types] : modules) vote(types);
  constexpr std::array<daybreak_dtype, 3> kStorage{DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_F16};
  const auto winner = static_cast<std::size_t>(std::max_element(votes.begin(), votes.end()) - votes.begin());
  return {otherwise, kStorage[winner], modules};
}

GemmPrecision Precision::of(std::string_view module) const {
  if (const auto found = modules_.find(std::string(module)); found != modules_.end()) return found->second;
  if (module == kHead)
    for (const std::string_view embedding : {kGpt2Embedding, kLlamaEmbedding})
      if (const auto found = modules_.find(std::string(embedding)); found != modules_.end()) return found->second;
  return otherwise_;
}

void Precision::check(const Config& config, std::string_view where) const {
  const std::vector<Parameter> table = parameter_table(config);
  for (const auto& [module, types] : modules_) {
    const bool known = (config.tied && module == kHead) || std::any_of(table.begin(), table.end(), [&, name = module](const Parameter& p) {
                         return p.is_gemm(config) && p.module() == name;
                       });
    if (!known)
      throw data_error(std::string(where), "module " + module + " is none that this model multiplies by",
                       "a module is the name of a projection's weight without \".weight\"");
  }
}

}  // namespace daybreak::model
