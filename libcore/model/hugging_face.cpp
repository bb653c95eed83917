// config.json in the form that the transformers library reads and writes.
#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string>

#include "libcore/base/described.h"
#include "libcore/base/error.h"
#include "libcore/io/input_file.h"
#include "libcore/model/config.h"

namespace daybreak::model {
namespace {

constexpr std::uint64_t kConfigLimitBytes = 16 << 20;
constexpr std::int64_t kWidest = std::int64_t{1} << 32;
constexpr const char* kHint = "take the config.json that belongs to the weights";

/// Typed access to the document that says which key of which file is wrong.
class Reader {
 public:
  Reader(const io::Json& document, std::string_view where) : document_(document), where_(where) {}

  [[noreturn]] void fail(const std::string& message, std::string hint = {}) const {
    throw data_error(where_, message, std::move(hint));
  }

  /// The member, or null where it is absent or null.
  const io::Json* find(std::string_view key) const {
    const io::Json* member = document_.find(key);
    return member && !member->is_null() ? member : nullptr;
  }

  std::int64_t count(std::initializer_list<std::string_view> keys) const {
    for (const std::string_view key : keys)
      if (find(key)) return read<std::int64_t>(key, &io::Json::as_int);
    fail("\"" + std::string(*keys.begin()) + "\" is missing");
  }
  std::int64_t count(std::string_view key, std::int64_t otherwise) const {
    return find(key) ? read<std::int64_t>(key, &io::Json::as_int) : otherwise;
  }
  double real(std::string_view key, double otherwise) const {
    return find(key) ? read<double>(key, &io::Json::as_double) : otherwise;
  }
  bool flag(std::string_view key, bool otherwise) const {
    return find(key) ? read<bool>(key, &io::Json::as_bool) : otherwise;
  }
  std::string text(std::string_view key, std::string_view otherwise) const {
    return find(key) ? read<std::string>(key, &io::Json::as_string) : std::string(otherwise);
  }

  /// Refuses a feature that changes the numbers and that Daybreak does not compute.
  void refuse_flag(std::string_view key) const {
    if (flag(key, false)) refuse(key, "true");
  }
  void refuse_present(std::string_view key) const {
    if (const io::Json* member = find(key)) refuse(key, member->dump());
  }
  void require_text(std::string_view key, std::initializer_list<std::string_view> allowed, std::string_view otherwise) const {
    const std::string found = text(key, otherwise);
    for (const std::string_view value : allowed)
      if (found == value) return;
    refuse(key, "\"" + found + "\"");
  }
  [[noreturn]] void refuse(std::string_view key, const std::string& value) const {
    fail("\"" + std::string(key) + "\": " + value + " is not computed by Daybreak",
         "use a model without it, or convert it first");
  }

 private:
  template <typename Value, typename Accessor>
  Value read(std::string_view key, Accessor accessor) const {
    try {
      return (document_.find(key)->*accessor)();
    } catch (const Error& error) {
      fail("\"" + std::string(key) + "\": " + error.message());
    }
  }

  const io::Json& document_;
  std::string where_;
};

void read_tokens(const Reader& reader, Config& config) {
  if (reader.find("bos_token_id")) config.bos_token = reader.count({"bos_token_id"});
  const io::Json* eos = reader.find("eos_token_id");
  if (!eos) return;
  if (!eos->is_array()) {
    config.eos_tokens = {reader.count({"eos_token_id"})};
    return;
  }
  for (const io::Json& token : eos->as_array()) {
    if (!token.is_integer()) reader.fail("\"eos_token_id\": expected integers, found " + std::string(token.type_name()));
    config.eos_tokens.push_back(token.as_int());
  }
}

Config read_gpt2(const Reader& reader) {
  Config config;
  config.family = Family::gpt2;
  config.layers = reader.count({"n_layer"});
  config.width = reader.count({"n_embd"});
  config.heads = config.kv_heads = reader.count({"n_head"});
  if (config.heads < 1 || config.width % config.heads != 0)
    reader.fail("expected an n_head that divides n_embd " + std::to_string(config.width) + ", found " + std::to_string(config.heads));
  config.head_width = config.width / config.heads;
  // A width beyond all bounds is refused below, and does not overflow here.
  config.mlp_width = reader.count("n_inner", 4 * std::clamp(config.width, std::int64_t{0}, kWidest));
  config.vocabulary = reader.count({"vocab_size"});
  config.context = reader.count({"n_positions", "n_ctx"});
  config.norm_epsilon = reader.real("layer_norm_epsilon", 1e-5);
  config.tied = reader.flag("tie_word_embeddings", true);
  reader.require_text("activation_function", {"gelu_new", "gelu_pytorch_tanh"}, "gelu_new");
  if (!reader.flag("scale_attn_weights", true)) reader.refuse("scale_attn_weights", "false");
  reader.refuse_flag("scale_attn_by_inverse_layer_idx");
  reader.refuse_flag("add_cross_attention");
  return config;
}

/// Recent versions of transformers keep the base in "rope_parameters", older ones scale by "rope_scaling".
double read_rope_base(const Reader& reader, const io::Json& document) {
  double base = reader.real("rope_theta", 10000);
  for (const char* key : {"rope_scaling", "rope_parameters"}) {
    const io::Json* member = document.find(key);
    if (!member || member->is_null()) continue;
    const io::Json* type = member->find("rope_type");
    if (!type) type = member->find("type");
    if (!type || *type != io::Json("default")) reader.refuse(key, member->dump());
    if (const io::Json* theta = member->find("rope_theta"); theta && theta->is_number()) base = theta->as_double();
  }
  if (reader.real("partial_rotary_factor", 1) != 1) reader.refuse_present("partial_rotary_factor");
  return base;
}

/// A window that no sequence leaves changes nothing.
void refuse_window(const Reader& reader, const Config& config) {
  const bool used = config.dialect != Dialect::qwen2 || reader.flag("use_sliding_window", false);
  if (used && reader.find("sliding_window") && reader.count({"sliding_window"}) < config.context) reader.refuse_present("sliding_window");
}

Config read_llama(const Reader& reader, const io::Json& document, Dialect dialect) {
  Config config;
  config.family = Family::llama;
  config.dialect = dialect;
  config.layers = reader.count({"num_hidden_layers"});
  config.width = reader.count({"hidden_size"});
  config.heads = reader.count({"num_attention_heads"});
  config.kv_heads = reader.count("num_key_value_heads", config.heads);
  if (config.heads < 1) reader.fail("expected a positive num_attention_heads, found " + std::to_string(config.heads));
  if (!reader.find("head_dim") && config.width % config.heads != 0)
    reader.fail("expected a num_attention_heads that divides hidden_size " + std::to_string(config.width) + ", found " +
                std::to_string(config.heads));
  config.head_width = reader.count("head_dim", config.width / config.heads);
  config.mlp_width = reader.count({"intermediate_size"});
  config.vocabulary = reader.count({"vocab_size"});
  config.context = reader.count("max_position_embeddings", 2048);
  config.norm_epsilon = reader.real("rms_norm_eps", 1e-6);
  config.rope_base = read_rope_base(reader, document);
  config.tied = reader.flag("tie_word_embeddings", false);
  reader.require_text("hidden_act", {"silu", "swish"}, "silu");
  reader.refuse_flag("attention_bias");
  reader.refuse_flag("mlp_bias");
  refuse_window(reader, config);
  return config;
}

struct NamedDialect {
  Dialect dialect;
  std::string_view type;
  const char* architecture;
};
constexpr NamedDialect kDialects[] = {{Dialect::llama, "llama", "LlamaForCausalLM"},
                                      {Dialect::mistral, "mistral", "MistralForCausalLM"},
                                      {Dialect::qwen2, "qwen2", "Qwen2ForCausalLM"}};

void write_tokens(const Config& config, io::Json& json) {
  json["bos_token_id"] = config.bos_token ? io::Json(*config.bos_token) : io::Json();
  if (config.eos_tokens.size() == 1) {
    json["eos_token_id"] = config.eos_tokens[0];
  } else if (config.eos_tokens.empty()) {
    json["eos_token_id"] = nullptr;
  } else {
    json["eos_token_id"] = io::Json::array(config.eos_tokens);
  }
}

std::string_view torch_name(io::DType dtype) {
  switch (dtype) {
    case io::DType::f32: return "float32";
    case io::DType::f16: return "float16";
    case io::DType::bf16: return "bfloat16";
    default: throw usage_error("expected weights of type f32, f16 or bf16, found " + std::string(io::dtype_name(dtype)));
  }
}

void write_gpt2(const Config& config, io::Json& json) {
  json["n_layer"] = config.layers;
  json["n_embd"] = config.width;
  json["n_head"] = config.heads;
  json["n_inner"] = config.mlp_width;
  json["n_positions"] = config.context;
  json["n_ctx"] = config.context;
  json["layer_norm_epsilon"] = config.norm_epsilon;
  json["activation_function"] = "gelu_new";
  // Daybreak drops nothing out; the defaults of transformers would when its users train on.
  for (const char* key : {"attn_pdrop", "embd_pdrop", "resid_pdrop"}) json[key] = 0.0;
}

void write_llama(const Config& config, io::Json& json) {
  json["hidden_size"] = config.width;
  json["intermediate_size"] = config.mlp_width;
  json["num_hidden_layers"] = config.layers;
  json["num_attention_heads"] = config.heads;
  json["num_key_value_heads"] = config.kv_heads;
  json["head_dim"] = config.head_width;
  json["max_position_embeddings"] = config.context;
  json["rms_norm_eps"] = config.norm_epsilon;
  json["rope_theta"] = config.rope_base;
  json["rope_scaling"] = nullptr;
  json["hidden_act"] = "silu";
  if (config.dialect != Dialect::llama) {
    json["sliding_window"] = nullptr;
    json["use_sliding_window"] = false;
    return;
  }
  json["attention_bias"] = false;
  json["mlp_bias"] = false;
}

}  // namespace

Config config_from_json(const io::Json& document, std::string_view where) {
  const Reader reader(document, where);
  if (!document.is_object()) reader.fail("expected an object, found " + std::string(document.type_name()));
  const std::string type = reader.text("model_type", "");
  const auto* dialect = std::find_if(std::begin(kDialects), std::end(kDialects), [&](const auto& one) { return one.type == type; });
  if (type != "gpt2" && dialect == std::end(kDialects))
    reader.fail("expected model_type \"gpt2\", \"llama\", \"mistral\" or \"qwen2\", found " +
                    (type.empty() ? std::string("none") : "\"" + type + "\""),
                "these are the families that Daybreak computes");
  reader.refuse_present("quantization_config");
  Config config = type == "gpt2" ? read_gpt2(reader) : read_llama(reader, document, dialect->dialect);
  read_tokens(reader, config);
  check_config(config, where);
  return config;
}

Config read_config(const std::filesystem::path& directory) {
  const io::InputFile file((directory / "config.json").string(), nullptr, kConfigLimitBytes);
  if (file.size() > kConfigLimitBytes) throw data_error(file.name(), "the file is too large for a config.json");
  return described(file.name(), kHint, [&] {
    return config_from_json(io::Json::parse(file.text_at(0, file.size()), file.name()), file.name());
  });
}

io::Json hugging_face_json(const Config& config, io::DType dtype) {
  io::Json json = io::Json::object();
  const auto* dialect = std::find_if(std::begin(kDialects), std::end(kDialects),
                                     [&](const auto& one) { return one.dialect == config.dialect; });
  const bool gpt2 = config.family == Family::gpt2;
  json["architectures"].push_back(gpt2 ? "GPT2LMHeadModel" : dialect->architecture);
  json["model_type"] = gpt2 ? "gpt2" : dialect->type;
  if (config.family == Family::gpt2) write_gpt2(config, json);
  else write_llama(config, json);
  json["vocab_size"] = config.vocabulary;
  json["tie_word_embeddings"] = config.tied;
  write_tokens(config, json);
  json["torch_dtype"] = torch_name(dtype);
  return json;
}

}  // namespace daybreak::model
