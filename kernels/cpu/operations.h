#pragma once
// The operations of the chip "cpu", one file each. The same names as in the other chips' folders.
#include "kernels/common/operation_list.h"
#include "kernels/cpu/cpu_device.h"
#include "kernels/device.h"
#include "kernels/chip/operation.h"

namespace daybreak::kernels::cpu {

struct Operations {
#define DAYBREAK_DECLARE(name, Arguments) static void name(daybreak_device&, const Arguments&);
  DAYBREAK_EACH_OPERATION(DAYBREAK_DECLARE)
#undef DAYBREAK_DECLARE
  static void pack(daybreak_device&, const daybreak_pack&);
};

}  // namespace daybreak::kernels::cpu
