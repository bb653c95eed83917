#pragma once
// The parts of one whole, looked at one by one. Only join.cpp includes this.
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "libcore/dataset/archive.h"
#include "libcore/dataset/joined_parts.h"
#include "libcore/dataset/layout.h"

namespace daybreak::dataset {

/// What joining needs of a part; its file is not open any more.
struct PartFile {
  std::string name;  // as the user calls it
  JoinedPart part;
  Layout layout;
  std::vector<std::vector<std::uint64_t>> hashes;       // of the chunks of each array of the whole
  std::map<std::size_t, std::vector<std::byte>> bytes;  // of arrays that are written anew, and of the literals
  std::vector<io::Attribute> attributes;                // of part 1
};

/// Opens every file, and gives them in the order of their numbers; folder: of the joined file. Errors as join().
std::vector<PartFile> gather_parts(const std::vector<std::string>& files, const std::filesystem::path& folder);

/// Error (data) where the arrays of the parts are not one behind the other those of the whole.
void check_arrays(const std::vector<PartFile>& parts);

}  // namespace daybreak::dataset
