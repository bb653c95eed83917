#pragma once
// Samples of different lengths as plain arrays: all bytes in one, and where each sample begins in another, so that
// sample i is bytes[offsets[i]:offsets[i+1]]. The attribute "offsets" of the first names the second, which stands
// beside it.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/io/array_file.h"

namespace daybreak::io {

inline constexpr const char* kOffsets = "offsets";               // attribute: the name of the array of offsets
inline constexpr const char* kHeaderRecords = "header_records";  // attribute: entries that are no samples
inline constexpr const char* kRole = "role";                     // attribute: "labels" or "names"
inline constexpr const char* kClasses = "classes";               // attribute of labels: their names

/// Adds the two arrays "prefix/bytes" and "prefix/offsets" ("bytes" and "offsets" for an empty prefix). Offsets begin
/// with 0 and end with the number of bytes.
void add_sample_bytes(ArrayFile& file, const std::string& prefix, std::unique_ptr<ArraySource> bytes,
                      const std::vector<std::int64_t>& offsets);
/// Adds "names" and "name_offsets": each name and a line feed. Error (data) for a name that holds one.
void add_sample_names(ArrayFile& file, const std::vector<std::string>& names);
/// Adds "labels" (I64), with the names of the classes where there are any.
void add_sample_labels(ArrayFile& file, const std::vector<std::int64_t>& labels,
                       const std::vector<std::string>& classes);

/// True where the ending says that a file is an image: png, jpg, jpeg, webp, bmp, gif, tif, tiff, ppm, pgm.
bool is_image_name(std::string_view name);

/// "jpg/bytes" and "offsets" -> "jpg/offsets".
std::string beside(const std::string& array, std::string_view name);

/// The names that add_sample_names() wrote, out of the bytes of "names".
std::vector<std::string> split_names(std::string_view bytes);

}  // namespace daybreak::io
