#pragma once
// What a record of JSON Lines says, whatever its spelling.
#include <string>
#include <string_view>
#include <vector>

namespace daybreak::dataset {

/// The record without these members of its top level, all objects in order of their keys, without blanks: equal for
/// records of equal values. Numbers that are no 64-bit integers compare as doubles. Errors: Error (data, naming
/// `where`).
std::string record_content(std::string_view record, const std::vector<std::string>& without, const std::string& where);

/// The strings of a record, in the order of its keys as they stand, a line each; names of members are none of them.
std::string record_strings(std::string_view record, const std::string& where);

}  // namespace daybreak::dataset
