#pragma once
// The way into an operation: checks the arguments, keeps exceptions inside, notes what went wrong.
#include <algorithm>
#include <exception>
#include <new>

#include "kernels/common/operation_list.h"
#include "kernels/host/argument_check.h"
#include "kernels/host/chip_plumbing.h"

namespace daybreak::kernels::host {

/// What an operation throws that cannot be computed: the status and a sentence of static text.
struct Refusal {
  daybreak_status status;
  const char* why;
};

/// A table entry from compute(device, arguments), which may throw Refusal and std::bad_alloc, and a check from
/// argument_check.h, check_<operation>.
template <auto compute, auto check, typename Device, typename Arguments>
daybreak_status enter(Device* device, daybreak_stream*, const Arguments* arguments) {
  if (!arguments || arguments->struct_size < sizeof(Arguments))
    return fail(device, DAYBREAK_INVALID, "the structure of the arguments is too short");
  if (const char* wrong = check(*arguments)) return fail(device, DAYBREAK_INVALID, "%s", wrong);
  try {
    compute(*device, *arguments);
    return DAYBREAK_OK;
  } catch (const Refusal& refusal) {
    return fail(device, refusal.status, "%s", refusal.why);
  } catch (const std::bad_alloc&) {
    return fail(device, DAYBREAK_NO_MEMORY, "no memory for scratch space");
  } catch (const std::exception& error) {
    return fail(device, DAYBREAK_FAILED, "%s", error.what());
  }
}

/// Fills every operation of a table from a type with a static function for each, named as the table names it.
template <typename Device, typename Operations>
constexpr void fill_operations(daybreak_chip& chip) {
#define DAYBREAK_FILL(name, Arguments) chip.name = enter<Operations::name, check_##name, Device, Arguments>;
  DAYBREAK_EACH_OPERATION(DAYBREAK_FILL)
#undef DAYBREAK_FILL
}

}  // namespace daybreak::kernels::host
