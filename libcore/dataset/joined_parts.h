#pragma once
// The list of its parts that a joined file has.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/io/array_file.h"

namespace daybreak::dataset {

struct JoinedPart {
  std::string path;         // relative to the folder of the joined file
  std::string layout_xxh3;  // which covers all that the part holds
  std::uint64_t bytes = 0;  // of the part's file
};

std::string joined_parts_text(const std::vector<JoinedPart>& parts);
/// The reverse. Error (data, naming `where`).
std::vector<JoinedPart> parse_joined_parts(std::string_view text, const std::string& where);

/// Error (data, naming the part) where a file that `file` maps rows from is none of the parts, or was replaced by another.
void check_parts(const io::ArrayFile& file, const std::vector<JoinedPart>& parts);

}  // namespace daybreak::dataset
