#include <unistd.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>

#include "kernels/common/formats.h"
#include "libcore/base/error.h"
#include "libcore/io/atomic_file.h"
#include "libcore/io/safetensors.h"
#include "tests/support/catch.hpp"
#include "tests/unit/model/cases.h"

using namespace daybreak;
using namespace daybreak::model;
namespace fs = std::filesystem;

namespace {

/// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    static int made = 0;
    path = fs::temp_directory_path() / ("daybreak-model-test-" + std::to_string(getpid()) + "-" + std::to_string(++made));
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

/// A checkpoint in memory, to be spoiled in one place and written.
struct Checkpoint {
  struct Tensor {
    std::string name;
    io::DType type;
    io::Shape shape;
    std::vector<std::byte> bytes;
  };
  std::vector<Tensor> tensors;

  explicit Checkpoint(const Config& config) {
    const auto weights = testing::test_weights(config);
    for (const Parameter& p : parameter_table(config))
      add(p.name, p.shape, std::span(weights).subspan(static_cast<std::size_t>(p.offset), static_cast<std::size_t>(p.count)));
  }
  template <typename T>
  void add(const std::string& name, const io::Shape& shape, std::span<const T> values, io::DType type = io::DType::f32) {
    const auto bytes = std::as_bytes(values);
    tensors.push_back({name, type, shape, {bytes.begin(), bytes.end()}});
  }
  Tensor& at(const std::string& name) {
    for (Tensor& tensor : tensors)
      if (tensor.name == name) return tensor;
    throw std::out_of_range(name);
  }
  void write(const fs::path& folder) const {
    std::vector<io::TensorView> views;
    for (const Tensor& tensor : tensors) views.push_back({tensor.name, tensor.type, tensor.shape, tensor.bytes});
    io::write_safetensors(folder / "model.safetensors", views);
  }
};

Config small_gpt2() {
  return parse_init("gpt2:d=16,layers=2,heads=2,vocab=11,context=8");
}

/// Loads a checkpoint after `spoil`; gives what load_weights() threw, or nothing.
std::string load_error(const Config& config, const std::function<void(Checkpoint&)>& spoil) {
  const Folder folder;
  Checkpoint checkpoint(config);
  spoil(checkpoint);
  checkpoint.write(folder.path);
  try {
    load_weights(folder.path, config);
    return "";
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::data);
    return error.what();
  }
}

}  // namespace

TEST_CASE("what the headers tell is refused before a weight is read, and weights are read in the order of the file") {
  const Config config = small_gpt2();
  const Folder folder;
  Checkpoint checkpoint(config);
  checkpoint.write(folder.path);
  std::uint64_t end = 0;
  bool in_order = true;
  const io::ReadObserver observer = [&](const io::InputFile&, std::uint64_t offset, std::span<const std::byte> bytes) {
    in_order &= offset >= end;
    end = offset + bytes.size();
  };
  load_weights(folder.path, config, observer);
  CHECK(in_order);
  CHECK(end == std::filesystem::file_size(folder.path / "model.safetensors"));
  end = 0;
  checkpoint.tensors.back().shape.push_back(1);
  checkpoint.write(folder.path);
  CHECK_THROWS_WITH(load_weights(folder.path, config, observer), Catch::Contains("expected the shape"));
  CHECK(end == 0);
}

TEST_CASE("the table of parameters has transformers' names and shapes, aligned and without overlap") {
  for (const char* spec : {"gpt2:d=16,layers=2,heads=2,vocab=11,context=8",
                           "llama:d=24,layers=2,heads=4,kv_heads=2,head_width=8,mlp=20,vocab=13,context=8"}) {
    const Config config = parse_init(spec);
    const auto table = parameter_table(config);
    std::int64_t end = 0;
    for (const Parameter& p : table) {
      CHECK(p.offset % kParameterAlignment == 0);
      CHECK(p.offset >= end);
      CHECK(p.decays == (p.shape.size() == 2));
      end = p.offset + p.count;
    }
    CHECK(flat_size(table) >= end);
  }
  const auto gpt2 = parameter_table(small_gpt2());
  CHECK(find_parameter(gpt2, "transformer.h.1.attn.c_attn.weight")->shape == io::Shape{16, 48});
  CHECK(find_parameter(gpt2, "transformer.h.1.attn.c_attn.weight")->module() == "transformer.h.1.attn.c_attn");
  CHECK(find_parameter(gpt2, "lm_head.weight") == nullptr);
  const auto llama = parameter_table(parse_init("llama:d=24,layers=2,heads=4,kv_heads=2,head_width=8,mlp=20,vocab=13,context=8"));
  CHECK(find_parameter(llama, "model.layers.0.self_attn.k_proj.weight")->shape == io::Shape{16, 24});
  CHECK(find_parameter(llama, "model.layers.0.self_attn.o_proj.weight")->shape == io::Shape{24, 32});
  CHECK(find_parameter(llama, "lm_head.weight")->shape == io::Shape{13, 24});
}

TEST_CASE("fresh weights have the deviations of GPT-2 and depend on seed, tensor and index alone") {
  const Config config = parse_init("gpt2:d=64,layers=4,heads=4,vocab=256,context=64");
  const auto weights = initial_weights(config, 42);
  CHECK(weights == initial_weights(config, 42));
  CHECK(weights != initial_weights(config, 43));
  for (const Parameter& p : parameter_table(config)) {
    INFO(p.name);
    const auto tensor = std::span(weights).subspan(static_cast<std::size_t>(p.offset), static_cast<std::size_t>(p.count));
    double sum = 0, squares = 0;
    for (const float value : tensor) sum += value, squares += static_cast<double>(value) * value;
    const double count = static_cast<double>(p.count), mean = sum / count;
    if (p.shape.size() == 1) {
      CHECK(mean == (p.role == Role::norm && p.name.ends_with(".weight") ? 1 : 0));
      continue;
    }
    const double deviation = p.role == Role::residual_projection ? 0.02 / std::sqrt(8.0) : 0.02;
    // Five standard errors of the mean and of the deviation.
    CHECK(std::abs(mean) < 5 * deviation / std::sqrt(count));
    CHECK(std::abs(std::sqrt(squares / count) - deviation) < 5 * deviation / std::sqrt(2 * count));
  }
  // More layers leave the first tensors alone: they are streams of their own.
  const Config deeper = parse_init("gpt2:d=64,layers=5,heads=4,vocab=256,context=64");
  CHECK(std::equal(weights.begin(), weights.begin() + 256 * 64, initial_weights(deeper, 42).begin()));
}

TEST_CASE("saved weights come back: exactly in f32, rounded in f16 and bf16") {
  for (const Config& config : {small_gpt2(), parse_init("llama:d=24,layers=2,heads=4,kv_heads=2,mlp=20,vocab=13,context=8,tied=1")}) {
    const auto weights = testing::test_weights(config);
    for (const io::DType type : {io::DType::f32, io::DType::f16, io::DType::bf16}) {
      const Folder folder;
      save_weights(folder.path, config, weights, type);
      CHECK(read_config(folder.path) == config);
      std::vector<float> expected = weights;
      for (float& value : expected) {
        if (type == io::DType::f16) value = kernels::round_to<kernels::F16>(value);
        if (type == io::DType::bf16) value = kernels::round_to<kernels::Bf16>(value);
      }
      CHECK(load_weights(folder.path, config) == expected);
      CHECK(io::Safetensors::open(folder.path).metadata() == io::TextPairs{{"format", "pt"}});
    }
  }
}

TEST_CASE("a weight that F16 cannot hold is named, not made infinite") {
  const Config config = small_gpt2();
  auto weights = testing::test_weights(config);
  weights[static_cast<std::size_t>(find_parameter(parameter_table(config), "transformer.h.0.mlp.c_fc.bias")->offset + 3)] = 7e4f;
  const Folder folder;
  CHECK_THROWS_WITH(save_weights(folder.path, config, weights, io::DType::f16),
                    Catch::Contains("transformer.h.0.mlp.c_fc.bias: element 3"));
  CHECK(fs::is_empty(folder.path));
  CHECK_NOTHROW(save_weights(folder.path, config, weights, io::DType::bf16));
}

TEST_CASE("GPT-2 files without prefix, with buffers, with doubles and with an equal head load") {
  const Config config = small_gpt2();
  const auto expected = testing::test_weights(config);
  const Folder folder;
  Checkpoint checkpoint(config);
  for (auto& tensor : checkpoint.tensors) tensor.name = tensor.name.substr(12);
  const std::vector<float> mask(64, 1);
  checkpoint.add<float>("h.0.attn.bias", {1, 1, 8, 8}, mask);
  checkpoint.add<float>("h.0.attn.masked_bias", {}, std::span(mask).first(1));
  checkpoint.add<float>("lm_head.weight", {11, 16}, std::span(expected).first(11 * 16));
  const std::vector<double> doubles(expected.begin(), expected.begin() + 11 * 16);
  auto& embedding = checkpoint.at("wte.weight");
  const auto bytes = std::as_bytes(std::span(doubles));
  embedding.bytes.assign(bytes.begin(), bytes.end());
  embedding.type = io::DType::f64;
  checkpoint.write(folder.path);
  CHECK(load_weights(folder.path, config) == expected);
}

TEST_CASE("a checkpoint that does not fit its config.json is refused with the tensor's name") {
  const Config config = small_gpt2();
  const std::string name = "transformer.h.1.attn.c_proj.weight";
  using Catch::Contains;
  CHECK_THAT(load_error(config, [](Checkpoint&) {}), Catch::Equals(""));
  CHECK_THAT(load_error(config, [&](Checkpoint& c) { c.at(name).name = "transformer.h.1.attn.c_prog.weight"; }),
             Contains("tensor " + name + ": is missing"));
  CHECK_THAT(load_error(config, [&](Checkpoint& c) { c.at(name).shape = {8, 32}; }),
             Contains(name) && Contains("expected the shape [16, 16]") && Contains("found [8, 32]"));
  CHECK_THAT(load_error(config, [&](Checkpoint& c) { c.at(name).shape = {256}; }), Contains("found [256]"));
  CHECK_THAT(load_error(config, [](Checkpoint& c) { c.add<float>("transformer.h.2.ln_1.weight", {2}, std::vector<float>{1, 2}); }),
             Contains("transformer.h.2.ln_1.weight: is no part of the model"));
  CHECK_THAT(load_error(config, [&](Checkpoint& c) { c.at(name).type = io::DType::i32; }), Contains(name) && Contains("found I32"));
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()})
    CHECK_THAT(load_error(config, [&](Checkpoint& c) { std::memcpy(c.at(name).bytes.data() + 40, &bad, sizeof bad); }),
               Contains(name + ": element 10 is not finite"));
  CHECK_THAT(load_error(config, [](Checkpoint& c) { c.add<float>("lm_head.weight", {11, 16}, std::vector<float>(176, 0.5f)); }),
             Contains("lm_head.weight: differs from transformer.wte.weight") && Contains("tie_word_embeddings"));
  Config untied = config;
  untied.tied = false;
  CHECK_THAT(load_error(untied, [](Checkpoint& c) { c.at("lm_head.weight").name = "head"; }), Contains("lm_head.weight: is missing"));
}

TEST_CASE("a truncated or absent checkpoint is refused with its file") {
  const Config config = small_gpt2();
  const Folder folder;
  CHECK_THROWS_WITH(load_weights(folder.path, config), Catch::Contains("model.safetensors"));
  CHECK_THROWS_WITH(read_config(folder.path), Catch::Contains("config.json"));
  save_weights(folder.path, config, testing::test_weights(config));
  fs::resize_file(folder.path / "model.safetensors", 5000);
  CHECK_THROWS_WITH(load_weights(folder.path, config), Catch::Contains("model.safetensors"));
}

TEST_CASE("the trained checkpoint and its bfloat16 shards hold the same model") {
  const auto data = testing::data_folder();
  if (data.empty()) {
    WARN("skipped: DAYBREAK_DATA names no folder");
    return;
  }
  const Config config = read_config(data / "hf/stories260K");
  CHECK(config.layers == 5);
  CHECK(config.tied);
  const auto whole = load_weights(data / "hf/stories260K", config);
  auto sharded = load_weights(data / "hf/stories260K_bf16_sharded", read_config(data / "hf/stories260K_bf16_sharded"));
  CHECK(parameter_count(parameter_table(config)) == 260032);
  REQUIRE(sharded.size() == whole.size());
  std::size_t different = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) different += sharded[i] != kernels::round_to<kernels::Bf16>(whole[i]);
  CHECK(different == 0);
}
