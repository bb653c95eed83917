#include "libcore/training/collectives/library.h"

#include <dlfcn.h>

#include <cstring>
#include <system_error>
#include <utility>

#include "libcore/base/error.h"

namespace fs = std::filesystem;
namespace daybreak::training {
namespace {

Error unusable(const fs::path& path, std::string message, std::string hint) {
  return {ExitStatus::unavailable, std::move(message), std::move(hint), path.string()};
}

/// Every table begins with its size.
std::uint32_t size_of(const void* table) {
  std::uint32_t bytes = 0;
  std::memcpy(&bytes, table, sizeof bytes);
  return bytes;
}

}  // namespace

const void* load_table(const fs::path& path, const char* getter, std::uint16_t major, std::uint16_t minor, std::size_t bytes,
                       const std::string& install) {
  std::error_code failed;
  if (!fs::exists(path, failed)) throw unusable(path, "there is no such file, and ranks talk to each other through it", install);
  // Never unloaded: the libraries behind it keep handlers for the end of the process.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!library) throw unusable(path, std::string("the collectives cannot be loaded: ") + dlerror(), install);
  const auto get = reinterpret_cast<const void* (*)(std::uint16_t)>(dlsym(library, getter));
  const void* table = get ? get(major) : nullptr;
  if (!table || size_of(table) < bytes)
    throw unusable(path, "it does not speak version " + std::to_string(major) + "." + std::to_string(minor) +
                             " of the interface of collectives", "build it for this version of Daybreak");
  return table;
}

void check_call(int failed, const daybreak_job_failure& failure) {
  if (failed) throw Error(static_cast<ExitStatus>(failure.status), failure.message, failure.hint);
}

}  // namespace daybreak::training
