#include "libcore/dataset/layout_pieces.h"

#include <string_view>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"

namespace daybreak::dataset {
namespace {

/// Bytes as the characters of the same numbers, which JSON can hold.
std::string as_characters(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    if (value >= 0x80) text += static_cast<char>(0xC0 | value >> 6);
    text += static_cast<char>(value >= 0x80 ? 0x80 | (value & 0x3F) : value);
  }
  return text;
}

/// The reverse; nothing where a character is no byte.
std::optional<std::string> as_bytes(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (point.value > 0xFF) return std::nullopt;
    bytes += static_cast<char>(point.value);
    at += point.length;
  }
  return bytes;
}

/// A whole array of that number, in the order of its elements?
bool is_plain(const KeptPiece& piece, std::int64_t array) {
  return array >= 0 && piece.array == array && !piece.big_endian && !piece.column_major && !piece.run_bytes;
}

io::Json piece_json(const KeptPiece& piece) {
  io::Json out = io::Json::object();
  if (piece.text) {
    out["text"] = as_characters(*piece.text);
    return out;
  }
  if (piece.array < 0) {
    out["literal"] = io::Json::Array{piece.literal_offset, piece.literal_bytes};
    return out;
  }
  out["array"] = piece.array;
  if (piece.big_endian) out["big_endian"] = true;
  if (piece.column_major) out["column_major"] = true;
  if (piece.run_bytes) out["run"] = io::Json::Array{piece.first_byte, *piece.run_bytes};
  return out;
}

bool flag_of(const io::Json& json, std::string_view key) {
  const io::Json* found = json.find(key);
  return found != nullptr && found->as_bool();
}

/// The pieces of one input, everything checked.
class PieceParser {
 public:
  PieceParser(const KeptInput& input, std::uint64_t literal_bytes, const std::string& where)
      : input_(input), literal_bytes_(literal_bytes), where_(where) {}

  std::vector<KeptPiece> parse(const io::Json& json) const {
    std::vector<KeptPiece> out;
    std::uint64_t in_runs = 0;
    for (const io::Json& one : json.as_array()) {
      const io::Json* run = one.find("arrays");
      if (run == nullptr) {
        out.push_back(piece(one));
        continue;
      }
      const std::uint64_t first = run->at(0).as_uint(), count = run->at(1).as_uint();
      // An array is a whole piece once: bounds what a short layout can make of itself.
      if (count > input_.array_count || (in_runs += count) > input_.array_count)
        fail("more pieces than arrays in " + input_.name);
      for (std::uint64_t i = 0; i < count; ++i) out.emplace_back().array = array_of(first + i);
    }
    return out;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw_damaged_layout(where_, what); }

  std::int64_t array_of(std::uint64_t index) const {
    if (index < input_.first_array || index - input_.first_array >= input_.array_count)
      fail("a piece of " + input_.name + " is no array of it");
    return static_cast<std::int64_t>(index);
  }

  KeptPiece piece(const io::Json& json) const {
    KeptPiece out;
    if (const io::Json* text = json.find("text"); text != nullptr) {
      out.text = as_bytes(text->as_string());
      if (!out.text) fail("a piece of " + input_.name + " is not made of bytes");
      return out;
    }
    if (const io::Json* literal = json.find("literal"); literal != nullptr) {
      out.literal_offset = literal->at(0).as_uint();
      out.literal_bytes = literal->at(1).as_uint();
      if (out.literal_offset > literal_bytes_ || out.literal_bytes > literal_bytes_ - out.literal_offset)
        fail("a piece lies outside the literals");
      return out;
    }
    out.array = array_of(json.at("array").as_uint());
    out.big_endian = flag_of(json, "big_endian");
    out.column_major = flag_of(json, "column_major");
    if (const io::Json* run = json.find("run"); run != nullptr) {
      out.first_byte = run->at(0).as_uint();
      out.run_bytes = run->at(1).as_uint();
    }
    return out;
  }

  const KeptInput& input_;
  std::uint64_t literal_bytes_;
  const std::string& where_;
};

}  // namespace

void throw_damaged_layout(const std::string& where, const std::string& what) {
  throw data_error(where, "its layout is damaged: " + what, "the arrays may still be read with h5py");
}

io::Json pieces_json(const std::vector<KeptPiece>& pieces) {
  io::Json list = io::Json::array();
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    std::int64_t count = 0;
    const std::int64_t first = pieces[i].array;
    while (i < pieces.size() && is_plain(pieces[i], first + count)) ++count, ++i;
    if (count > 1) {
      io::Json run = io::Json::object();
      run["arrays"] = io::Json::Array{first, count};
      list.push_back(std::move(run));
    }
    if (count > 0) --i;
    if (count <= 1) list.push_back(piece_json(pieces[i]));
  }
  return list;
}

std::vector<KeptPiece> parse_pieces(const io::Json& json, const KeptInput& input, std::uint64_t literal_bytes,
                                    const std::string& where) {
  return PieceParser(input, literal_bytes, where).parse(json);
}

}  // namespace daybreak::dataset
