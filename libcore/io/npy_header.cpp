#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/file_array.h"
#include "libcore/io/npy.h"

namespace daybreak::io {
namespace {

constexpr std::size_t kMostDimensions = 64;  // NumPy's own limit
constexpr std::string_view kHint = "save one array for each field with numpy.save";

/// A reader of the few Python literals that a header may hold. Nothing is evaluated.
class Literals {
 public:
  Literals(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  void blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) ++at_;
  }
  bool take(char wanted) {
    blanks();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  void expect(char wanted) {
    if (!take(wanted)) fail(std::string("'") + wanted + "'");
  }
  bool word(std::string_view wanted) {
    blanks();
    if (!text_.substr(at_).starts_with(wanted)) return false;
    at_ += wanted.size();
    return true;
  }
  std::string string() {
    blanks();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') fail("a string");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) fail("a closing quote");
    const std::string_view value = text_.substr(at_ + 1, end - at_ - 1);
    if (value.find('\\') != std::string_view::npos) fail("a string without backslashes");
    at_ = end + 1;
    return std::string(value);
  }
  std::uint64_t extent() {
    blanks();
    if (at_ < text_.size() && text_[at_] == '-') throw data_error(where_, "the shape has a negative dimension");
    std::uint64_t value = 0;
    const auto [end, failure] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (failure == std::errc::result_out_of_range) throw data_error(where_, "a dimension does not fit 64 bits");
    if (failure != std::errc{}) fail("a dimension");
    at_ = static_cast<std::size_t>(end - text_.data());
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // as Python 2 wrote long integers
    return value;
  }
  bool at_list() {
    blanks();
    return at_ < text_.size() && text_[at_] == '[';
  }
  void expect_end() {
    blanks();
    if (at_ != text_.size()) fail("the end of the header");
  }
  [[noreturn]] void fail(const std::string& expected) const {
    const std::string found = at_ < text_.size() ? "'" + std::string(text_.substr(at_, 12)) + "'" : "its end";
    throw data_error(where_, "the .npy header is malformed: expected " + expected + " at its byte " + std::to_string(at_) +
                                 ", found " + found);
  }

 private:
  std::string_view text_;
  const std::string& where_;
  std::size_t at_ = 0;
};

/// A decimal number of bytes, at most as many as a record may have.
std::optional<std::uint64_t> extent_of(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failure != std::errc{} || end != digits.data() + digits.size() || value > kMostRecordBytes) return std::nullopt;
  return value;
}

std::optional<DType> numeric_type(char kind, std::string_view size) {
  const std::string spelled = kind + std::string(size);
  constexpr std::pair<std::string_view, DType> kKnown[] = {
      {"b1", DType::boolean}, {"u1", DType::u8}, {"i1", DType::i8}, {"u2", DType::u16}, {"i2", DType::i16},
      {"u4", DType::u32}, {"i4", DType::i32}, {"u8", DType::u64}, {"i8", DType::i64}, {"f2", DType::f16},
      {"f4", DType::f32}, {"f8", DType::f64}};
  for (const auto& [name, type] : kKnown)
    if (spelled == name) return type;
  return std::nullopt;
}

/// The field of a type that is no structure. Bytes without further meaning are rows of U8.
NpyField parse_type(Literals& in, bool in_structure, const std::string& where) {
  const std::string descr = in.string();
  const std::size_t kind = !descr.empty() && std::string_view("<>|=").find(descr[0]) != std::string_view::npos ? 1 : 0;
  const std::string_view size = std::string_view(descr).substr(std::min(kind + 1, descr.size()));
  const char letter = descr.size() > kind ? descr[kind] : '\0';
  if (letter == 'O')
    throw data_error(where, "the array holds pickled Python objects, which are never loaded",
                     "convert it to numbers with NumPy and save that");
  if (in_structure && (letter == 'S' || letter == 'V'))
    if (const auto bytes = extent_of(size)) return {"", DType::u8, false, {*bytes}};
  const auto type = numeric_type(letter, size);
  const bool order_missing = type && dtype_bytes(*type) > 1 && (kind == 0 || descr[0] == '|');
  if (!type || order_missing)
    throw data_error(where, "element type '" + descr + "' is not supported; expected booleans, integers of 8 to 64 bits "
                            "or floats of 16, 32 or 64" + (in_structure ? ", or bytes" : ""),
                     "convert the array with astype() and save that");
  return {"", *type, descr[0] == '>' && dtype_bytes(*type) > 1};
}

Shape parse_shape(Literals& in, const std::string& where) {
  Shape shape;
  in.expect('(');
  bool comma = true;
  while (!in.take(')')) {
    if (!comma) in.fail("',' or ')'");
    if (shape.size() == kMostDimensions) throw data_error(where, "the shape has more than 64 dimensions");
    shape.push_back(in.extent());
    comma = in.take(',');
  }
  if (shape.size() == 1 && !comma) in.fail("a tuple, such as (4,)");
  return shape;
}

/// "('name', ", or "(('title', 'name'), " of a field with a title, which is not kept.
std::string parse_field_name(Literals& in) {
  in.expect('(');
  const bool titled = in.take('(');
  std::string name = in.string();
  if (titled) {
    in.expect(',');
    name = in.string();
    in.expect(')');
  }
  in.expect(',');
  return name;
}

/// Adds the fields of a structure, those of structures in it as a group.
class FieldsParser {
 public:
  FieldsParser(Literals& in, const std::string& where, std::vector<NpyField>& fields)
      : in_(in), where_(where), fields_(fields) {}

  void parse(const std::string& group, int depth) {
    if (depth > kMostDepth) throw data_error(where_, "structures are nested too deeply");
    in_.expect('[');
    bool comma = true;
    while (!in_.take(']')) {
      if (!comma) in_.fail("',' or ']'");
      parse_field(group, depth);
      comma = in_.take(',');
    }
  }

 private:
  static constexpr int kMostDepth = 16;

  void parse_field(const std::string& group, int depth) {
    const std::string name = parse_field_name(in_);
    if (in_.at_list()) {
      if (name.empty()) throw data_error(where_, "a structure in a structure has no name");
      parse(group + name + "/", depth + 1);
      if (in_.take(','))
        throw data_error(where_, "field \"" + group + name + "\" is an array of structures, which is not supported",
                         std::string(kHint));
      return in_.expect(')');
    }
    NpyField field = parse_type(in_, true, where_);
    if (in_.take(',')) {
      Shape shape = parse_shape(in_, where_);
      field.shape.insert(field.shape.begin(), shape.begin(), shape.end());
    }
    in_.expect(')');
    add(std::move(field), group + (name.empty() ? "padding" : name), name.empty());
  }

  void add(NpyField field, const std::string& name, bool padding) {
    field.name = name;
    while (padding && names_.contains(field.name)) field.name = name + std::to_string(++paddings_);
    if (!names_.insert(field.name).second) throw data_error(where_, "two fields are called \"" + field.name + "\"");
    check_array_name(field.name, where_);
    field.bytes = element_count(field.shape, where_) * dtype_bytes(field.type);
    fields_.push_back(std::move(field));
  }

  Literals& in_;
  const std::string& where_;
  std::vector<NpyField>& fields_;
  std::set<std::string> names_;
  int paddings_ = 1;
};

void parse_descr(Literals& in, const std::string& where, NpyHeader& header) {
  header.structure = in.at_list();
  if (header.structure) return FieldsParser(in, where, header.fields).parse("", 1);
  NpyField field = parse_type(in, false, where);
  field.name = "data";
  field.bytes = dtype_bytes(field.type);
  header.fields = {std::move(field)};
}

}  // namespace

NpyHeader parse_npy_header(std::string_view text, const std::string& where) {
  Literals in(text, where);
  NpyHeader header;
  bool descr = false, order = false, shape = false;
  in.expect('{');
  bool comma = true;
  while (!in.take('}')) {
    if (!comma) in.fail("',' or '}'");
    const std::string key = in.string();
    in.expect(':');
    bool* seen = key == "descr" ? &descr : key == "fortran_order" ? &order : key == "shape" ? &shape : nullptr;
    if (seen == nullptr) throw data_error(where, "the .npy header has the unknown key '" + key + "'");
    if (*seen) throw data_error(where, "the .npy header has the key '" + key + "' twice");
    *seen = true;
    if (seen == &descr) parse_descr(in, where, header);
    else if (seen == &shape) header.shape = parse_shape(in, where);
    else if (in.word("True")) header.fortran_order = true;
    else if (!in.word("False")) in.fail("True or False");
    comma = in.take(',');
  }
  in.expect_end();
  if (!descr || !order || !shape)
    throw data_error(where, std::string("the .npy header lacks the key '") + (!descr ? "descr" : !order ? "fortran_order" : "shape") + "'");
  return header;
}

}  // namespace daybreak::io
