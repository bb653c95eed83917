#include "libcore/records/members.h"

#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/records/record_file.h"

namespace daybreak::records {
namespace {

constexpr std::int64_t kMostNodes = 1'000'000;
constexpr std::size_t kLongestText = 200;  // it stands in messages and tables

std::string shown(const io::Json& value) {
  const std::string text = value.dump();
  return text.size() > kLongestText ? text.substr(0, kLongestText) + "..." : text;
}

}  // namespace

Members::Members(const io::Json& object, std::string where) : object_(object), where_(std::move(where)) {
  if (!object.is_object()) throw data_error(where_, "expected an object, found " + std::string(object.type_name()));
  if (const io::Json* name = object.find("name"); name != nullptr && name->is_string() && name->as_string().size() <= kLongestText)
    where_ += " '" + name->as_string() + "'";
}

const io::Json& Members::required(const char* key) {
  const io::Json* value = take(key);
  if (value == nullptr) missing(key);
  return *value;
}

std::optional<std::string> Members::text(const char* key) {
  const io::Json* value = take(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string() || value->as_string().empty()) fail(key, "a text that is not empty", *value);
  if (value->as_string().size() > kLongestText) fail(key, "a text of at most " + std::to_string(kLongestText) + " bytes", *value);
  return value->as_string();
}

std::string Members::required_text(const char* key) {
  const std::optional<std::string> value = text(key);
  if (!value) missing(key);
  return *value;
}

std::optional<double> Members::real(const char* key, double least, bool above, double most) {
  const io::Json* value = take(key);
  if (value == nullptr) return std::nullopt;
  const std::string wanted = "a number" + (std::isfinite(least) ? (above ? " above " : " of at least ") + io::Json(least).dump() : "") +
                             (std::isfinite(most) ? " and at most " + io::Json(most).dump() : "");
  if (!value->is_number()) fail(key, wanted, *value);
  const double number = value->as_double();
  if (number < least || (above && number == least) || number > most) fail(key, wanted, *value);
  return number;
}

double Members::required_real(const char* key, double least, bool above) {
  const std::optional<double> value = real(key, least, above);
  if (!value) missing(key);
  return *value;
}

std::optional<double> Members::number(const char* key) {
  const io::Json* value = take(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) fail(key, "a number", *value);
  return value->as_double();
}

double Members::required_number(const char* key) {
  const std::optional<double> value = number(key);
  if (!value) missing(key);
  return *value;
}

std::optional<std::vector<double>> Members::numbers(const char* key) {
  const io::Json* value = take(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_array()) fail(key, "a list of numbers", *value);
  std::vector<double> all;
  for (const io::Json& one : value->as_array()) {
    if (!one.is_number()) fail(key, "a list of numbers", one);
    all.push_back(one.as_double());
  }
  return all;
}

std::int64_t Members::required_count(const char* key) {
  const io::Json* value = take(key);
  if (value == nullptr) missing(key);
  const double number = value->is_number() ? value->as_double() : 0;
  if (number < 1 || number > static_cast<double>(kMostNodes) || number != std::floor(number))
    fail(key, "a whole number from 1 to " + std::to_string(kMostNodes), *value);
  return static_cast<std::int64_t>(number);
}

void Members::refuse_others() const {
  for (const auto& [key, value] : object_.as_object())
    if (!taken_.contains(key)) throw data_error(where_, "unknown member '" + key + "'", "known: " + known());
}

void Members::refuse(const std::string& message, const std::string& hint) const {
  throw data_error(where_, message, hint);
}

const io::Json* Members::take(const char* key) {
  taken_.insert(key);
  return object_.find(key);
}

void Members::missing(const char* key) const {
  throw data_error(where_, "the member '" + std::string(key) + "' is missing");
}

void Members::fail(const char* key, const std::string& wanted, const io::Json& found) const {
  throw data_error(where_, std::string(key) + ": expected " + wanted + ", found " + shown(found));
}

std::string Members::known() const {
  return joined(taken_);
}

const io::Json::Array& read_list(const io::Json& document, const char* schema, const char* list, const std::string& where) {
  require_schema(document, schema, where);
  for (const auto& [key, value] : document.as_object())
    if (key != "schema" && key != list) throw data_error(where, "unknown member '" + key + "'", std::string("known: schema, ") + list);
  const io::Json* found = document.find(list);
  if (found == nullptr || !found->is_array() || found->size() == 0)
    throw data_error(where, "expected \"" + std::string(list) + "\" as an array that is not empty");
  return found->as_array();
}

}  // namespace daybreak::records
