#pragma once
// Times as people and Kubernetes write them.
#include <string>

namespace daybreak::scaling {

/// "2026-11-28T22:05:00Z", with as many digits of a fraction of a second as it has, to the microsecond. UTC.
std::string rfc3339(double seconds_since_1970);

}  // namespace daybreak::scaling
