#include "libcore/io/json.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "libcore/base/error.h"

namespace daybreak::io {
namespace {

constexpr std::size_t kDeepest = 256;

/// Builds a Json from the parser's events, so that a hostile document costs no recursion.
class Builder {
 public:
  Builder(std::string_view where) : where_(where) {}
  Json take() { return std::move(root_); }

  bool null() { return put(Json()); }
  bool boolean(bool value) { return put(Json(value)); }
  bool number_integer(std::int64_t value) { return put(Json(static_cast<long>(value))); }
  bool number_unsigned(std::uint64_t value) { return put(Json(static_cast<unsigned long>(value))); }
  bool number_float(double value, const std::string& text) {
    if (!std::isfinite(value)) throw data_error(where_, "the number " + text + " is too large for a double");
    return put(Json(value));
  }
  bool string(std::string& value) { return put(Json(std::move(value))); }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(true); }
  bool start_array(std::size_t) { return open(false); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    if (!open_.back().keys.insert(name).second) throw data_error(where_, "the key \"" + name + "\" appears twice");
    open_.back().key = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& failure) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error ..." -> the part for people.
    std::string text = failure.what();
    if (const auto end = text.find("] "); end != std::string::npos) text = text.substr(end + 2);
    throw data_error(where_ + ": byte " + std::to_string(position), "not valid JSON: " + text);
  }

 private:
  /// A container whose end has not come yet.
  struct Open {
    bool is_object = false;
    Json::Object members;
    Json::Array elements;
    std::unordered_set<std::string> keys;
    std::string key;  // of the member that comes next
  };

  bool put(Json value) {
    if (open_.empty()) root_ = std::move(value);
    else if (open_.back().is_object) open_.back().members.emplace_back(std::move(open_.back().key), std::move(value));
    else open_.back().elements.push_back(std::move(value));
    return true;
  }
  bool open(bool is_object) {
    if (open_.size() >= kDeepest) throw data_error(where_, "nested more than 256 levels deep");
    open_.emplace_back().is_object = is_object;
    return true;
  }
  bool close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    return put(done.is_object ? Json(std::move(done.members)) : Json(std::move(done.elements)));
  }

  std::string where_;
  Json root_;
  std::vector<Open> open_;
};

void write_string(std::string& out, const std::string& text) {
  out += '"';
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (code < 0x20) {
          constexpr std::string_view kHex = "0123456789abcdef";
          out += "\\u00";
          out += kHex[code >> 4];
          out += kHex[code & 15];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

template <class Number>
void write_number(std::string& out, Number value) {
  char buffer[32];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void new_line(std::string& out, int indent, int depth) {
  if (indent < 0) return;
  out += '\n';
  out.append(static_cast<std::size_t>(indent) * static_cast<std::size_t>(depth), ' ');
}

void write(std::string& out, const Json& value, int indent, int depth);

void write_array(std::string& out, const Json::Array& elements, int indent, int depth) {
  out += '[';
  bool first = true;
  for (const Json& element : elements) {
    if (!first) out += ',';
    first = false;
    new_line(out, indent, depth + 1);
    write(out, element, indent, depth + 1);
  }
  if (!elements.empty()) new_line(out, indent, depth);
  out += ']';
}

void write_object(std::string& out, const Json::Object& members, int indent, int depth) {
  out += '{';
  bool first = true;
  for (const auto& [key, value] : members) {
    if (!first) out += ',';
    first = false;
    new_line(out, indent, depth + 1);
    write_string(out, key);
    out += indent < 0 ? ":" : ": ";
    write(out, value, indent, depth + 1);
  }
  if (!members.empty()) new_line(out, indent, depth);
  out += '}';
}

void write(std::string& out, const Json& value, int indent, int depth) {
  if (value.is_null()) out += "null";
  else if (value.is_bool()) out += value.as_bool() ? "true" : "false";
  else if (value.is_string()) write_string(out, value.as_string());
  else if (value.is_array()) write_array(out, value.as_array(), indent, depth);
  else if (value.is_object()) write_object(out, value.as_object(), indent, depth);
  else if (value.is_integer() && value.as_double() >= 0) write_number(out, value.as_uint());
  else if (value.is_integer()) write_number(out, value.as_int());
  else if (value.as_double() == 0) out += std::signbit(value.as_double()) ? "-0.0" : "0";  // "-0" would come back as an integer
  else write_number(out, value.as_double());
}

Error wrong_type(std::string_view expected, const Json& found) {
  std::string text = found.dump();
  if (text.size() > 40) text = text.substr(0, 40) + "...";
  return data_error("", "expected " + std::string(expected) + ", found " + text);
}

}  // namespace

Json::Json(unsigned long value) {
  // One representation for each number, so that equality means equality.
  if (value <= static_cast<unsigned long>(std::numeric_limits<std::int64_t>::max()))
    value_ = static_cast<std::int64_t>(value);
  else
    value_ = static_cast<std::uint64_t>(value);
}

Json::Json(double value) {
  if (std::isfinite(value)) value_ = value;
}

Json Json::parse(std::string_view text, std::string_view where) {
  // The parser beneath takes a NUL for the end of the input, whatever follows it.
  if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    throw data_error(std::string(where) + ": byte " + std::to_string(nul), "not valid JSON: it contains a NUL byte");
  Builder builder(where);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

std::string_view Json::type_name() const {
  if (is_null()) return "null";
  if (is_bool()) return "boolean";
  if (is_number()) return "number";
  if (is_string()) return "string";
  return is_array() ? "array" : "object";
}

bool Json::as_bool() const {
  if (const auto* value = std::get_if<bool>(&value_)) return *value;
  throw wrong_type("true or false", *this);
}

std::int64_t Json::as_int() const {
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return *value;
  if (const auto* value = std::get_if<double>(&value_))
    if (*value == std::floor(*value) && std::abs(*value) < 9e15) return static_cast<std::int64_t>(*value);
  throw wrong_type("an integer of at most 64 bits", *this);
}

std::uint64_t Json::as_uint() const {
  if (const auto* value = std::get_if<std::uint64_t>(&value_)) return *value;
  const std::int64_t value = as_int();
  if (value < 0) throw wrong_type("an integer of at least 0", *this);
  return static_cast<std::uint64_t>(value);
}

double Json::as_double() const {
  if (const auto* value = std::get_if<double>(&value_)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*value);
  if (const auto* value = std::get_if<std::uint64_t>(&value_)) return static_cast<double>(*value);
  throw wrong_type("a number", *this);
}

const std::string& Json::as_string() const {
  if (const auto* value = std::get_if<std::string>(&value_)) return *value;
  throw wrong_type("a string", *this);
}

const Json::Array& Json::as_array() const {
  if (const auto* value = std::get_if<Array>(&value_)) return *value;
  throw wrong_type("an array", *this);
}

const Json::Object& Json::as_object() const {
  if (const auto* value = std::get_if<Object>(&value_)) return *value;
  throw wrong_type("an object", *this);
}

const Json* Json::find(std::string_view key) const {
  if (const auto* members = std::get_if<Object>(&value_))
    for (const Member& member : *members)
      if (member.first == key) return &member.second;
  return nullptr;
}

const Json& Json::at(std::string_view key) const {
  if (const Json* member = find(key)) return *member;
  throw data_error("", "the member \"" + std::string(key) + "\" is missing");
}

const Json& Json::at(std::size_t index) const {
  const Array& elements = as_array();
  if (index < elements.size()) return elements[index];
  throw data_error("", "expected at least " + std::to_string(index + 1) + " elements, found " +
                           std::to_string(elements.size()));
}

std::size_t Json::size() const {
  if (const auto* elements = std::get_if<Array>(&value_)) return elements->size();
  if (const auto* members = std::get_if<Object>(&value_)) return members->size();
  return 0;
}

const Json* Json::pointer(std::string_view pointer) const {
  const Json* here = this;
  while (here != nullptr && !pointer.empty()) {
    if (pointer[0] != '/') return nullptr;
    const auto end = std::min(pointer.find('/', 1), pointer.size());
    std::string token;
    for (std::size_t i = 1; i < end; ++i) {
      const bool escape = pointer[i] == '~' && i + 1 < end;
      if (escape && pointer[i + 1] == '0') token += '~', ++i;
      else if (escape && pointer[i + 1] == '1') token += '/', ++i;
      else token += pointer[i];
    }
    pointer.remove_prefix(end);
    if (const auto* elements = std::get_if<Array>(&here->value_)) {
      std::size_t index = 0;
      const auto [last, failure] = std::from_chars(token.data(), token.data() + token.size(), index);
      const bool whole = failure == std::errc{} && last == token.data() + token.size() && (token == "0" || token[0] != '0');
      here = whole && index < elements->size() ? &(*elements)[index] : nullptr;
    } else {
      here = here->find(token);
    }
  }
  return here;
}

Json& Json::operator[](std::string_view key) {
  if (is_null()) value_ = Object{};
  auto* members = std::get_if<Object>(&value_);
  if (members == nullptr) throw wrong_type("an object", *this);
  for (Member& member : *members)
    if (member.first == key) return member.second;
  return members->emplace_back(std::string(key), Json()).second;
}

void Json::push_back(Json value) {
  if (is_null()) value_ = Array{};
  auto* elements = std::get_if<Array>(&value_);
  if (elements == nullptr) throw wrong_type("an array", *this);
  elements->push_back(std::move(value));
}

std::string Json::dump(int indent) const {
  std::string out;
  write(out, *this, indent, 0);
  return out;
}

}  // namespace daybreak::io
