#pragma once
// Which tensors must share a format, and how tensors are called by what they do.
#include <string>
#include <string_view>

#include "libcore/model/parameters.h"

namespace daybreak::precision {

/// The name of the group that a tensor belongs to: query, key and value of a layer ("model.layers.0.self_attn.qkv") are
/// multiplied in one fused product by many programs, and so are gate and up ("model.layers.0.mlp.gate_up"). A tensor
/// without a group gives its own name.
std::string group_of(std::string_view tensor);

/// "token_embedding", "position_embedding", "norm", "bias", "projection", "residual_projection", "head".
std::string_view role_name(model::Role role);

/// Whether a tensor of that role is kept in float32 unless asked otherwise: norms and biases, which are small and whose
/// arithmetic is float32 in any case.
bool stays_f32(std::string_view role);

}  // namespace daybreak::precision
