#include <algorithm>
#include <array>

#include "libcore/base/error.h"
#include "libcore/io/atomic_file.h"
#include "libcore/io/json.h"
#include "libcore/io/safetensors.h"

namespace daybreak::io {
namespace {

/// The rank of a type in the package's own order, by which it sorts (its enumeration Dtype).
int rank_of(DType type) {
  constexpr std::array kOrder{DType::boolean, DType::u8, DType::i8, DType::f8_e5m2, DType::f8_e4m3, DType::i16, DType::u16, DType::f16,
                              DType::bf16, DType::i32, DType::u32, DType::f32, DType::f64, DType::i64, DType::u64};
  return static_cast<int>(std::find(kOrder.begin(), kOrder.end(), type) - kOrder.begin());
}

void check(const TensorView& tensor) {
  const ArrayInfo info{tensor.name, tensor.type, tensor.shape};
  if (info.bytes() != tensor.bytes.size() || tensor.name == "__metadata__")
    throw Error(ExitStatus::bug, "tensor \"" + tensor.name + "\" has " + std::to_string(tensor.bytes.size()) +
                                     " bytes, but its shape needs " + std::to_string(info.bytes()));
}

std::string header_of(const std::vector<const TensorView*>& order, const TextPairs& metadata) {
  Json::Object members;
  if (!metadata.empty()) {
    Json::Object texts;
    for (const auto& [key, text] : metadata) texts.emplace_back(key, text);
    members.emplace_back("__metadata__", Json(std::move(texts)));
  }
  std::uint64_t offset = 0;
  for (const TensorView* tensor : order) {
    const std::uint64_t end = offset + tensor->bytes.size();
    Json entry;
    entry["dtype"] = dtype_name(tensor->type);
    entry["shape"] = Json::array(tensor->shape);
    entry["data_offsets"] = Json::Array{offset, end};
    offset = end;
    members.emplace_back(tensor->name, std::move(entry));
  }
  std::string text = Json(std::move(members)).dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  return text;
}

}  // namespace

void write_safetensors(const std::filesystem::path& path, const std::vector<TensorView>& tensors, const TextPairs& metadata) {
  std::vector<const TensorView*> order;
  for (const TensorView& tensor : tensors) {
    check(tensor);
    order.push_back(&tensor);
  }
  std::sort(order.begin(), order.end(), [](const TensorView* a, const TensorView* b) {
    return std::pair(-rank_of(a->type), std::string_view(a->name)) < std::pair(-rank_of(b->type), std::string_view(b->name));
  });
  std::vector<std::string_view> names;
  for (const TensorView* tensor : order) names.push_back(tensor->name);
  std::sort(names.begin(), names.end());
  if (const auto twice = std::adjacent_find(names.begin(), names.end()); twice != names.end())
    throw Error(ExitStatus::bug, "two tensors are called \"" + std::string(*twice) + "\"");
  const std::string header = header_of(order, metadata);
  const std::uint64_t length = header.size();
  AtomicFile file(path);
  file.write(std::as_bytes(std::span(&length, 1)));
  file.write(header);
  for (const TensorView* tensor : order) file.write(tensor->bytes);
  file.commit();
}

}  // namespace daybreak::io
