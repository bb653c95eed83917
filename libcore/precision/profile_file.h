#pragma once
// A profile as an HDF5 file: what was measured for each sequence as arrays, the rest as one JSON text.
#include <string>

#include "libcore/precision/profile.h"

namespace daybreak::precision {

/// Writes under the law of files; the same profile gives the same bytes. Errors: Error (usage where the target is a pipe or
/// a device, which HDF5 cannot write; cannot_create, io).
void write_profile(const std::string& path, const Profile& profile);

/// Reads it back behind the guard for untrusted HDF5. Errors: Error (data, naming file and place, for anything that does
/// not fit together; no_input).
Profile read_profile(const std::string& path);

}  // namespace daybreak::precision
