#pragma once
// Inputs whose bytes may still be on their way: pipes and terminals, which a signal must be able to end the wait for.
#include <cstddef>
#include <span>
#include <string>

#include "libcore/base/stop.h"

namespace daybreak::io {

/// An own descriptor of `path`, or of stdin where it is "-". A FIFO that nobody writes yet opens at once: the first read waits.
/// Error (no_input).
int open_for_reading(const std::string& path);

/// Up to out.size() bytes as soon as there are any; 0 at the end. What StopToken::check() throws where `stop`, which may be null,
/// is asked to meanwhile; Error (io; data for a device, which need not end), which calls the input `name`.
std::size_t read_waiting(int descriptor, std::span<std::byte> out, const std::string& name, const StopToken* stop);

}  // namespace daybreak::io
