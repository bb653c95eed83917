#pragma once
// The operations of the reference chip, one file each: the definition of what every chip computes. kernels/device.h
// says in words what these say in code. All sums run in double, in the order of the indices.
#include "kernels/common/operation_list.h"
#include "kernels/device.h"
#include "kernels/chip/operation.h"

struct daybreak_device {
  char error[256];
};

namespace daybreak::kernels::reference {

struct Operations {
#define DAYBREAK_DECLARE(name, Arguments) static void name(daybreak_device&, const Arguments&);
  DAYBREAK_EACH_OPERATION(DAYBREAK_DECLARE)
#undef DAYBREAK_DECLARE
};

}  // namespace daybreak::kernels::reference
