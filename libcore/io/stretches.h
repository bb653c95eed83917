#pragma once
// Arrays put together from bytes that stand elsewhere, and small arrays in memory.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/io/array.h"
#include "libcore/io/array_file.h"
#include "libcore/io/layout.h"

namespace daybreak::io {

/// A run of bytes of another file or array.
struct Stretch {
  std::uint64_t from = 0, bytes = 0;
};

/// Adds a stretch; one that goes on where the last ended becomes part of it.
void append_stretch(std::vector<Stretch>& stretches, Stretch next);

/// The stretches one after the other as an array. `read` must be thread-safe and live as long as the array. Error (bug)
/// where the stretches do not fill the array.
std::unique_ptr<ArraySource> stretched_array(ArrayInfo info, const std::vector<Stretch>& stretches, ReadBytes read);

/// An array whose elements stand in memory. Error (bug) where they do not fill it.
std::unique_ptr<ArraySource> memory_array(ArrayInfo info, std::vector<std::byte> bytes);
/// A 1-D array of numbers in memory.
std::unique_ptr<ArraySource> memory_array(const std::string& name, const std::vector<std::int64_t>& values);
/// A 1-D array of U8 in memory.
std::unique_ptr<ArraySource> memory_array(const std::string& name, std::string_view bytes);

/// Attributes of arrays that we add: text, a list of texts, a number.
Attribute text_attribute(const std::string& owner, const std::string& name, std::string_view value);
Attribute text_attribute(const std::string& owner, const std::string& name, const std::vector<std::string>& values);
Attribute integer_attribute(const std::string& owner, const std::string& name, std::uint64_t value);
/// The attribute of that name, or null.
const Attribute* find_attribute(const std::vector<Attribute>& attributes, std::string_view owner,
                                std::string_view name);
/// The texts of an attribute, without their padding; nothing where it is no text.
std::vector<std::string> attribute_texts(const Attribute& attribute);

}  // namespace daybreak::io
