#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "kernels/common/formats.h"
#include "libcore/base/described.h"
#include "libcore/base/error.h"
#include "libcore/io/safetensors.h"
#include "libcore/model/parameters.h"

namespace daybreak::model {
namespace {

using Tensor = io::Safetensors::Tensor;

constexpr std::size_t kPieceElements = std::size_t{1} << 18;
constexpr const char* kHint = "check that config.json belongs to these weights";

std::string shape_text(const io::Shape& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

template <typename Code, typename Decode>
void convert(std::span<const std::byte> bytes, std::span<float> out, Decode decode) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    Code code;
    std::memcpy(&code, bytes.data() + i * sizeof code, sizeof code);
    out[i] = decode(code);
  }
}

void convert(io::DType type, std::span<const std::byte> bytes, std::span<float> out) {
  using namespace kernels;
  switch (type) {
    case io::DType::f32: convert<float>(bytes, out, [](float value) { return value; }); return;
    case io::DType::f64: convert<double>(bytes, out, [](double value) { return static_cast<float>(value); }); return;
    case io::DType::f16: convert<std::uint16_t>(bytes, out, decode<F16>); return;
    default: convert<std::uint16_t>(bytes, out, decode<Bf16>); return;
  }
}

/// Weights of one checkpoint on their way into the flat array.
class Loader {
 public:
  Loader(const std::filesystem::path& directory, const Config& config, io::ReadObserver observer)
      : config_(config),
        table_(parameter_table(config)),
        file_(io::Safetensors::open(directory.string(), std::move(observer))) {}

  std::vector<float> load() {
    const Tensor* head = config_.tied ? file_.find("lm_head.weight") : nullptr;
    const std::vector<Place> places = checked_places(head);
    weights_.assign(static_cast<std::size_t>(flat_size(table_)), 0.0f);
    for (const auto& [tensor, parameter] : places)
      read(*tensor, std::span(weights_).subspan(static_cast<std::size_t>(parameter->offset),
                                                static_cast<std::size_t>(parameter->count)));
    if (head) check_tied(*head);
    return std::move(weights_);
  }

 private:
  struct Place {
    const Tensor* tensor;
    const Parameter* parameter;
  };

  /// Where each tensor goes, in the order of the file. Here all that the headers tell is checked, before the first
  /// weight is read.
  std::vector<Place> checked_places(const Tensor* head) const {
    std::vector<Place> places;
    for (const Parameter& parameter : table_) {
      places.push_back({&require(parameter), &parameter});
      require_form(*places.back().tensor, parameter.shape);
    }
    std::vector<const Tensor*> used;
    for (const Place& place : places) used.push_back(place.tensor);
    if (head) {
      require_form(*head, table_.front().shape);
      used.push_back(head);
    }
    refuse_unknown(used);
    // tensors() has them in the order of the shards and of the data.
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.tensor < b.tensor; });
    return places;
  }

  std::string_view prefix() const { return config_.family == Family::gpt2 ? "transformer." : "model."; }

  [[noreturn]] void fail(const std::string& name, const std::string& message, std::string hint = {}) const {
    throw data_error(file_.name(), "tensor " + name + ": " + message, std::move(hint));
  }

  /// A body saved without its head has the names without their prefix.
  const Tensor& require(const Parameter& parameter) const {
    if (const Tensor* tensor = file_.find(parameter.name)) return *tensor;
    if (parameter.name.starts_with(prefix()))
      if (const Tensor* tensor = file_.find(parameter.name.substr(prefix().size()))) return *tensor;
    fail(parameter.name, "is missing, although config.json asks for it",
         parameter.role == Role::head ? "a model whose head is its embedding says \"tie_word_embeddings\": true"
                                      : kHint);
  }

  void require_form(const Tensor& tensor, const io::Shape& shape) const {
    const io::DType type = tensor.info.type;
    if (type != io::DType::f64 && type != io::DType::f32 && type != io::DType::f16 && type != io::DType::bf16)
      fail(tensor.info.name, "expected F64, F32, F16 or BF16, found " + std::string(io::dtype_name(type)),
           "convert the model to one of these first");
    if (tensor.info.shape != shape)
      fail(tensor.info.name,
           "expected the shape " + shape_text(shape) + " by config.json, found " + shape_text(tensor.info.shape),
           kHint);
  }

  void read(const Tensor& tensor, std::span<float> out) const {
    const io::DType type = tensor.info.type;
    const std::size_t width = io::dtype_bytes(type);
    std::vector<std::byte> bytes(std::min(kPieceElements, out.size()) * width);
    for (std::size_t begin = 0; begin < out.size(); begin += kPieceElements) {
      const auto part = out.subspan(begin, std::min(kPieceElements, out.size() - begin));
      const auto piece = std::span(bytes).first(part.size() * width);
      file_.read(tensor, begin * width, piece);
      convert(type, piece, part);
      for (std::size_t i = 0; i < part.size(); ++i)
        if (!std::isfinite(part[i]))
          fail(tensor.info.name, "element " + std::to_string(begin + i) + " is not finite as float32");
    }
  }

  void check_tied(const Tensor& head) const {
    const Parameter& embedding = table_.front();
    std::vector<float> values(static_cast<std::size_t>(embedding.count));
    read(head, values);
    if (std::memcmp(values.data(), weights_.data() + embedding.offset, values.size() * sizeof(float)) != 0)
      fail(head.info.name, "differs from " + embedding.name + ", although config.json ties the two",
           "set \"tie_word_embeddings\": false in config.json if the head is its own");
  }

  /// Buffers that older versions of transformers saved beside the weights.
  bool is_buffer(std::string_view name) const {
    if (config_.family == Family::llama) return name.ends_with(".rotary_emb.inv_freq");
    return name.ends_with(".attn.bias") || name.ends_with(".attn.masked_bias");
  }

  void refuse_unknown(std::vector<const Tensor*>& used) const {
    std::sort(used.begin(), used.end());
    for (const Tensor& tensor : file_.tensors())
      if (!std::binary_search(used.begin(), used.end(), &tensor) && !is_buffer(tensor.info.name))
        fail(tensor.info.name, "is no part of the model that config.json describes", kHint);
  }

  const Config& config_;
  std::vector<Parameter> table_;
  io::Safetensors file_;
  std::vector<float> weights_;
};

}  // namespace

std::vector<float> load_weights(const std::filesystem::path& directory, const Config& config,
                                io::ReadObserver observer) {
  return described(directory.string(), "fetch or export the model again",
                   [&] { return Loader(directory, config, std::move(observer)).load(); });
}

}  // namespace daybreak::model
