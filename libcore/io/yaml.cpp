#include "libcore/io/yaml.h"

#include <set>

namespace daybreak::io {
namespace {

/// Letters first, then letters, digits and what has no meaning between them; and no word that YAML 1.1 or 1.2 takes for a truth
/// value or nothing.
bool is_plain(std::string_view text) {
  static const std::set<std::string, std::less<>> words{"y", "n", "yes", "no", "on", "off", "true", "false", "null"};
  std::string lower;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && (lower.empty() || !((c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '/'))) return false;
    lower += letter ? static_cast<char>(c | 0x20) : c;
  }
  return !lower.empty() && !words.contains(lower);
}

std::string scalar(const Json& value) {
  return value.is_string() && is_plain(value.as_string()) ? value.as_string() : value.dump();
}

bool is_nested(const Json& value) {
  return (value.is_object() || value.is_array()) && value.size() > 0;
}

void write(std::string& out, const Json& value, std::size_t indent);

/// Behind "key:" or at the place of a list's item.
void write_members(std::string& out, const Json& object, std::size_t indent, bool indented) {
  for (const auto& [key, value] : object.as_object()) {
    if (indented) out.append(indent, ' ');
    indented = true;
    out += scalar(Json(key)) + ":";
    if (is_nested(value)) {
      out += '\n';
      write(out, value, indent + 2);
    } else {
      out += " " + scalar(value) + "\n";
    }
  }
}

void write(std::string& out, const Json& value, std::size_t indent) {
  if (value.is_object() && is_nested(value)) return write_members(out, value, indent, true);
  if (!is_nested(value)) {
    out.append(indent, ' ') += scalar(value) + "\n";
    return;
  }
  for (const Json& item : value.as_array()) {
    out.append(indent, ' ') += "- ";
    if (item.is_object() && is_nested(item)) write_members(out, item, indent + 2, false);
    else out += (is_nested(item) ? item.dump() : scalar(item)) + "\n";  // a list in a list stands in brackets
  }
}

}  // namespace

std::string to_yaml(const Json& value) {
  std::string out;
  write(out, value, 0);
  return out;
}

}  // namespace daybreak::io
