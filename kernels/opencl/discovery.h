#pragma once
// The devices of all platforms that are installed, and what they say of themselves.
#include <CL/cl.h>

#include <string>
#include <vector>

namespace daybreak::kernels::opencl {

/// A property of a device that is a number; 0 where it does not say.
template <typename Number>
Number property(cl_device_id device, cl_device_info what) {
  Number number{};
  return clGetDeviceInfo(device, what, sizeof number, &number, nullptr) == CL_SUCCESS ? number : Number{};
}

/// A property that is a text; empty where it does not say.
std::string text_property(cl_device_id device, cl_device_info what);

/// Whether the device has an extension such as "cl_khr_fp64".
bool has_extension(cl_device_id device, const std::string& name);

/// Every device that this chip can use, of the platforms in the order of their names. None: `why` says so in words.
std::vector<cl_device_id> find_devices(std::string& why);

}  // namespace daybreak::kernels::opencl
