#pragma once
// How long reads take.

namespace daybreak::io {

/// Seconds that this thread has spent in reads of any InputFile, in all.
double thread_read_s();

}  // namespace daybreak::io
