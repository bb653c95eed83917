// Device's operations: one call of the chip's table each.
#include "kernels/common/operation_list.h"
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
DAYBREAK_RUN(pack, daybreak_pack)
#undef DAYBREAK_RUN

std::size_t Device::packed_bytes(daybreak_pack arguments) const {
  arguments.struct_size = sizeof arguments;
  return state_->chip.table().packed_bytes(state_->device, &arguments);
}

}  // namespace daybreak::device
