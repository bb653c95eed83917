#include "libcore/model/config.h"

#include "libcore/base/error.h"
#include "libcore/io/atomic_file.h"
#include "tests/support/catch.hpp"
#include "tests/unit/model/cases.h"

using daybreak::Error;
using daybreak::ExitStatus;
using daybreak::io::Json;
using namespace daybreak::model;

namespace {

Config read(const std::string& text) {
  return config_from_json(Json::parse(text, "config.json"), "config.json");
}

std::string gpt2_with(const std::string& more) {
  return R"({"model_type":"gpt2","n_layer":2,"n_embd":8,"n_head":2,"n_positions":16,"vocab_size":11)" + more + "}";
}

std::string llama_with(const std::string& more) {
  return R"({"model_type":"llama","hidden_size":8,"intermediate_size":12,"num_hidden_layers":2,"num_attention_heads":4,"vocab_size":11)" +
         more + "}";
}

}  // namespace

TEST_CASE("gpt2's config.json means what transformers means by it") {
  const Config c = read(gpt2_with(R"(,"n_inner":null,"activation_function":"gelu_new","bos_token_id":5,"eos_token_id":[3,4])"));
  CHECK(c.family == Family::gpt2);
  CHECK(c.mlp_width == 32);
  CHECK(c.head_width == 4);
  CHECK(c.kv_heads == 2);
  CHECK(c.context == 16);
  CHECK(c.norm_epsilon == 1e-5);
  CHECK(c.tied);
  CHECK(c.bos_token == 5);
  CHECK(c.eos_tokens == std::vector<std::int64_t>{3, 4});
  CHECK(read(gpt2_with(R"(,"n_inner":20,"tie_word_embeddings":false)")).mlp_width == 20);
}

TEST_CASE("llama's config.json means what transformers means by it") {
  const Config c = read(llama_with(R"(,"num_key_value_heads":2,"rms_norm_eps":1e-5,"rope_theta":5e5,"max_position_embeddings":64)"));
  CHECK(c.family == Family::llama);
  CHECK(c.kv_heads == 2);
  CHECK(c.head_width == 2);
  CHECK(c.rope_base == 5e5);
  CHECK_FALSE(c.tied);
  const Config defaults = read(llama_with(R"(,"head_dim":6)"));
  CHECK(defaults.kv_heads == 4);
  CHECK(defaults.head_width == 6);
  CHECK(defaults.norm_epsilon == 1e-6);
  CHECK(defaults.rope_base == 1e4);
  CHECK(read(llama_with(R"(,"rope_parameters":{"rope_type":"default","rope_theta":700.0})")).rope_base == 700);
}

TEST_CASE("what is not computed is refused by name") {
  const std::pair<std::string, std::string> cases[] = {
      {gpt2_with(R"(,"activation_function":"relu")"), "activation_function"},
      {gpt2_with(R"(,"activation_function":"gelu")"), "activation_function"},
      {gpt2_with(R"(,"scale_attn_by_inverse_layer_idx":true)"), "scale_attn_by_inverse_layer_idx"},
      {gpt2_with(R"(,"scale_attn_weights":false)"), "scale_attn_weights"},
      {gpt2_with(R"(,"add_cross_attention":true)"), "add_cross_attention"},
      {llama_with(R"(,"rope_scaling":{"rope_type":"llama3","factor":8.0})"), "rope_scaling"},
      {llama_with(R"(,"rope_scaling":{"type":"linear","factor":2.0})"), "rope_scaling"},
      {llama_with(R"(,"rope_parameters":{"rope_type":"yarn"})"), "rope_parameters"},
      {llama_with(R"(,"partial_rotary_factor":0.5)"), "partial_rotary_factor"},
      {llama_with(R"(,"attention_bias":true)"), "attention_bias"},
      {llama_with(R"(,"mlp_bias":true)"), "mlp_bias"},
      {llama_with(R"(,"sliding_window":2047)"), "sliding_window"},
      {llama_with(R"(,"hidden_act":"gelu")"), "hidden_act"},
      {llama_with(R"(,"quantization_config":{"bits":4})"), "quantization_config"},
      {R"({"model_type":"phi"})", "phi"},
      {R"({"n_layer":1})", "model_type"},
      {R"([1])", "expected an object"}};
  for (const auto& [text, name] : cases) CHECK_THROWS_WITH(read(text), Catch::Contains("config.json") && Catch::Contains(name));
}

TEST_CASE("sizes that do not fit are refused with the key or the number") {
  CHECK_THROWS_WITH(read(R"({"model_type":"gpt2","n_layer":2})"), Catch::Contains("\"n_embd\" is missing"));
  CHECK_THROWS_WITH(read(gpt2_with(R"(,"n_inner":"many")")), Catch::Contains("\"n_inner\": expected an integer"));
  CHECK_THROWS_WITH(read(llama_with(R"(,"num_key_value_heads":3)")), Catch::Contains("divides the 4 heads, found 3"));
  CHECK_THROWS_WITH(read(llama_with(R"(,"head_dim":3)")), Catch::Contains("even head width"));
  CHECK_THROWS_WITH(read(llama_with(R"(,"num_key_value_heads":0)")), Catch::Contains("found 0"));
  CHECK_THROWS_WITH(read(llama_with(R"(,"rms_norm_eps":0)")), Catch::Contains("epsilon"));
  CHECK_THROWS_AS(read(R"({"model_type":"gpt2","n_layer":9000000000,"n_embd":8,"n_head":2,"n_positions":16,"vocab_size":11})"), Error);
  CHECK_THROWS_AS(read(R"({"model_type":"gpt2","n_layer":2,"n_embd":8,"n_head":3,"n_positions":16,"vocab_size":11})"), Error);
  CHECK_THROWS_AS(read(R"({"model_type":"gpt2","n_layer":2,"n_embd":8,"n_head":0,"n_positions":16,"vocab_size":11})"), Error);
  CHECK_THROWS_AS(read(R"({"model_type":"gpt2","n_layer":2,"n_embd":-8,"n_head":-2,"n_positions":16,"vocab_size":11})"), Error);
}

TEST_CASE("what is written as config.json reads back the same") {
  Config gpt2 = parse_init("gpt2:d=48,layers=2,heads=3,vocab=97,context=50,mlp=100,tied=0,epsilon=1e-4");
  gpt2.bos_token = 7;
  gpt2.eos_tokens = {1, 2};
  Config llama = parse_init("llama:d=48,layers=3,heads=6,kv_heads=2,head_width=10,mlp=100,vocab=97,context=64,rope_base=500,tied=1");
  llama.eos_tokens = {2};
  Config mistral = llama, qwen2 = llama;
  mistral.dialect = Dialect::mistral;
  qwen2.dialect = Dialect::qwen2;
  for (const Config& config : {gpt2, llama, mistral, qwen2}) {
    const Json json = hugging_face_json(config, daybreak::io::DType::bf16);
    CHECK(json.at("torch_dtype") == Json("bfloat16"));
    CHECK(config_from_json(json, "test") == config);
  }
  CHECK_THROWS_AS(hugging_face_json(gpt2, daybreak::io::DType::u8), Error);
}

TEST_CASE("relatives of Llama: their names, their windows, and qwen2's biases") {
  const auto as = [](const std::string& type, const std::string& more) {
    std::string text = llama_with(more);
    return read(text.replace(text.find("llama"), 5, type));
  };
  CHECK(as("mistral", R"(,"sliding_window":null)").dialect == Dialect::mistral);
  CHECK(as("mistral", R"(,"sliding_window":2048,"max_position_embeddings":2048)").dialect == Dialect::mistral);
  CHECK_THROWS_WITH(as("mistral", R"(,"sliding_window":1024,"max_position_embeddings":2048)"), Catch::Contains("sliding_window"));
  const Config qwen2 = as("qwen2", R"(,"sliding_window":16,"use_sliding_window":false)");
  CHECK(qwen2.qkv_bias());
  CHECK_THROWS_WITH(as("qwen2", R"(,"sliding_window":16,"use_sliding_window":true)"), Catch::Contains("sliding_window"));
  const std::vector<Parameter> table = parameter_table(qwen2);
  const Parameter* bias = find_parameter(table, "model.layers.1.self_attn.k_proj.bias");
  REQUIRE(bias != nullptr);
  CHECK_FALSE(bias->decays);
  CHECK(bias->role == Role::bias);
  CHECK(hugging_face_json(qwen2).at("architectures").as_array()[0] == Json("Qwen2ForCausalLM"));
}

TEST_CASE("models that have a name") {
  CHECK(parse_init("gpt2-124m") == Config{});
  CHECK(parameter_count(parameter_table(parse_init("gpt2-1558m"))) == 1557611200);  // as transformers counts them
  CHECK(parameter_count(parameter_table(parse_init("llama-1b"))) == 1235814400);
  CHECK(parameter_count(parameter_table(parse_init("llama-7b"))) == 6738415616);
  CHECK(parameter_count(parameter_table(parse_init("llama-8b"))) == 8030261248);
  CHECK(parse_init("gpt2-124m:context=512").context == 512);
  CHECK_THROWS_AS(parse_init("gpt2-124m:kv_heads=4"), Error);
  CHECK_THROWS_AS(parse_init("gpt2-125m"), Error);
  for (const std::string_view name : named_models()) CHECK_NOTHROW(parse_init(name));
}

TEST_CASE("--init texts: GPT-2 124M by default, Llama asks for its sizes") {
  const Config c = parse_init("gpt2");
  CHECK(c == Config{});
  CHECK(parameter_count(parameter_table(c)) == 124439808);  // as transformers counts GPT-2
  const Config small = parse_init("gpt2:d=256,layers=6,heads=8,vocab=256,context=256");
  CHECK(small.mlp_width == 1024);
  CHECK(small.head_width == 32);
  const Config llama = parse_init("llama:d=256,layers=2,heads=8,kv_heads=4,vocab=512,context=128");
  CHECK(llama.mlp_width == 704);  // 682.67 up to a multiple of 32
  CHECK(llama.kv_heads == 4);
  CHECK_FALSE(llama.tied);
  for (const char* bad : {"", "bert:d=1", "gpt2:d", "gpt2:d=08", "gpt2:d=64,d=64", "gpt2:wide=3", "gpt2:kv_heads=4", "gpt2:d=65,heads=2",
                          "gpt2:heads=0", "gpt2:tied=yes", "gpt2:epsilon=2", "llama:d=64,layers=1,heads=2,vocab=5", "llama:d=64"}) {
    INFO(bad);
    try {
      parse_init(bad);
      FAIL("was accepted");
    } catch (const Error& error) {
      CHECK(error.status() == ExitStatus::usage);
    }
  }
}

TEST_CASE("operations of a training step by hand") {
  // One layer of width 4, two heads of 2, MLP 16, vocabulary 10: 4*4*4 + 2*4*16 + 4*10 = 232 weights multiply.
  const Config c = parse_init("gpt2:d=4,layers=1,heads=2,vocab=10,context=8");
  CHECK(training_flops_per_token(c, 8) == 6 * 232 + 12 * 1 * 4 * 8);
}
