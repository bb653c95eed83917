#pragma once
// safetensors files, single and in shards with an index, read and written as the format's own library does.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/io/array_file.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// Text beside the tensors, in the order of the file.
using TextPairs = std::vector<std::pair<std::string, std::string>>;

/// The name of a model's index of shards within its folder.
inline constexpr std::string_view kSafetensorsIndex = "model.safetensors.index.json";

/// Is told of bytes that were read of a file, and where they stand in it.
using ReadObserver = std::function<void(const InputFile&, std::uint64_t offset, std::span<const std::byte>)>;

/// The tensors of one file or of all shards. Every header is checked in full when it is opened: lengths against the file,
/// shapes against their bytes, and that the tensors cover the data without gap or overlap.
class Safetensors {
 public:
  /// `path`: a file, an index (*.index.json), or a folder with model.safetensors.index.json or model.safetensors. A shard
  /// outside the index's folder, a missing one, and an index that differs from its shards are errors (data, no_input).
  /// The observer is told of all that read() reads.
  static Safetensors open(const std::string& path, ReadObserver observer = {});
  /// One file. Errors: Error (data, naming file and tensor).
  explicit Safetensors(std::shared_ptr<const InputFile> file);

  struct Tensor {
    ArrayInfo info;
    std::size_t shard = 0;      // index into shards()
    std::uint64_t offset = 0;   // of its bytes in that file
  };
  /// In the order of the shards, within one in the order of the data.
  const std::vector<Tensor>& tensors() const { return tensors_; }
  /// The tensor of that name, or null.
  const Tensor* find(std::string_view name) const;
  /// The tensor of that name; Error (data) that names file and tensor where there is none.
  const Tensor& at(std::string_view name) const;
  /// Fills `out` with its bytes from `offset` on. Thread-safe if the observer is.
  void read(const Tensor& tensor, std::uint64_t offset, std::span<std::byte> out) const;
  /// The tensor as a source that outlives this object.
  std::unique_ptr<ArraySource> source(const Tensor& tensor) const;
  /// __metadata__ of all shards; of keys in several shards the first.
  const TextPairs& metadata() const { return metadata_; }
  const std::vector<std::shared_ptr<const InputFile>>& shards() const { return shards_; }
  /// Where the data of a shard begin, behind its header.
  std::uint64_t data_offset(std::size_t shard) const { return data_offsets_[shard]; }
  /// How messages call the whole.
  const std::string& name() const { return name_; }

 private:
  Safetensors() = default;
  void add(std::shared_ptr<const InputFile> file);
  void index_names();

  std::string name_;
  ReadObserver observer_;
  std::vector<std::shared_ptr<const InputFile>> shards_;
  std::vector<std::uint64_t> data_offsets_;
  std::vector<Tensor> tensors_;
  std::vector<std::size_t> by_name_;  // indices into tensors_, sorted by name
  TextPairs metadata_;
};

/// True where the file begins with a length that it can hold and a JSON object of that length.
bool is_safetensors(const InputFile& file);
/// One array a tensor; a single file can be restored byte for byte.
ArrayFile open_safetensors(const std::shared_ptr<const InputFile>& file);
/// The same of a model in shards, values only; `path` as for Safetensors::open.
ArrayFile open_safetensors_shards(const std::string& path);

/// A tensor to write; the bytes are little-endian, C order.
struct TensorView {
  std::string name;
  DType type = DType::f32;
  Shape shape;
  std::span<const std::byte> bytes;
};

/// Writes one file under the law of files, with the bytes that the safetensors package writes: wider types first, then by
/// name, the header padded with spaces to 8 bytes; metadata in the order given, none where it is empty. Errors: Error
/// (bug where bytes and shape differ or a name comes twice; cannot_create, io).
void write_safetensors(const std::filesystem::path& path, const std::vector<TensorView>& tensors, const TextPairs& metadata = {});

}  // namespace daybreak::io
