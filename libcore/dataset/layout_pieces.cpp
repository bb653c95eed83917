#include "libcore/dataset/layout_pieces.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

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
  return array >= 0 && piece.array == array && !piece.big_endian && !piece.column_major && !piece.run_bytes &&
         piece.fields.empty();
}

/// All arrays of an input as the header of a safetensors file lists them, as its usual writers do.
std::string listed(const KeptInput& input, const std::vector<KeptArray>& arrays) {
  std::string list;
  std::uint64_t at = 0;
  for (std::size_t i = input.first_array; i < input.first_array + input.array_count; ++i) {
    const io::ArrayInfo& info = arrays[i].info;
    const std::uint64_t end = at + info.bytes();
    io::Json entry = io::Json::object();
    entry["dtype"] = io::dtype_name(info.type);
    entry["shape"] = io::Json::array(info.shape);
    entry["data_offsets"] = io::Json::Array{at, end};
    const std::string name = info.name.substr(std::min(input.group.size(), info.name.size()));
    list += (list.empty() ? "" : ",") + io::Json(name).dump() + ":" + entry.dump();
    at = end;
  }
  return list;
}

io::Json text_json(std::string_view text, const std::string& list) {
  io::Json out = io::Json::object();
  const std::size_t found = list.empty() ? std::string::npos : text.find(list);
  out["text"] = as_characters(text.substr(0, found));
  if (found != std::string::npos) out["text_after_list"] = as_characters(text.substr(found + list.size()));
  return out;
}

io::Json piece_json(const KeptPiece& piece) {
  io::Json out = io::Json::object();
  if (piece.array < 0) {
    out["literal"] = io::Json::Array{piece.literal_offset, piece.literal_bytes};
    return out;
  }
  if (!piece.fields.empty()) {
    out["records"] = piece.records;
    out["fields"] = io::Json::Array{piece.array, piece.fields.size()};
    io::Json orders = io::Json::array();
    for (const bool big_endian : piece.fields) orders.push_back(big_endian);
    out["big_endian"] = std::move(orders);
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
  PieceParser(const KeptInput& input, const std::vector<KeptArray>& arrays, std::uint64_t literal_bytes,
              const std::string& where)
      : input_(input), arrays_(arrays), literal_bytes_(literal_bytes), where_(where) {}

  std::vector<KeptPiece> parse(const io::Json& json) {
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

  std::string bytes_of(const io::Json& text) const {
    std::optional<std::string> bytes = as_bytes(text.as_string());
    if (!bytes) fail("a piece of " + input_.name + " is not made of bytes");
    return *std::move(bytes);
  }

  KeptPiece text_piece(const io::Json& json) {
    KeptPiece out;
    out.text = bytes_of(json.at("text"));
    const io::Json* after = json.find("text_after_list");
    if (after == nullptr) return out;
    if (std::exchange(lists_, true)) fail("a second list of the arrays of " + input_.name);
    *out.text += listed(input_, arrays_) + bytes_of(*after);
    return out;
  }

  KeptPiece records_piece(const io::Json& json) {
    KeptPiece out;
    const io::Json& fields = json.at("fields");
    const std::uint64_t count = fields.at(1).as_uint();
    if (count == 0 || count > input_.array_count) fail("records of " + input_.name + " without arrays");
    out.array = array_of(fields.at(0).as_uint());
    array_of(fields.at(0).as_uint() + count - 1);
    out.records = json.at("records").as_uint();
    for (const io::Json& order : json.at("big_endian").as_array()) out.fields.push_back(order.as_bool());
    if (out.fields.size() != count) fail("records of " + input_.name + " in an unknown byte order");
    return out;
  }

  KeptPiece piece(const io::Json& json) {
    if (json.find("text") != nullptr) return text_piece(json);
    KeptPiece out;
    if (const io::Json* literal = json.find("literal"); literal != nullptr) {
      out.literal_offset = literal->at(0).as_uint();
      out.literal_bytes = literal->at(1).as_uint();
      if (out.literal_offset > literal_bytes_ || out.literal_bytes > literal_bytes_ - out.literal_offset)
        fail("a piece lies outside the literals");
      return out;
    }
    if (json.find("fields") != nullptr) return records_piece(json);
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
  const std::vector<KeptArray>& arrays_;
  std::uint64_t literal_bytes_;
  const std::string& where_;
  bool lists_ = false;  // a piece lists the arrays
};

}  // namespace

void throw_damaged_layout(const std::string& where, const std::string& what) {
  throw data_error(where, "its layout is damaged: " + what, "the arrays may still be read with h5py");
}

io::Json pieces_json(const KeptInput& input, const std::vector<KeptArray>& arrays) {
  const std::vector<KeptPiece>& pieces = *input.pieces;
  // Searched for in the first text alone: there is the header, and other texts may be many.
  std::string arrays_listed = input.format == "safetensors" ? listed(input, arrays) : "";
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
    if (count > 1) continue;
    if (pieces[i].text)
      list.push_back(text_json(*pieces[i].text, std::exchange(arrays_listed, "")));
    else
      list.push_back(piece_json(pieces[i]));
  }
  return list;
}

std::vector<KeptPiece> parse_pieces(const io::Json& json, const KeptInput& input, const std::vector<KeptArray>& arrays,
                                    std::uint64_t literal_bytes, const std::string& where) {
  return PieceParser(input, arrays, literal_bytes, where).parse(json);
}

}  // namespace daybreak::dataset
