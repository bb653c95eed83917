#include "libcore/precision/groups.h"

namespace daybreak::precision {

std::string group_of(std::string_view tensor) {
  struct Member {
    std::string_view ending, group;
  };
  constexpr Member kMembers[] = {{".q_proj.weight", ".qkv"},     {".k_proj.weight", ".qkv"},  {".v_proj.weight", ".qkv"},
                                 {".gate_proj.weight", ".gate_up"}, {".up_proj.weight", ".gate_up"}};
  for (const auto& [ending, group] : kMembers)
    if (tensor.ends_with(ending)) return std::string(tensor.substr(0, tensor.size() - ending.size())) + std::string(group);
  return std::string(tensor);
}

std::string_view role_name(model::Role role) {
  switch (role) {
    case model::Role::token_embedding: return "token_embedding";
    case model::Role::position_embedding: return "position_embedding";
    case model::Role::norm: return "norm";
    case model::Role::bias: return "bias";
    case model::Role::projection: return "projection";
    case model::Role::residual_projection: return "residual_projection";
    case model::Role::head: return "head";
  }
  return "";
}

bool stays_f32(std::string_view role) {
  return role == "norm" || role == "bias";
}

}  // namespace daybreak::precision
