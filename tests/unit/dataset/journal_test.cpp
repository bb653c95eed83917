// What an encoder takes from a journal, and what it does not believe.
#include "libcore/dataset/journal.h"

#include <cmath>
#include <random>
#include <string>

#include "libcore/base/error.h"
#include "libcore/codecs/byte_stream.h"
#include "libcore/dataset/journaled_encoder.h"
#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;
using namespace daybreak::dataset;

namespace {

using Chunk = std::vector<std::byte>;

constexpr std::size_t kMagicBytes = 16, kHeadBytes = 40;

std::vector<Chunk> chunks_of_floats() {
  std::vector<Chunk> chunks;
  std::mt19937 random(5);
  for (int kind = 0; kind < 3; ++kind) {
    std::vector<float> values(4096);
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = kind == 0   ? static_cast<float>(random() % 100) / 4
                  : kind == 1 ? static_cast<float>(i)
                              : std::sin(static_cast<float>(i));
    const auto bytes = std::as_bytes(std::span(values));
    chunks.emplace_back(bytes.begin(), bytes.end());
  }
  return chunks;
}

ChunkEncoder encoder() {
  return {Audience::plugin, Effort::best, chunk_type(io::DType::f32, {4096})};
}

struct Entry {
  Digest128 key;
  Chunk payload;
};

/// By the description of the file, not by its reader.
std::vector<Entry> entries_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string file((std::istreambuf_iterator<char>(in)), {});
  std::vector<Entry> entries;
  for (std::size_t at = kMagicBytes; at < file.size();) {
    const auto* head = reinterpret_cast<const std::uint8_t*>(file.data()) + at;
    const auto length = codecs::load_little<std::uint64_t>(head);
    const auto payload = std::as_bytes(std::span(file).subspan(at + kHeadBytes, length));
    entries.push_back({{codecs::load_little<std::uint64_t>(head + 8), codecs::load_little<std::uint64_t>(head + 16)},
                       {payload.begin(), payload.end()}});
    at += kHeadBytes + length;
  }
  return entries;
}

/// Encodes all chunks with that journal, compares with an encoder that has none, and tells how many were taken.
std::uint64_t encode_all(const std::filesystem::path& path) {
  Journal journal(path.string());
  const JournaledEncoder with(encoder(), {}, &journal);
  const ChunkEncoder without = encoder();
  const std::vector<Chunk> chunks = chunks_of_floats();
  for (const Chunk& chunk : chunks) {
    Choice choice, expected_choice;
    const EncodedChunk first = with.encode_trying_all(chunk, {}, choice);
    CHECK(first.bytes == without.encode_trying_all(chunk, {}, expected_choice).bytes);
    CHECK(choice.first == expected_choice.first);
    CHECK(choice.ratio == expected_choice.ratio);
    CHECK(choice.seen.seen().size() == expected_choice.seen.seen().size());
    const EncodedChunk second = with.encode_by_choice(chunks[0], {.experience = choice.seen}, choice);
    CHECK(second.bytes == without.encode_by_choice(chunks[0], {.experience = choice.seen}, choice).bytes);
  }
  return journal.taken();
}

}  // namespace

TEST_CASE("a journal gives back what an encoder made, and nothing of another setup") {
  const test::ScratchDataset scratch;
  const auto path = scratch.path("journal");
  CHECK(encode_all(path) == 0);
  CHECK(entries_of(path).size() == 6);
  CHECK(encode_all(path) == 6);
  CHECK(entries_of(path).size() == 6);
  Journal journal(path.string());
  const JournaledEncoder other(encoder(), {1}, &journal);
  Choice choice;
  other.encode_trying_all(chunks_of_floats()[0], {}, choice);
  CHECK(journal.taken() == 0);
  CHECK(entries_of(path).size() == 7);
}

TEST_CASE("a journal with sums that are right and content that is not changes nothing") {
  const test::ScratchDataset scratch;
  const auto path = scratch.path("journal");
  encode_all(path);
  std::vector<Entry> entries = entries_of(path);
  std::filesystem::remove(path);
  std::mt19937 random(9);
  SECTION("other chunks' results") {
    Journal forged(path.string());
    // Entries of encode_trying_all() and encode_by_choice() take turns; the latter are all of the first chunk.
    for (std::size_t i = 0; i < entries.size(); ++i)
      forged.append(entries[i].key, entries[i % 2 == 0 ? (i + 2) % entries.size() : 2].payload);
  }
  SECTION("noise") {
    Journal forged(path.string());
    for (const Entry& entry : entries) {
      Chunk noise(random() % 300);
      for (std::byte& byte : noise) byte = static_cast<std::byte>(random());
      forged.append(entry.key, noise);
    }
  }
  SECTION("cut payloads") {
    Journal forged(path.string());
    for (const Entry& entry : entries)
      forged.append(entry.key, std::span(entry.payload).first(random() % entry.payload.size()));
  }
  CHECK(encode_all(path) == 0);
}

TEST_CASE("one journal, one user") {
  const test::ScratchDataset scratch;
  const auto path = scratch.path("journal").string();
  Journal first(path);
  CHECK_THROWS_AS(Journal(path), Error);
  first.remove();
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK_NOTHROW(Journal(path));  // a new file
}
