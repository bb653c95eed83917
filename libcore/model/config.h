#pragma once
// What a transformer looks like: read from and written to the config.json of the Hugging Face layout, or from a short text.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "libcore/io/array.h"
#include "libcore/io/json.h"

namespace daybreak::model {

enum class Family { gpt2, llama };

/// Llama's relatives that differ in their config.json and in nothing else but that qwen2 has biases in q, k and v.
enum class Dialect { llama, mistral, qwen2 };

/// The shape of a decoder with pre-norm blocks. gpt2: LayerNorm, learned positions, biases, GELU (tanh form). llama:
/// RMSNorm, rotary positions, no biases, SwiGLU, grouped queries.
struct Config {
  Family family = Family::gpt2;
  Dialect dialect = Dialect::llama;  // llama alone
  std::int64_t layers = 12;
  std::int64_t width = 768;       // of the residual stream
  std::int64_t heads = 12;        // of queries
  std::int64_t kv_heads = 12;     // of keys and values; divides heads; gpt2: = heads
  std::int64_t head_width = 64;   // gpt2: width / heads
  std::int64_t mlp_width = 3072;
  std::int64_t vocabulary = 50257;
  std::int64_t context = 1024;    // most positions; gpt2: rows of the position table
  double norm_epsilon = 1e-5;
  double rope_base = 10000;       // llama alone
  bool tied = true;               // the head is the token embedding
  std::optional<std::int64_t> bos_token;
  std::vector<std::int64_t> eos_tokens;

  bool qkv_bias() const { return dialect == Dialect::qwen2; }
  bool operator==(const Config&) const = default;
};

/// "gpt2" or "llama", as model_type in config.json.
std::string_view family_name(Family family);

/// Reads DIRECTORY/config.json (model_type gpt2, llama, mistral or qwen2). What Daybreak does not compute (scaled rotary positions,
/// attention biases, other activations, quantized weights, ...) is refused by name. Errors: Error (data, no_input).
Config read_config(const std::filesystem::path& directory);

/// The same of a parsed document; `where` names the file in errors.
Config config_from_json(const io::Json& document, std::string_view where);

/// A config.json that transformers loads; `dtype` is that of the weights beside it.
io::Json hugging_face_json(const Config& config, io::DType dtype = io::DType::f32);

/// "FAMILY:key=value,...", such as "gpt2:d=256,layers=6,heads=8,vocab=256,context=256" or
/// "llama:d=256,layers=6,heads=8,kv_heads=4,mlp=688,vocab=512,context=256". Keys: d, layers, heads, vocab, context, mlp,
/// tied (0 or 1), epsilon; llama also kv_heads, head_width, rope_base, dialect (llama, mistral, qwen2). A name of
/// named_models() stands for a shape, which keys may change: "gpt2-124m:context=512". gpt2 begins as GPT-2 124M; llama needs d, layers,
/// heads, vocab and context, and mlp is 8/3 d rounded up to a multiple of 32. Errors: Error (usage).
Config parse_init(std::string_view text);

/// Shapes that have a name: "gpt2-124m", "llama-1b" and so on.
std::vector<std::string_view> named_models();

/// Throws Error (data, naming `where`) unless all sizes are positive, fit together and stay within 2^31.
void check_config(const Config& config, std::string_view where);

/// Floating-point operations of a training step for each token: 6 for each weight of a matrix product (head included,
/// embedding tables not), and 12 * layers * heads * head_width * context for attention, counted whole (PaLM, appendix B).
double training_flops_per_token(const Config& config, std::int64_t context);

}  // namespace daybreak::model
