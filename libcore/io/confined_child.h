#pragma once
// Work on untrusted bytes in a child process without rights, which hands back bytes through a pipe.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "libcore/io/hdf5_confine.h"

namespace daybreak::io {

/// In the child: sends bytes to the parent.
void send_from_child(std::span<const std::byte> bytes);

struct ConfinedWork {
  std::string worker;  // who does it, for messages: "HDF5's parser"
  std::string name;    // on what: a file
  std::string hint;    // what to do where it fails
  int input = -1;      // the descriptor that the child keeps, as kConfinedInput
  ConfineLimits limits;
  std::uint64_t most_bytes = 0;   // that may come back
  std::string too_many;           // what more than that means
  std::function<void()> prepare;  // in the child, while it may still open files
  std::function<void()> work;     // in the child, without rights
};

/// Runs the work and returns what it sent. Errors: Error (data) where the child dies, runs out of memory or time, or
/// sends too much; Error (resources, io) where it cannot be started.
std::vector<std::byte> run_confined(const ConfinedWork& work);

}  // namespace daybreak::io
