#include "libcore/dataset/originals.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/dataset/hash.h"
#include "libcore/io/input_file.h"

namespace daybreak::dataset {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 20;
// Up to here the literals of an input stand in the layout, where the same names are; longer ones have an array.
constexpr std::size_t kShortLiterals = std::size_t{1} << 16;

struct Digest {
  std::uint64_t bytes = 0;
  std::string xxh3;
  bool operator==(const Digest&) const = default;
};

/// Hash and length of what the pieces give.
Digest digest_of_pieces(const io::ArrayFile& file, const StopToken& stop) {
  Hash128 hash;
  Digest digest;
  const auto write = [&](std::span<const std::byte> bytes) {
    stop.check();
    hash.add(bytes);
    digest.bytes += bytes.size();
  };
  const io::SourceOf source_of = [&](std::int64_t array) -> const io::ArraySource& {
    return *file.arrays.at(static_cast<std::size_t>(array));
  };
  for (const io::Piece& piece : *file.pieces) io::write_laid_out(piece, source_of, write);
  digest.xxh3 = hash.hex();
  return digest;
}

Digest digest_of_file(const std::string& path, const StopToken& stop) {
  const io::InputFile file(path);
  std::vector<std::byte> block(kBlock);
  Hash128 hash;
  for (std::uint64_t at = 0; at < file.size(); at += block.size()) {
    stop.check();
    const auto part =
        std::span(block).first(static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), file.size() - at)));
    file.read_at(at, part);
    hash.add(part);
  }
  return {file.size(), hash.hex()};
}

KeptPiece keep_literal(const std::string& literal, bool here, std::string& literals) {
  KeptPiece kept;
  if (here) {
    kept.text = literal;
    return kept;
  }
  kept.literal_offset = literals.size();
  kept.literal_bytes = literal.size();
  literals += literal;
  return kept;
}

std::vector<KeptPiece> keep_pieces(const std::vector<io::Piece>& pieces, std::size_t first_array,
                                   std::string& literals) {
  std::size_t bytes = 0;
  for (const io::Piece& piece : pieces) bytes += piece.literal.size();
  std::vector<KeptPiece> kept;
  for (const io::Piece& piece : pieces) {
    if (piece.array < 0)
      kept.push_back(keep_literal(piece.literal, bytes <= kShortLiterals, literals));
    else
      kept.push_back({piece.array + static_cast<std::int64_t>(first_array), std::nullopt, 0, 0, piece.big_endian,
                      piece.column_major, piece.first_byte, piece.run_bytes, piece.fields, piece.records});
  }
  return kept;
}

KeptInput described(const CompressInput& input, std::size_t first_array, std::size_t array_count) {
  KeptInput one;
  one.name = input.restore_name;
  one.format = input.file.format;
  one.group = input.group;
  one.first_array = first_array;
  one.array_count = array_count;
  for (const io::Attribute& attribute : input.file.attributes)
    one.attributes.emplace_back(attribute.owner, attribute.name);
  return one;
}

void keep_decoded(const DecodedOriginal& decoded, KeptInput& kept) {
  kept.bytes = decoded.bytes;
  kept.xxh3 = decoded.xxh3;
  kept.decoded_by = decoded.tokenizer;
}

/// What a piece adds to its original.
std::uint64_t bytes_of(const io::Piece& piece, const UncutInput& input) {
  if (piece.array < 0) return piece.literal.size();
  if (piece.run_bytes) return *piece.run_bytes;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < std::max<std::size_t>(piece.fields.size(), 1); ++i)
    bytes += input.arrays.at(static_cast<std::size_t>(piece.array) + i)->info().bytes();
  return bytes;
}

/// Does the run, do the records lie within the arrays?
bool is_within(const KeptPiece& piece, const io::SourceOf& source_of) {
  std::uint64_t record_bytes = 0;
  for (std::size_t i = 0; i < piece.fields.size(); ++i) {
    const std::uint64_t bytes = source_of(piece.array + static_cast<std::int64_t>(i)).info().bytes();
    if (piece.records == 0 ? bytes > 0 : bytes % piece.records != 0) return false;
    if (piece.records > 0) record_bytes += std::min(bytes / piece.records, io::kMostRecordBytes + 1);
    if (record_bytes > io::kMostRecordBytes) return false;
  }
  const std::uint64_t bytes = source_of(piece.array).info().bytes();
  return piece.first_byte <= bytes && piece.run_bytes.value_or(0) <= bytes - piece.first_byte;
}

}  // namespace

std::vector<KeptInput> keep_inputs(const std::vector<CompressInput>& inputs, std::string& literals,
                                   const StopToken& stop) {
  std::vector<KeptInput> kept;
  std::size_t arrays = 0;
  for (const CompressInput& input : inputs) {
    KeptInput one = described(input, arrays, input.written().size());
    one.samples = input.samples;
    one.dropped_samples = input.dropped_samples;
    one.distinct_samples = input.distinct_samples;
    one.dropped = input.dropped;
    if (input.file.pieces) {
      const Digest digest = digest_of_pieces(input.file, stop);
      if (input.path && digest != digest_of_file(*input.path, stop))
        throw data_error(input.file.name, "does not come back byte for byte from its parts",
                         "did it change meanwhile? else keep it with --keep-original");
      one.bytes = digest.bytes;
      one.xxh3 = digest.xxh3;
      one.pieces = keep_pieces(*input.file.pieces, arrays, literals);
    } else if (input.decoded) {
      keep_decoded(*input.decoded, one);
    } else {
      for (const auto& source : input.file.arrays) one.bytes += source->info().bytes();
    }
    arrays += one.array_count;
    kept.push_back(std::move(one));
  }
  return kept;
}

std::vector<KeptInput> keep_uncut(const std::vector<CompressInput>& inputs, std::string& literals) {
  std::vector<KeptInput> kept;
  std::size_t arrays = 0;
  for (const CompressInput& input : inputs) {
    const UncutInput& uncut = *input.uncut;
    KeptInput one = described(input, arrays, uncut.arrays.size());
    if (uncut.pieces) {
      for (const io::Piece& piece : *uncut.pieces) one.bytes += bytes_of(piece, uncut);
      one.pieces = keep_pieces(*uncut.pieces, arrays, literals);
    } else if (uncut.decoded) {
      keep_decoded(*uncut.decoded, one);
    } else {
      for (const auto& source : uncut.arrays) one.bytes += source->info().bytes();
    }
    arrays += one.array_count;
    kept.push_back(std::move(one));
  }
  return kept;
}

io::Piece without_literal(const KeptPiece& piece) {
  return {"",  piece.array, piece.big_endian, piece.column_major, piece.first_byte, piece.run_bytes, piece.fields,
          piece.records};
}

void write_original(const Archive& archive, const KeptInput& input, const io::WriteBytes& write) {
  const io::SourceOf source_of = [&](std::int64_t array) -> const io::ArraySource& {
    return archive.original(static_cast<std::size_t>(array));
  };
  for (const KeptPiece& piece : *input.pieces) {
    if (piece.array < 0) {
      const std::string literal = archive.literal(piece);
      write(std::as_bytes(std::span(literal)));
      continue;
    }
    if (!is_within(piece, source_of))
      throw data_error(archive.reader().name(), "a piece of \"" + input.name + "\" lies outside its array",
                       "the file is damaged; fetch or write it again");
    io::write_laid_out(without_literal(piece), source_of, write);
  }
}

}  // namespace daybreak::dataset
