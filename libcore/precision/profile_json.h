#pragma once
// The part of a profile that is one JSON document.
#include "libcore/io/json.h"
#include "libcore/precision/profile.h"

namespace daybreak::precision {

/// Everything but the histograms and the numbers of each sequence.
io::Json profile_json(const Profile& profile);
/// The reverse. Errors: Error (data) that names `where`.
Profile profile_from_json(const io::Json& document, const std::string& where);

}  // namespace daybreak::precision
