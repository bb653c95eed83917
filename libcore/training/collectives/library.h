#pragma once
// Shared objects of collectives, from the program's side.
#include <cstdint>
#include <filesystem>
#include <string>

#include "libcore/training/collectives/plugin.h"

namespace daybreak::training {

/// What the exported function `getter` of a shared object gives for the major version. It stays loaded. install: what to do
/// where it is absent or lacks a library. Errors: Error (unavailable).
const void* load_table(const std::filesystem::path& path, const char* getter, std::uint16_t major, std::uint16_t minor,
                       std::size_t bytes, const std::string& install);

template <typename Table>
const Table* load_table(const std::filesystem::path& path, const char* getter, std::uint16_t major, std::uint16_t minor,
                        const std::string& install) {
  return static_cast<const Table*>(load_table(path, getter, major, minor, sizeof(Table), install));
}

/// Throws what a call has reported, where it has failed.
void check_call(int failed, const daybreak_job_failure& failure);

}  // namespace daybreak::training
