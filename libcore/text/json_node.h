#pragma once
// A value of a JSON document that knows its place, so that every complaint names file and pointer.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/io/json.h"

namespace daybreak::text {

class JsonNode {
 public:
  JsonNode(const io::Json& value, std::string file, std::string pointer = {})
      : value_(&value), file_(std::move(file)), pointer_(std::move(pointer)) {}

  const io::Json& value() const { return *value_; }
  [[noreturn]] void fail(const std::string& message, const std::string& hint = {}) const {
    throw data_error(file_ + ": " + (pointer_.empty() ? "the document" : pointer_), message, hint);
  }
  [[noreturn]] void unsupported(const std::string& what) const {
    fail(what + " is not supported", "supported are BPE models, byte-level as GPT-2 and Llama 3 or with byte fallback as Llama 2");
  }

  /// The member of that name; nothing where it is absent or null.
  std::optional<JsonNode> find(std::string_view key) const {
    if (!value_->is_object()) fail(expected("an object"));
    const io::Json* member = value_->find(key);
    if (member == nullptr || member->is_null()) return std::nullopt;
    return JsonNode(*member, file_, pointer_ + "/" + escaped(key));
  }
  JsonNode at(std::string_view key) const {
    auto member = find(key);
    if (!member) fail("the member \"" + std::string(key) + "\" is missing");
    return *member;
  }
  JsonNode at(std::size_t index) const {
    return JsonNode(array()[index], file_, pointer_ + "/" + std::to_string(index));
  }
  const io::Json::Array& array() const {
    if (!value_->is_array()) fail(expected("an array"));
    return value_->as_array();
  }
  const io::Json::Object& object() const {
    if (!value_->is_object()) fail(expected("an object"));
    return value_->as_object();
  }
  const std::string& text() const {
    if (!value_->is_string()) fail(expected("a string"));
    return value_->as_string();
  }
  std::string type() const { return at("type").text(); }
  bool flag(std::string_view key, bool otherwise) const {
    const auto member = find(key);
    if (!member) return otherwise;
    if (!member->value().is_bool()) member->fail(member->expected("true or false"));
    return member->value().as_bool();
  }
  /// A token id. Larger ones than 2^31 - 1 are no vocabulary's.
  std::uint32_t id() const {
    if (!value_->is_integer() || value_->dump().starts_with('-') || value_->as_uint() > 0x7FFFFFFF)
      fail(expected("an integer of 0 to 2147483647"));
    return static_cast<std::uint32_t>(value_->as_uint());
  }
  std::string expected(const std::string& what) const {
    return "expected " + what + ", found a " + std::string(value_->type_name());
  }

  /// A key as a step of a JSON pointer (RFC 6901).
  static std::string escaped(std::string_view key) {
    std::string step;
    for (const char c : key) step += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return step;
  }

 private:
  const io::Json* value_;
  std::string file_, pointer_;
};

}  // namespace daybreak::text
