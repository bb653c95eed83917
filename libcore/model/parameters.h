#pragma once
// The weights of a transformer as one flat float32 array, and the table that says what stands where in it.
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/io/safetensors.h"
#include "libcore/model/config.h"

namespace daybreak::model {

enum class Role {
  token_embedding,      // and head, where tied
  position_embedding,
  norm,                 // scales and shifts of a normalization
  bias,                 // of a product
  projection,           // matrix of a product
  residual_projection,  // one whose output is added to the residual stream
  head,                 // where not tied
};

/// One tensor. Names and shapes are those of transformers: a gpt2 projection (Conv1D) is [in, out], a llama one (Linear)
/// and every head or embedding [out, in].
struct Parameter {
  std::string name;          // "transformer.h.0.attn.c_attn.weight", "model.layers.0.self_attn.q_proj.weight"
  io::Shape shape;           // one or two extents
  std::int64_t offset = 0;   // of its first element in the flat array
  std::int64_t count = 0;    // elements
  Role role = Role::projection;
  std::int64_t layer = -1;   // -1: before or after the blocks
  bool decays = false;       // matrices do under AdamW, vectors do not

  /// The name without ".weight" or ".bias".
  std::string_view module() const;
  /// Whether a matrix product multiplies by it (projections, head, and the tied token embedding).
  bool is_gemm(const Config& config) const;
};

/// Tensors begin at multiples of this many elements; what lies between stays zero in weights and gradients.
inline constexpr std::int64_t kParameterAlignment = 32;

/// All tensors in a fixed order (embeddings, blocks, final norm, head); a tied head appears once, as the embedding.
std::vector<Parameter> parameter_table(const Config& config);

/// Elements of the flat array, padding included.
std::int64_t flat_size(const std::vector<Parameter>& table);
/// Elements of all tensors, without padding.
std::int64_t parameter_count(const std::vector<Parameter>& table);
/// The tensor of that name, or null.
const Parameter* find_parameter(const std::vector<Parameter>& table, std::string_view name);

/// Fresh weights [flat_size], a function of (seed, tensor, index) alone: matrices normal with deviation 0.02, those of
/// Role::residual_projection 0.02 / sqrt(2 layers), norm scales 1, biases 0 (Radford et al. 2019, as in transformers).
std::vector<float> initial_weights(const Config& config, std::uint64_t seed);

/// Reads model.safetensors or its sharded form (F64, F32, F16, BF16) into the flat array [flat_size]. gpt2 names may lack
/// "transformer."; buffers (attn.bias, masked_bias, inv_freq) are passed over. Errors: Error (data, naming the tensor) for
/// missing, unknown or misshapen tensors, before any weight is read; for weights that are not finite, and for a head that
/// differs from the embedding that it is said to be tied to. Weights are read in the order of the file.
std::vector<float> load_weights(const std::filesystem::path& directory, const Config& config,
                                io::ReadObserver observer = {});

/// Writes config.json and model.safetensors into an existing directory, loadable by transformers. dtype: f32, f16 or bf16
/// (rounded to nearest even). Errors: Error (cannot_create, io; usage for another dtype; data, naming the tensor, for a
/// finite weight that f16 cannot hold).
void save_weights(const std::filesystem::path& directory, const Config& config, std::span<const float> weights,
                  io::DType dtype = io::DType::f32);

}  // namespace daybreak::model
