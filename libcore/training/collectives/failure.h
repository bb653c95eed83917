#pragma once
// For shared objects of collectives: what is thrown inside becomes a failure of plugin.h.
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "libcore/base/error.h"
#include "libcore/training/collectives/plugin.h"

namespace daybreak::training {

inline void put_failure(daybreak_job_failure* failure, ExitStatus status, const std::string& message, const std::string& hint = {}) {
  failure->status = static_cast<int32_t>(status);
  std::snprintf(failure->message, sizeof failure->message, "%s", message.c_str());
  std::snprintf(failure->hint, sizeof failure->hint, "%s", hint.c_str());
}

/// 0 where work() returns; else 1 with the failure filled in.
template <typename Work>
int guarded(daybreak_job_failure* failure, const Work& work) {
  try {
    work();
    return 0;
  } catch (const Error& error) {
    put_failure(failure, error.status(), error.message(), error.hint());
  } catch (const std::bad_alloc&) {
    put_failure(failure, ExitStatus::resources, "no memory is left for exchanging data with other ranks");
  } catch (const std::exception& error) {
    put_failure(failure, ExitStatus::bug, error.what());
  }
  return 1;
}

}  // namespace daybreak::training
