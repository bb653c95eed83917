#include "libcore/io/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "libcore/base/error.h"

namespace daybreak::io {
namespace {

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

}  // namespace daybreak::io
