#pragma once
// A first signal asks the work to stop; a second one ends the process at once.
#include "libcore/base/stop.h"

namespace daybreak::frame {

/// Routes SIGINT, SIGTERM and SIGHUP (those not inherited as ignored) to the token and ignores SIGPIPE, which writers
/// report as Interrupted{SIGPIPE}. Call once.
StopToken& install_signals();

/// Ends the process by that signal, so that shells and Make see what happened.
[[noreturn]] void die_of(int signal);

}  // namespace daybreak::frame
