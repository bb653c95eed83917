#pragma once
// stdout with every failure noticed: a full disk behind `>` is an error, a closed pipe ends the tool quietly.
#include <string_view>

namespace daybreak::frame {

/// Writes all of it; Error (io) on failure, Interrupted{SIGPIPE} where the reader has gone.
void write_stdout(std::string_view text);
/// Closes stdout with a check: some file systems report a full disk only now.
void close_stdout();

}  // namespace daybreak::frame
