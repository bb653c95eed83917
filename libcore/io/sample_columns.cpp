#include "libcore/io/sample_columns.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/stretches.h"

namespace daybreak::io {

void add_sample_bytes(ArrayFile& file, const std::string& prefix, std::unique_ptr<ArraySource> bytes,
                      const std::vector<std::int64_t>& offsets) {
  const std::string name = bytes->info().name;
  file.arrays.push_back(std::move(bytes));
  file.arrays.push_back(memory_array(prefix.empty() ? "offsets" : prefix + "/offsets", offsets));
  file.attributes.push_back(text_attribute(name, kOffsets, "offsets"));
}

void add_sample_names(ArrayFile& file, const std::vector<std::string>& names) {
  std::string text;
  std::vector<std::int64_t> offsets{0};
  for (const std::string& name : names) {
    if (name.find('\n') != std::string::npos)
      throw data_error(file.name, "the name of a sample holds a line feed", "rename it");
    text += name + "\n";
    offsets.push_back(static_cast<std::int64_t>(text.size()));
  }
  file.arrays.push_back(memory_array("names", text));
  file.arrays.push_back(memory_array("name_offsets", offsets));
  file.attributes.push_back(text_attribute("names", kOffsets, "name_offsets"));
  file.attributes.push_back(text_attribute("names", kRole, "names"));
}

void add_sample_labels(ArrayFile& file, const std::vector<std::int64_t>& labels,
                       const std::vector<std::string>& classes) {
  file.arrays.push_back(memory_array("labels", labels));
  file.attributes.push_back(text_attribute("labels", kRole, "labels"));
  if (!classes.empty()) file.attributes.push_back(text_attribute("labels", kClasses, classes));
}

bool is_image_name(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kEndings{"png", "jpg", "jpeg", "webp", "bmp",
                                                             "gif", "tif", "tiff", "ppm",  "pgm"};
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos) return false;
  std::string ending(name.substr(dot + 1));
  for (char& letter : ending)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter + 32);
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

std::string beside(const std::string& array, std::string_view name) {
  const auto slash = array.rfind('/');
  return slash == std::string::npos ? std::string(name) : array.substr(0, slash + 1) + std::string(name);
}

std::vector<std::string> split_names(std::string_view bytes) {
  std::vector<std::string> names;
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    names.emplace_back(bytes.substr(0, end));
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  }
  return names;
}

}  // namespace daybreak::io
