#include "libcore/io/safetensors.h"

#include <algorithm>
#include <set>

#include "libcore/base/error.h"
#include "libcore/io/file_array.h"
#include "libcore/io/json.h"
#include "libcore/io/safetensors_header.h"

namespace daybreak::io {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kLongestIndex = 100'000'000;

/// A shard stands in the folder of its index, and nowhere else.
void check_shard_name(const std::string& shard, const std::string& index) {
  if (shard.empty() || shard == "." || shard == ".." || shard.find('/') != std::string::npos || shard.find('\\') != std::string::npos ||
      shard.find('\0') != std::string::npos)
    throw data_error(index, "the shard name \"" + shard + "\" is no plain file name in the folder of the index");
}

struct Index {
  std::vector<std::string> shards;                              // in the order of their first mention
  std::vector<std::pair<std::string, std::string>> weight_map;  // tensor, shard
};

Index read_index(const InputFile& file) {
  if (file.size() > kLongestIndex) throw data_error(file.name(), "the index has more than 100000000 bytes");
  const Json json = Json::parse(file.text_at(0, file.size()), file.name());
  const Json* map = json.find("weight_map");
  if (map == nullptr || !map->is_object()) throw data_error(file.name(), "expected a member \"weight_map\" that maps tensors to shards");
  Index index;
  std::set<std::string> seen;
  for (const auto& [tensor, shard] : map->as_object()) {
    if (!shard.is_string()) throw data_error(file.name(), "weight_map \"" + tensor + "\": expected a file name, found " + shard.dump());
    index.weight_map.emplace_back(tensor, shard.as_string());
    check_shard_name(shard.as_string(), file.name());
    if (seen.insert(shard.as_string()).second) index.shards.push_back(shard.as_string());
  }
  std::sort(index.shards.begin(), index.shards.end());
  return index;
}

/// The file to open: a folder stands for the model in it.
fs::path model_file(const std::string& path) {
  std::error_code unreachable;  // is told where the file is opened
  if (!fs::is_directory(path, unreachable)) return path;
  fs::path index = fs::path(path) / kSafetensorsIndex, single = fs::path(path) / "model.safetensors";
  if (fs::exists(index, unreachable)) return index;
  if (fs::exists(single, unreachable)) return single;
  throw Error(ExitStatus::no_input, "the folder has neither model.safetensors nor model.safetensors.index.json",
              "name a file, or a folder in the Hugging Face layout", path);
}

ArrayFile as_array_file(const Safetensors& model) {
  ArrayFile result;
  result.name = model.name();
  result.format = "safetensors";
  for (const auto& tensor : model.tensors()) result.arrays.push_back(model.source(tensor));
  for (const auto& [key, text] : model.metadata()) {
    Attribute attribute{"", key, DType::u8, true, {text.size()}, {}};
    const auto bytes = std::as_bytes(std::span(text));
    attribute.data.assign(bytes.begin(), bytes.end());
    result.attributes.push_back(std::move(attribute));
  }
  return result;
}

}  // namespace

Safetensors::Safetensors(std::shared_ptr<const InputFile> file) : name_(file->name()) {
  add(std::move(file));
  index_names();
}

Safetensors Safetensors::open(const std::string& path, ReadObserver observer) {
  const fs::path file = model_file(path);
  auto first = std::make_shared<const InputFile>(file.string());
  Safetensors model;
  model.observer_ = std::move(observer);
  if (!file.string().ends_with(".index.json")) {
    model.name_ = first->name();
    model.add(std::move(first));
    model.index_names();
    return model;
  }
  const Index index = read_index(*first);
  model.name_ = file.string();
  for (const std::string& shard : index.shards) model.add(std::make_shared<const InputFile>((file.parent_path() / shard).string()));
  model.index_names();
  for (const auto& [name, shard] : index.weight_map) {
    const Tensor* tensor = model.find(name);
    if (tensor == nullptr || index.shards[tensor->shard] != shard)
      throw data_error(model.name_, "the index has tensor \"" + name + "\" in " + shard + ", which lacks it");
  }
  if (index.weight_map.size() != model.tensors_.size())
    throw data_error(model.name_, "the index has " + std::to_string(index.weight_map.size()) + " tensors, but its shards have " +
                                      std::to_string(model.tensors_.size()));
  return model;
}

void Safetensors::add(std::shared_ptr<const InputFile> file) {
  SafetensorsHeader header = read_safetensors_header(*file);
  for (auto& entry : header.entries)
    tensors_.push_back({std::move(entry.info), shards_.size(), header.data_offset + entry.begin});
  for (auto& pair : header.metadata)
    if (std::none_of(metadata_.begin(), metadata_.end(), [&](const auto& known) { return known.first == pair.first; }))
      metadata_.push_back(std::move(pair));
  data_offsets_.push_back(header.data_offset);
  shards_.push_back(std::move(file));
}

void Safetensors::index_names() {
  by_name_.resize(tensors_.size());
  for (std::size_t i = 0; i < by_name_.size(); ++i) by_name_[i] = i;
  const auto name = [this](std::size_t i) -> const std::string& { return tensors_[i].info.name; };
  std::sort(by_name_.begin(), by_name_.end(), [&](std::size_t a, std::size_t b) { return name(a) < name(b); });
  const auto twice = std::adjacent_find(by_name_.begin(), by_name_.end(), [&](std::size_t a, std::size_t b) { return name(a) == name(b); });
  if (twice != by_name_.end()) throw data_error(name_, "tensor \"" + name(*twice) + "\" stands in two shards");
}

const Safetensors::Tensor* Safetensors::find(std::string_view name) const {
  const auto found = std::lower_bound(by_name_.begin(), by_name_.end(), name,
                                      [this](std::size_t i, std::string_view wanted) { return tensors_[i].info.name < wanted; });
  return found != by_name_.end() && tensors_[*found].info.name == name ? &tensors_[*found] : nullptr;
}

const Safetensors::Tensor& Safetensors::at(std::string_view name) const {
  if (const Tensor* tensor = find(name)) return *tensor;
  throw data_error(name_, "the tensor \"" + std::string(name) + "\" is missing");
}

void Safetensors::read(const Tensor& tensor, std::uint64_t offset, std::span<std::byte> out) const {
  const InputFile& file = *shards_[tensor.shard];
  file.read_at(tensor.offset + offset, out);
  if (observer_) observer_(file, tensor.offset + offset, out);
}

std::unique_ptr<ArraySource> Safetensors::source(const Tensor& tensor) const {
  return file_array(shards_[tensor.shard], tensor.info, {tensor.offset});
}

bool is_safetensors(const InputFile& file) {
  if (file.size() < 10) return false;
  std::uint64_t length = 0;
  file.read_at(0, std::as_writable_bytes(std::span(&length, 1)));
  if (length < 2 || length > file.size() - 8 || file.text_at(8, 1) != "{") return false;
  const std::string last = file.text_at(8 + length - 1, 1);
  return last == "}" || last == " ";
}

ArrayFile open_safetensors(const std::shared_ptr<const InputFile>& file) {
  const Safetensors model(file);
  ArrayFile result = as_array_file(model);
  result.pieces = {{file->text_at(0, model.data_offset(0))}};
  for (std::size_t i = 0; i < result.arrays.size(); ++i) result.pieces->push_back({"", static_cast<std::int64_t>(i)});
  return result;
}

ArrayFile open_safetensors_shards(const std::string& path) {
  const fs::path file = model_file(path);
  if (!file.string().ends_with(".index.json")) return open_safetensors(std::make_shared<const InputFile>(file.string()));
  return as_array_file(Safetensors::open(file.string()));
}

}  // namespace daybreak::io
