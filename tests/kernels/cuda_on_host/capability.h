#pragma once

namespace cuda_on_host {

struct Capability {
  int major, minor;
};

/// The emulated device's: that of DAYBREAK_CUDA_ON_HOST_CAPABILITY, or 9.0.
Capability capability();

}  // namespace cuda_on_host
