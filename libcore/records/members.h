#pragma once
// Strict reading of an object of a JSON file: what is asked for, in its range, and nothing else.
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libcore/io/json.h"

namespace daybreak::records {

/// Takes the members out of one object. All throw Error (data) with the place, to which the member "name" is added.
class Members {
 public:
  Members(const io::Json& object, std::string where);

  /// Whatever it is; null where it is absent.
  const io::Json* any(const char* key) { return take(key); }
  const io::Json& required(const char* key);
  /// Nothing where it is absent; empty texts are refused.
  std::optional<std::string> text(const char* key);
  std::string required_text(const char* key);
  /// At least `least`, or above it; at most `most`. Nothing where it is absent.
  std::optional<double> real(const char* key, double least, bool above = false, double most = std::numeric_limits<double>::infinity());
  double required_real(const char* key, double least, bool above = false);
  /// Any number, with its sign.
  std::optional<double> number(const char* key);
  double required_number(const char* key);
  /// A list of numbers; nothing where it is absent.
  std::optional<std::vector<double>> numbers(const char* key);
  /// A whole number from 1 to a million.
  std::int64_t required_count(const char* key);

  /// Refuses members that nobody asked for.
  void refuse_others() const;
  [[noreturn]] void refuse(const std::string& message, const std::string& hint = {}) const;
  const std::string& where() const { return where_; }

 private:
  const io::Json* take(const char* key);
  [[noreturn]] void missing(const char* key) const;
  [[noreturn]] void fail(const char* key, const std::string& wanted, const io::Json& found) const;
  std::string known() const;

  const io::Json& object_;
  std::string where_;
  std::set<std::string> taken_;
};

/// The array `list` of a document {"schema": schema, list: [...]}, which has no other members. Error (data) for another
/// document and for an empty array.
const io::Json::Array& read_list(const io::Json& document, const char* schema, const char* list, const std::string& where);

}  // namespace daybreak::records
