// Values to JSON text.
#include <charconv>
#include <cmath>

#include "libcore/io/json.h"

namespace daybreak::io {
namespace {

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

}  // namespace

std::string Json::dump(int indent) const {
  std::string out;
  write(out, *this, indent, 0);
  return out;
}

}  // namespace daybreak::io
