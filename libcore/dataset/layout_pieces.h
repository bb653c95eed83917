#pragma once
// The pieces of an original as a layout spells them.
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/dataset/layout.h"

namespace daybreak::dataset {

/// The pieces of an input. Whole arrays one after the other are one entry; bytes are the characters of the same
/// numbers, without what a list of the arrays can be made of.
io::Json pieces_json(const KeptInput& input, const std::vector<KeptArray>& arrays);
/// The reverse, for an input whose arrays are known. Error (data, naming `where`) for pieces that lie outside them or
/// outside so many bytes of literals.
std::vector<KeptPiece> parse_pieces(const io::Json& json, const KeptInput& input, const std::vector<KeptArray>& arrays,
                                    std::uint64_t literal_bytes, const std::string& where);

/// What parsing a layout throws.
[[noreturn]] void throw_damaged_layout(const std::string& where, const std::string& what);

}  // namespace daybreak::dataset
