// The decoders of HDF5's filters against streams made here by zlib and Blosc themselves, and against damage.
#include <blosc.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/codecs/frame.h"
#include "libcore/io/hdf5_chunks.h"
#include "libcore/io/hdf5_filters.h"
#include "tests/support/catch.hpp"
#include "tests/unit/io/support.h"

namespace daybreak::io {
namespace {

std::vector<std::byte> bytes_of_text(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string deflated(const std::string& plain) {
  uLongf length = compressBound(plain.size());
  std::string packed(length, '\0');
  REQUIRE(compress(reinterpret_cast<Bytef*>(packed.data()), &length, reinterpret_cast<const Bytef*>(plain.data()),
                   plain.size()) == Z_OK);
  packed.resize(length);
  return packed;
}

std::string blosced(const std::string& plain, const char* codec) {
  std::string packed(plain.size() + BLOSC_MAX_OVERHEAD, '\0');
  const int length = blosc_compress_ctx(5, BLOSC_SHUFFLE, 4, plain.size(), plain.data(), packed.data(), packed.size(),
                                        codec, 0, 1);
  REQUIRE(length > 0);
  packed.resize(static_cast<std::size_t>(length));
  return packed;
}

/// A dataset of one chunk of `count` bytes that is a file's whole content.
Hdf5Dataset one_chunk(std::size_t count, std::vector<Hdf5Filter> filters) {
  Hdf5Dataset dataset;
  dataset.path = "data";
  dataset.shape = dataset.chunk_shape = {count};
  dataset.storage = Hdf5Storage::chunked;
  dataset.filters = std::move(filters);
  return dataset;
}

/// Decodes a file's content as one chunk; the plain bytes, or what the error says.
std::string decoded(const Hdf5Dataset& dataset, const std::string& stored) {
  const test::ScratchFolder scratch;
  const InputFile file(scratch.file("chunk", "12345" + stored));
  std::vector<std::byte> out(dataset.chunk_bytes());
  try {
    decode_chunk(dataset, {0, 5, stored.size(), 0}, file, out);
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::data);
    return error.what();
  }
  return text_of(out);
}

std::string sample() {
  std::string plain;
  for (int k = 0; k < 400; ++k) plain += k % 4 == 0 ? "word" : "text";
  return plain;
}

using Catch::Matchers::Contains;

}  // namespace

TEST_CASE("HDF5's Fletcher sum: big-endian pairs, folded") {
  // By hand: pairs 0x0102 and 0x0304 sum to 0x0406; the sums add up to 0x0102 + 0x0406 = 0x0508.
  CHECK(hdf5_fletcher32(bytes_of_text("\x01\x02\x03\x04")) == 0x05080406u);
  // An odd last byte is the high half of a pair: 0x0102 + 0x0300 = 0x0402, and 0x0102 + 0x0402 = 0x0504.
  CHECK(hdf5_fletcher32(bytes_of_text("\x01\x02\x03")) == 0x05040402u);
  // Folding keeps 0xffff where a remainder modulo 65535 would give 0.
  CHECK(hdf5_fletcher32(bytes_of_text("\xff\xff")) == 0xffffffffu);
}

TEST_CASE("deflate is undone to exactly the chunk's size") {
  const std::string plain = sample(), packed = deflated(plain);
  CHECK(decoded(one_chunk(plain.size(), {{1, {6}}}), packed) == plain);
  CHECK_THAT(decoded(one_chunk(plain.size(), {{1, {6}}}), packed.substr(0, packed.size() - 6)), Contains("cut short"));
  CHECK_THAT(decoded(one_chunk(plain.size() - 1, {{1, {6}}}), packed), Contains("longer than the chunk"));
  CHECK_THAT(decoded(one_chunk(plain.size() + 1, {{1, {6}}}), packed), Contains("holds 1600 bytes, expected 1601"));
  std::string broken = packed;
  broken[packed.size() / 2] = static_cast<char>(broken[packed.size() / 2] ^ 0x55);
  CHECK_THAT(decoded(one_chunk(plain.size(), {{1, {6}}}), broken), Contains("'data', chunk 0"));
}

TEST_CASE("zstd's frames are undone to exactly the chunk's size") {
  const std::string plain = sample();
  std::string packed(ZSTD_compressBound(plain.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 3));
  const auto one = [](std::size_t bytes) { return one_chunk(bytes, {{kHdf5Zstd, {3}}}); };
  CHECK(decoded(one(plain.size()), packed) == plain);
  CHECK_THAT(decoded(one(plain.size() - 1), packed), Contains("longer than the chunk"));
  CHECK_THAT(decoded(one(plain.size() + 1), packed), Contains("holds 1600 bytes, expected 1601"));
  CHECK_THAT(decoded(one(plain.size()), packed.substr(0, packed.size() - 1)), Contains("cut short"));
}

TEST_CASE("LZF by hand: literals, repeats short and long, and each way to be broken") {
  const auto one = [](std::size_t bytes) { return one_chunk(bytes, {{kHdf5Lzf, {}}}); };
  // Three literals, then 2 + 1 bytes from 3 before; 2 + 7 + 4 of the last byte again and again.
  const std::string packed("\x02" "abc\x20\x02\xe0\x04\x00", 9);
  CHECK(decoded(one(19), packed) == "abcabc" + std::string(13, 'c'));
  CHECK_THAT(decoded(one(18), packed), Contains("longer than the chunk"));
  CHECK_THAT(decoded(one(20), packed), Contains("holds 19 bytes, expected 20"));
  CHECK_THAT(decoded(one(19), packed.substr(0, 8)), Contains("cut short"));
  CHECK_THAT(decoded(one(19), packed.substr(0, 3)), Contains("cut short"));
  CHECK_THAT(decoded(one(6), std::string("\x02" "abc\x20\x03", 6)), Contains("broken"));
}

TEST_CASE("Blosc's chunks say their codec themselves") {
  const std::string plain = sample();
  for (const char* codec : {"blosclz", "lz4", "zstd", "zlib"})
    CHECK(decoded(one_chunk(plain.size(), {{32001, {2, 2, 4, 1600, 5, 1, 0}}}), blosced(plain, codec)) == plain);
}

TEST_CASE("Broken Blosc data never gives bytes for whole") {
  const std::string plain = sample(), packed = blosced(plain, "lz4");
  const Hdf5Dataset dataset = one_chunk(plain.size(), {{32001, {}}});
  CHECK_THAT(decoded(dataset, packed.substr(0, packed.size() - 1)), Contains("Blosc header is broken"));
  CHECK_THAT(decoded(dataset, packed.substr(0, 15)), Contains("Blosc header is broken"));
  CHECK_THAT(decoded(one_chunk(100, {{32001, {}}}), packed), Contains("claims more bytes"));
  for (std::size_t at = 0; at < packed.size(); ++at) {
    std::string broken = packed;
    broken[at] = static_cast<char>(broken[at] ^ 0xff);
    decoded(dataset, broken);  // reads garbage or reports; a sanitizer sees any step outside
  }
}

TEST_CASE("A pipeline is undone from its last step; a checksum that differs is an error") {
  // Shuffle of four-byte elements by hand: all first bytes, then all second ones, and so on.
  const std::string shuffled = "aeibfjcgkdhl";
  const Hdf5Dataset dataset = one_chunk(12, {{2, {4}}, {1, {6}}, {3, {}}});
  std::string packed = deflated(shuffled);
  const std::uint32_t sum = hdf5_fletcher32(bytes_of_text(packed));
  packed += test::bytes_of_number(sum);
  CHECK(decoded(dataset, packed) == "abcdefghijkl");
  packed.back() = static_cast<char>(packed.back() + 1);
  CHECK_THAT(decoded(dataset, packed), Contains("fletcher32 checksum does not match"));
  CHECK_THAT(decoded(one_chunk(4, {{3, {}}}), "abc"), Contains("too short"));
  CHECK_THAT(decoded(one_chunk(4, {{2, {}}}), "abcd"), Contains("element size"));
  CHECK_THAT(decoded(one_chunk(4, {{4, {}}}), "abcd"), Contains("filter 4 (szip)"));
}

TEST_CASE("The checksum may lie below a compressor, which then has four bytes more") {
  const std::string plain = sample();
  const std::string summed = plain + test::bytes_of_number(hdf5_fletcher32(bytes_of_text(plain)));
  CHECK(decoded(one_chunk(plain.size(), {{3, {}}, {1, {6}}}), deflated(summed)) == plain);
  CHECK(decoded(one_chunk(plain.size(), {{1, {6}}, {1, {6}}}), deflated(deflated(plain))) == plain);
}

TEST_CASE("A frame of ours is a chunk of its exact size, or broken") {
  const std::string plain = sample();
  const auto bytes = bytes_of_text(plain);
  codecs::Bytes frame;
  const std::vector<std::uint64_t> shape{plain.size()};
  REQUIRE(codecs::encode({codecs::Map::ranked, codecs::Predict::none, codecs::Code::bins}, codecs::ElementType::u8,
                         shape, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()},
                         frame) == codecs::Status::ok);
  const std::string stored(frame.begin(), frame.end());
  CHECK(decoded(one_chunk(plain.size(), {{kHdf5Daybreak, {}}}), stored) == plain);
  CHECK_THAT(decoded(one_chunk(plain.size() + 1, {{kHdf5Daybreak, {}}}), stored), Contains("sizes do not match"));
  CHECK_THAT(decoded(one_chunk(plain.size(), {{kHdf5Daybreak, {}}}), stored + "x"), Contains("damaged"));
}

TEST_CASE("A filter that is not known matters only to chunks that went through it") {
  const Hdf5Dataset dataset = one_chunk(4, {{999, {}}});
  CHECK_THAT(decoded(dataset, "ABCD"), Contains("filter 999, which cannot be decoded here"));
  Hdf5Dataset used = dataset;
  used.chunks = {{0, 0, 4, 1}};
  CHECK(undecodable_filter(used).empty());  // the only chunk left it out
  used.chunks[0].filter_mask = 0;
  CHECK(undecodable_filter(used) == "filter 999");
}

TEST_CASE("Big-endian elements are turned round, fill values too") {
  Hdf5Dataset dataset = one_chunk(2, {});
  dataset.type = DType::u16;
  dataset.big_endian = true;
  CHECK(decoded(dataset, "abcd") == "badc");
  dataset.fill = bytes_of_text("xy");
  std::vector<std::byte> out(6);
  fill_elements(dataset, out);
  CHECK(text_of(out) == "yxyxyx");
}

}  // namespace daybreak::io
