#pragma once
// JSON values, strictly parsed (RFC 8259) and written with keys in the order of insertion and shortest round-trip numbers.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace daybreak::io {

/// A JSON value. Integers keep all 64 bits. Objects keep their order; a duplicate key is an error when parsing.
class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : value_(static_cast<std::int64_t>(value)) {}
  Json(long value) : value_(static_cast<std::int64_t>(value)) {}
  Json(long long value) : value_(static_cast<std::int64_t>(value)) {}
  Json(unsigned value) : value_(static_cast<std::int64_t>(value)) {}
  Json(unsigned long value);
  Json(unsigned long long value) : Json(static_cast<unsigned long>(value)) {}
  /// NaN and infinities become null: JSON has no such numbers; say the reason in another field.
  Json(double value);
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}
  static Json array() { return Json(Array{}); }
  /// The values of a range, each turned into a Json.
  template <class Range>
  static Json array(const Range& values) {
    return Json(Array(values.begin(), values.end()));
  }
  static Json object() { return Json(Object{}); }

  /// Parses one document and nothing after it. `where` names the file in errors (Error, data, with the byte offset).
  /// At most 256 levels deep.
  static Json parse(std::string_view text, std::string_view where);

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_integer() const { return std::holds_alternative<std::int64_t>(value_) || std::holds_alternative<std::uint64_t>(value_); }
  bool is_number() const { return is_integer() || std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }
  /// "null", "boolean", "number", "string", "array" or "object", for messages.
  std::string_view type_name() const;

  // Typed access; Error (data) that says what was expected and found where the type or range differs.
  bool as_bool() const;
  std::int64_t as_int() const;   // an integer that fits (1e3 and 3.0 count as integers)
  std::uint64_t as_uint() const;
  double as_double() const;
  const std::string& as_string() const;
  const Array& as_array() const;
  const Object& as_object() const;

  /// The member of that name, or null where this is no object or has none.
  const Json* find(std::string_view key) const;
  /// The member of that name; Error (data) where it is absent.
  const Json& at(std::string_view key) const;
  const Json& at(std::size_t index) const;
  std::size_t size() const;  // elements or members; 0 for the rest
  /// RFC 6901: "/policies/0/cost"; null where nothing is there.
  const Json* pointer(std::string_view pointer) const;

  /// The member of that name, added as null if absent; null turns into an object first.
  Json& operator[](std::string_view key);
  void push_back(Json value);

  /// Text without a final newline; indent < 0: one line.
  std::string dump(int indent = -1) const;

  friend bool operator==(const Json&, const Json&) = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array, Object> value_;
};

}  // namespace daybreak::io
