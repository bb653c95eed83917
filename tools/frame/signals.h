#pragma once
// A signal asks the work to stop; a second one of its kind ends the process at once.
#include "libcore/base/stop.h"

namespace daybreak::frame {

/// Routes SIGINT, SIGTERM and SIGHUP (those not inherited as ignored) to the token and ignores SIGPIPE, which writers
/// report as Interrupted{SIGPIPE}. The first signal is the one that the token tells of. A second one of a kind counts from
/// a second after the first one on: engines send one twice, to a process and to the group or the step that it is in.
/// Call once.
StopToken& install_signals();
/// SIGUSR1 and SIGUSR2 too, by which engines announce the end of a batch job.
void install_batch_signals();

/// Routes them to the token once more, where a library that was loaded meanwhile has taken them for itself.
void take_signals_back();

/// Ends the process by that signal, so that shells and Make see what happened.
[[noreturn]] void die_of(int signal);

}  // namespace daybreak::frame
