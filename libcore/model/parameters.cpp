#include "libcore/model/parameters.h"

#include <utility>

#include "libcore/model/table_builder.h"

namespace daybreak::model {
namespace {

void add_gpt2_norm(TableBuilder& table, const std::string& name, std::int64_t width) {
  table.add(name + ".weight", {width}, Role::norm);
  table.add(name + ".bias", {width}, Role::norm);
}

void add_gpt2_product(TableBuilder& table, const std::string& name, std::int64_t in, std::int64_t out, Role role) {
  table.add(name + ".weight", {in, out}, role);
  table.add(name + ".bias", {out}, Role::bias);
}

void add_gpt2(TableBuilder& table, const Config& c) {
  table.add("transformer.wte.weight", {c.vocabulary, c.width}, Role::token_embedding);
  table.add("transformer.wpe.weight", {c.context, c.width}, Role::position_embedding);
  for (std::int64_t layer = 0; layer < c.layers; ++layer) {
    const std::string block = "transformer.h." + std::to_string(layer) + ".";
    table.layer(layer);
    add_gpt2_norm(table, block + "ln_1", c.width);
    add_gpt2_product(table, block + "attn.c_attn", c.width, 3 * c.width, Role::projection);
    add_gpt2_product(table, block + "attn.c_proj", c.width, c.width, Role::residual_projection);
    add_gpt2_norm(table, block + "ln_2", c.width);
    add_gpt2_product(table, block + "mlp.c_fc", c.width, c.mlp_width, Role::projection);
    add_gpt2_product(table, block + "mlp.c_proj", c.mlp_width, c.width, Role::residual_projection);
  }
  table.layer(-1);
  add_gpt2_norm(table, "transformer.ln_f", c.width);
}

void add_llama(TableBuilder& table, const Config& c) {
  const std::int64_t q_width = c.heads * c.head_width, kv_width = c.kv_heads * c.head_width;
  table.add("model.embed_tokens.weight", {c.vocabulary, c.width}, Role::token_embedding);
  for (std::int64_t layer = 0; layer < c.layers; ++layer) {
    const std::string block = "model.layers." + std::to_string(layer) + ".";
    table.layer(layer);
    table.add(block + "input_layernorm.weight", {c.width}, Role::norm);
    for (const auto& [name, out] : {std::pair{"q_proj", q_width}, std::pair{"k_proj", kv_width}, std::pair{"v_proj", kv_width}}) {
      table.add(block + "self_attn." + name + ".weight", {out, c.width}, Role::projection);
      if (c.qkv_bias()) table.add(block + "self_attn." + name + ".bias", {out}, Role::bias);
    }
    table.add(block + "self_attn.o_proj.weight", {c.width, q_width}, Role::residual_projection);
    table.add(block + "post_attention_layernorm.weight", {c.width}, Role::norm);
    table.add(block + "mlp.gate_proj.weight", {c.mlp_width, c.width}, Role::projection);
    table.add(block + "mlp.up_proj.weight", {c.mlp_width, c.width}, Role::projection);
    table.add(block + "mlp.down_proj.weight", {c.width, c.mlp_width}, Role::residual_projection);
  }
  table.layer(-1);
  table.add("model.norm.weight", {c.width}, Role::norm);
}

}  // namespace

std::string_view Parameter::module() const {
  return std::string_view(name).substr(0, name.rfind('.'));
}

bool Parameter::is_gemm(const Config& config) const {
  switch (role) {
    case Role::projection:
    case Role::residual_projection:
    case Role::head: return true;
    case Role::token_embedding: return config.tied;
    default: return false;
  }
}

std::vector<Parameter> parameter_table(const Config& config) {
  TableBuilder table;
  if (config.family == Family::gpt2) add_gpt2(table, config);
  else add_llama(table, config);
  if (!config.tied) table.add("lm_head.weight", {config.vocabulary, config.width}, Role::head);
  return table.take();
}

std::int64_t flat_size(const std::vector<Parameter>& table) {
  if (table.empty()) return 0;
  const std::int64_t end = table.back().offset + table.back().count;
  return (end + kParameterAlignment - 1) / kParameterAlignment * kParameterAlignment;
}

std::int64_t parameter_count(const std::vector<Parameter>& table) {
  std::int64_t count = 0;
  for (const Parameter& parameter : table) count += parameter.count;
  return count;
}

const Parameter* find_parameter(const std::vector<Parameter>& table, std::string_view name) {
  for (const Parameter& parameter : table)
    if (parameter.name == name) return &parameter;
  return nullptr;
}

}  // namespace daybreak::model
