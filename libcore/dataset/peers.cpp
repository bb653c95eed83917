#include "libcore/dataset/peers.h"

#include <blosc.h>
#include <zstd.h>

#include <utility>

#include "libcore/base/error.h"
#include "libcore/dataset/chunk_encoder.h"

namespace daybreak::dataset {
namespace {

/// What compress does, choices learned on the first of some chunks included.
class Ours final : public ChunkPeer {
 public:
  Ours(std::string name, Audience audience) : name_(std::move(name)), audience_(audience) {}
  std::string name() const override { return name_; }
  bool is_ours() const override { return true; }
  void begin(const codecs::ChunkType& type) override {
    encoder_ = std::make_unique<ChunkEncoder>(audience_, Effort::best, type);
  }
  Packed pack(std::span<const std::byte> chunk, std::uint64_t ordinal) override {
    EncodedChunk encoded = ordinal % kChunksOfAChoice == 0 ? encoder_->encode_trying_all(chunk, {}, choice_)
                                                           : encoder_->encode_by_choice(chunk, {}, choice_);
    return {std::move(encoded.bytes), encoded.form};
  }
  bool unpack(const Packed& packed, std::span<std::byte> chunk) override {
    return decode(packed.form, encoder_->type(), packed.bytes, chunk);
  }

 private:
  std::string name_;
  Audience audience_;
  std::unique_ptr<ChunkEncoder> encoder_;
  Choice choice_;
};

/// One form of HDF5's filters throughout; a chunk that gains nothing is stored.
class OneForm final : public ChunkPeer {
 public:
  OneForm(std::string name, Form form) : name_(std::move(name)), form_(form) {}
  std::string name() const override { return name_; }
  void begin(const codecs::ChunkType& type) override { type_ = type; }
  Packed pack(std::span<const std::byte> chunk, std::uint64_t) override {
    Packed packed{{}, form_};
    if (encode(form_, type_, chunk, packed.bytes)) return packed;
    return {{chunk.begin(), chunk.end()}, {}};
  }
  bool unpack(const Packed& packed, std::span<std::byte> chunk) override {
    return decode(packed.form, type_, packed.bytes, chunk);
  }

 private:
  std::string name_;
  Form form_;
  codecs::ChunkType type_;
};

class Zstd final : public ChunkPeer {
 public:
  explicit Zstd(int level) : level_(level) {}
  std::string name() const override { return "zstd-" + std::to_string(level_); }
  void begin(const codecs::ChunkType&) override {}
  Packed pack(std::span<const std::byte> chunk, std::uint64_t) override {
    Packed packed;
    packed.bytes.resize(ZSTD_compressBound(chunk.size()));
    const std::size_t bytes =
        ZSTD_compress(packed.bytes.data(), packed.bytes.size(), chunk.data(), chunk.size(), level_);
    if (ZSTD_isError(bytes) != 0)
      throw Error(ExitStatus::resources, std::string("zstd cannot compress a chunk: ") + ZSTD_getErrorName(bytes));
    packed.bytes.resize(bytes);
    return packed;
  }
  bool unpack(const Packed& packed, std::span<std::byte> chunk) override {
    return ZSTD_decompress(chunk.data(), chunk.size(), packed.bytes.data(), packed.bytes.size()) == chunk.size();
  }

 private:
  int level_;
};

}  // namespace

std::vector<std::unique_ptr<ChunkPeer>> chunk_peers() {
  std::vector<std::unique_ptr<ChunkPeer>> peers;
  peers.push_back(std::make_unique<Ours>("daybreak-plugin", Audience::plugin));
  peers.push_back(std::make_unique<Ours>("daybreak-h5py", Audience::h5py));
  peers.push_back(std::make_unique<Zstd>(3));
  peers.push_back(std::make_unique<Zstd>(19));
  const auto add = [&](const std::string& name, Form form) { peers.push_back(std::make_unique<OneForm>(name, form)); };
  add("zlib-6", {Form::Kind::deflate, 6});
  add("zlib-6-shuffle", {Form::Kind::deflate, 6, 1});
  add("blosc-lz4-5-shuffle", {Form::Kind::blosc, 5, BLOSC_SHUFFLE, BLOSC_LZ4_COMPNAME});
  add("blosc-zstd-5-shuffle", {Form::Kind::blosc, 5, BLOSC_SHUFFLE, BLOSC_ZSTD_COMPNAME});
  add("blosc-zstd-9-bitshuffle", {Form::Kind::blosc, 9, BLOSC_BITSHUFFLE, BLOSC_ZSTD_COMPNAME});
  return peers;
}

const std::vector<ProgramPeer>& program_peers() {
  static const std::vector<ProgramPeer> peers{
      {"xz-9e", "xz", {"-9e", "-T1", "-c"}, {"-d", "-c"}},
      {"brotli-11", "brotli", {"-q", "11", "-w", "24", "-c"}, {"-d", "-c"}},
      {"gzip-6", "gzip", {"-6", "-c"}, {"-d", "-c"}},
      {"zstd-19-long27", "zstd", {"-19", "--long=27", "-T1", "-q", "-c"}, {"-d", "--long=27", "-q", "-c"}},
  };
  return peers;
}

}  // namespace daybreak::dataset
