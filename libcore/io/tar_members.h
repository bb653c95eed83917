#pragma once
// Where the members of a tar archive stand, so that what lies between them can be kept as it is.
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/io/input_file.h"

namespace daybreak::io {

/// A regular file of an archive.
struct TarMember {
  std::string name;  // relative, without ".."; checked
  std::uint64_t begin = 0, bytes = 0;
};

/// The regular members of a ustar, pax or GNU archive in order; folders, links and devices are passed over. At most a
/// million members; no sparse ones, no archive behind the end of another. Errors: Error (data, naming archive and
/// member).
std::vector<TarMember> tar_members(const InputFile& archive);

}  // namespace daybreak::io
