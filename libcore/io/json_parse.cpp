// JSON text to values.
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "libcore/base/error.h"
#include "libcore/io/json.h"

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
    if (open_.empty())
      root_ = std::move(value);
    else if (open_.back().is_object)
      open_.back().members.emplace_back(std::move(open_.back().key), std::move(value));
    else
      open_.back().elements.push_back(std::move(value));
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

}  // namespace

Json Json::parse(std::string_view text, std::string_view where) {
  // The parser beneath takes a NUL for the end of the input, whatever follows it.
  if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    throw data_error(std::string(where) + ": byte " + std::to_string(nul), "not valid JSON: it contains a NUL byte");
  Builder builder(where);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

}  // namespace daybreak::io
