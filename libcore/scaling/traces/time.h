#pragma once
// Times as traces spell them.
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/error.h"

namespace daybreak::scaling {

/// Reads the times of one column, which share a unit: that of the first number unless it is given.
class TimeReader {
 public:
  /// unit: s, ms, us, ns, or auto: beyond 1e11 milliseconds, beyond 1e14 micro-, beyond 1e17 nanoseconds since 1970.
  explicit TimeReader(std::string unit) : unit_(std::move(unit)) {}
  /// Seconds; nothing where the text is no time.
  std::optional<double> read(std::string_view text);
  /// What the user should know of how times were read: ", in ms", ", without a zone: taken as UTC", or nothing.
  std::string note() const;

 private:
  std::string unit_;
  bool zoneless_ = false;
};

/// True where two neighbors lie more than 366 days apart, so that one of them must be wrong.
bool is_jump(double from_s, double to_s);
/// What to say then.
Error jump_error(double from_s, double to_s, const std::string& where);

}  // namespace daybreak::scaling
