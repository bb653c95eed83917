// Device's operations: one call of the chip's table each.
#include <cstddef>

#include "kernels/common/operation_list.h"
#include "libcore/base/error.h"
#include "libcore/device/device_state.h"

namespace daybreak::device {

template <typename Entry, typename Arguments>
void Device::run(Entry entry, const char* name, Arguments& arguments) {
  arguments.struct_size = sizeof arguments;
  OperationTimer timer(*state_, name);
  state_->require((state_->chip.table().*entry)(state_->device, nullptr, &arguments), name);
  timer.stop();
}

void Device::gemm_as(const char* name, daybreak_gemm arguments) {
  run(&daybreak_chip::gemm, name, arguments);
}

#define DAYBREAK_RUN(name, Arguments) \
  void Device::name(Arguments arguments) { run(&daybreak_chip::name, #name, arguments); }
DAYBREAK_EACH_OPERATION(DAYBREAK_RUN)
#undef DAYBREAK_RUN

void Device::pack(daybreak_pack arguments) {
  const daybreak_chip& table = state_->chip.table();
  if (table.struct_size <= offsetof(daybreak_chip, pack) || !table.pack)
    throw Error(ExitStatus::bug, "pack: the chip has no packed layouts", {}, "device " + state_->name);
  run(&daybreak_chip::pack, "pack", arguments);
}

}  // namespace daybreak::device
