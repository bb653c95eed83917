#pragma once
// The verbs of profile-precision, one file each.
#include <memory>

#include "tools/frame/tool.h"

namespace daybreak::profile_precision {

std::unique_ptr<frame::Verb> make_profile();
std::unique_ptr<frame::Verb> make_solve();
std::unique_ptr<frame::Verb> make_verify();
std::unique_ptr<frame::Verb> make_inspect();

}  // namespace daybreak::profile_precision
