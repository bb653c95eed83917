#include "libcore/dataset/shard_fingerprint.h"

#include <algorithm>
#include <span>

#include "libcore/dataset/hash.h"

namespace daybreak::dataset {
namespace {

constexpr std::uint64_t kBlocks = 64, kBlockBytes = 4096, kWholeBytes = kBlocks * kBlockBytes;

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

/// A small array, or blocks of it at equal distances, the last ones of its bytes included.
void add_blocks(const io::ArraySource& array, Fingerprint& print) {
  const std::uint64_t bytes = array.info().bytes();
  std::vector<std::byte> block(static_cast<std::size_t>(std::min(bytes, kWholeBytes)));
  const auto add = [&](std::uint64_t offset) {
    if (!block.empty()) array.read(offset, block);
    print.bytes(block);
  };
  if (bytes <= kWholeBytes) return add(0);
  block.resize(kBlockBytes);
  const std::uint64_t last = bytes - kBlockBytes, step = last / (kBlocks - 1);
  for (std::uint64_t k = 0; k + 1 < kBlocks; ++k) add(k * step);
  add(last);
}

}  // namespace

std::string fingerprint(const std::vector<CompressInput>& inputs, const std::string& options) {
  Fingerprint print;
  print.text(options);
  print.number(inputs.size());
  for (const CompressInput& input : inputs) {
    print.input(input);
    for (const auto& source : input.file.arrays) add_blocks(*source, print);
  }
  return print.hex();
}

}  // namespace daybreak::dataset
