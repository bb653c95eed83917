#include "libcore/dataset/shard_fingerprint.h"

#include <algorithm>
#include <span>

#include "libcore/dataset/hash.h"

namespace daybreak::dataset {
namespace {

constexpr std::uint64_t kBlocks = 64, kBlockBytes = 4096;

class Fingerprint {
 public:
  void number(std::uint64_t value) { hash_.add(std::as_bytes(std::span(&value, 1))); }
  void bytes(std::span<const std::byte> value) {
    number(value.size());
    hash_.add(value);
  }
  void text(const std::string& value) { bytes(std::as_bytes(std::span(value))); }
  void shape(const io::Shape& value) { bytes(std::as_bytes(std::span(value))); }

  void input(const CompressInput& input) {
    for (const std::string& part : {input.restore_name, input.file.format, input.group}) text(part);
    number(input.file.arrays.size());
    for (const auto& source : input.file.arrays) {
      text(source->info().name);
      number(static_cast<std::uint64_t>(source->info().type));
      shape(source->info().shape);
    }
    for (const auto* attributes : {&input.file.attributes, &input.notes}) {
      number(attributes->size());
      for (const io::Attribute& one : *attributes) {
        text(one.owner);
        text(one.name);
        shape(one.shape);
        bytes(one.data);
      }
    }
    number(input.file.pieces ? input.file.pieces->size() + 1 : 0);
    if (!input.file.pieces) return;
    for (const io::Piece& piece : *input.file.pieces) text(piece.literal);
  }

  std::string hex() const { return hash_.hex(); }

 private:
  Hash128 hash_;
};

/// Blocks at equal distances of the arrays one behind the other.
void add_blocks(const std::vector<const io::ArraySource*>& arrays, Fingerprint& print) {
  std::uint64_t total = 0;
  for (const io::ArraySource* array : arrays) total += array->info().bytes();
  const std::uint64_t step = std::max(total / kBlocks, kBlockBytes);
  std::uint64_t begin = 0, next = 0;  // of the array; of the next block
  std::vector<std::byte> block;
  for (const io::ArraySource* array : arrays) {
    const std::uint64_t bytes = array->info().bytes();
    for (; next < begin + bytes; next += step) {
      block.resize(static_cast<std::size_t>(std::min(kBlockBytes, begin + bytes - next)));
      array->read(next - begin, block);
      print.bytes(block);
    }
    begin += bytes;
  }
}

}  // namespace

std::string fingerprint(const std::vector<CompressInput>& inputs, const std::string& options) {
  Fingerprint print;
  print.text(options);
  print.number(inputs.size());
  std::vector<const io::ArraySource*> arrays;
  for (const CompressInput& input : inputs) {
    print.input(input);
    for (const auto& source : input.file.arrays) arrays.push_back(source.get());
  }
  add_blocks(arrays, print);
  return print.hex();
}

}  // namespace daybreak::dataset
