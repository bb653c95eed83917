#pragma once
// What a table holds beside the operations: entries for memory, copies, streams, events and graphs.
#include "kernels/device.h"

namespace daybreak::kernels::cuda {

/// Fills the entries of a table that are for memory and copies.
void fill_memory(daybreak_chip& chip);

/// Fills the entries that are for order: streams, events, capture and replay.
void fill_order(daybreak_chip& chip);

}  // namespace daybreak::kernels::cuda
