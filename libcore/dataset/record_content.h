#pragma once
// What a record of JSON Lines or CSV says, whatever its spelling.
#include <string>
#include <string_view>
#include <vector>

namespace daybreak::dataset {

/// The record without these members of its top level, all objects in order of their keys, without blanks: equal for
/// records of equal values. Numbers that are no 64-bit integers compare as doubles. Errors: Error (data, naming
/// `where`).
std::string record_content(std::string_view record, const std::vector<std::string>& without, const std::string& where);

/// The fields of a record of CSV without those at these places, each behind its length: equal for records of equal values,
/// however they are quoted and whatever line ends they have.
std::string table_row_content(std::string_view record, const std::vector<std::size_t>& without);

/// The strings of a record, in the order of its keys as they stand, a line each; names of members are none of them.
std::string record_strings(std::string_view record, const std::string& where);

}  // namespace daybreak::dataset
