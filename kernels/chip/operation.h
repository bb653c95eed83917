#pragma once
// The way into an operation: checks the arguments, keeps exceptions inside, notes what went wrong. `Device` is the chip's
// daybreak_device, with a member `char error[]`.
#include <cstdarg>
#include <cstdio>
#include <exception>
#include <new>
#include <type_traits>

#include "kernels/chip/argument_check.h"
#include "kernels/common/operation_list.h"
#include "kernels/device.h"

namespace daybreak::kernels {

/// Notes why a call failed and gives its status back.
template <typename Device>
__attribute__((format(printf, 3, 4))) daybreak_status fail(Device* device, daybreak_status status, const char* format, ...) {
  va_list values;
  va_start(values, format);
  std::vsnprintf(device->error, sizeof device->error, format, values);
  va_end(values);
  return status;
}

/// What an operation throws that cannot be computed: the status and a sentence of static text.
struct Refusal {
  daybreak_status status;
  const char* why;
};

/// body(), of which nothing gets out: it may throw Refusal, std::bad_alloc and std::exception, which become the status and
/// the device's last error. It may give a status back itself.
template <typename Device, typename Body>
daybreak_status guarded(Device* device, const Body& body) {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Body>>) {
      body();
      return DAYBREAK_OK;
    } else {
      return body();
    }
  } catch (const Refusal& refusal) {
    return fail(device, refusal.status, "%s", refusal.why);
  } catch (const std::bad_alloc&) {
    return fail(device, DAYBREAK_NO_MEMORY, "no memory for scratch space");
  } catch (const std::exception& error) {
    return fail(device, DAYBREAK_FAILED, "%s", error.what());
  }
}

/// A table entry from compute(device, arguments), or compute(device, stream, arguments) where operations are queued, and
/// a check from argument_check.h, check_<operation>. compute may throw what guarded() takes.
template <auto compute, auto check, typename Device, typename Arguments>
daybreak_status enter(Device* device, daybreak_stream* stream, const Arguments* arguments) {
  if (!arguments || arguments->struct_size < sizeof(Arguments))
    return fail(device, DAYBREAK_INVALID, "the structure of the arguments is too short");
  if (const char* wrong = check(*arguments)) return fail(device, DAYBREAK_INVALID, "%s", wrong);
  return guarded(device, [&] {
    if constexpr (std::is_invocable_v<decltype(compute), Device&, daybreak_stream*, const Arguments&>)
      compute(*device, stream, *arguments);
    else
      compute(*device, *arguments);
  });
}

/// Fills every operation of a table from a type with a static function for each, named as the table names it.
template <typename Device, typename Operations>
constexpr void fill_operations(daybreak_chip& chip) {
#define DAYBREAK_FILL(name, Arguments) chip.name = enter<Operations::name, check_##name, Device, Arguments>;
  DAYBREAK_EACH_OPERATION(DAYBREAK_FILL)
#undef DAYBREAK_FILL
}

}  // namespace daybreak::kernels
