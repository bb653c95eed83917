#include "kernels/opencl/discovery.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "kernels/opencl/call.h"

namespace daybreak::kernels::opencl {
namespace {

/// A text of either kind of object: `ask` is clGetPlatformInfo or clGetDeviceInfo.
template <typename Ask, typename Object, typename What>
std::string text_of(Ask ask, Object object, What what) {
  std::size_t size = 0;
  if (ask(object, what, 0, nullptr, &size) != CL_SUCCESS || size == 0) return {};
  std::string text(size, '\0');
  if (ask(object, what, size, text.data(), nullptr) != CL_SUCCESS) return {};
  text.resize(text.find('\0') == std::string::npos ? size : text.find('\0'));
  return text;
}

/// In the order of their names: the loader's own order is that of files in a folder.
std::vector<cl_platform_id> platforms() {
  cl_uint count = 0;
  if (clGetPlatformIDs(0, nullptr, &count) != CL_SUCCESS || count == 0) return {};
  std::vector<cl_platform_id> found(count);
  if (clGetPlatformIDs(count, found.data(), nullptr) != CL_SUCCESS) return {};
  std::vector<std::pair<std::string, cl_platform_id>> named;
  for (cl_platform_id platform : found)
    named.emplace_back(text_of(clGetPlatformInfo, platform, CL_PLATFORM_NAME), platform);
  std::stable_sort(named.begin(), named.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::transform(named.begin(), named.end(), found.begin(), [](const auto& each) { return each.second; });
  return found;
}

std::vector<cl_device_id> devices_of(cl_platform_id platform) {
  cl_uint count = 0;
  if (clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, nullptr, &count) != CL_SUCCESS || count == 0) return {};
  std::vector<cl_device_id> found(count);
  if (clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, count, found.data(), nullptr) != CL_SUCCESS) return {};
  return found;
}

/// "OpenCL 1.2 ..." or later; the version stands first by the specification.
bool speaks_1_2(cl_device_id device) {
  int major = 0, minor = 0;
  if (std::sscanf(text_property(device, CL_DEVICE_VERSION).c_str(), "OpenCL %d.%d", &major, &minor) != 2) return false;
  return major > 1 || (major == 1 && minor >= 2);
}

/// Why this chip cannot use a device, in words; empty: it can.
std::string unusable(cl_device_id device) {
  if (!property<cl_bool>(device, CL_DEVICE_AVAILABLE)) return "is not available";
  if (!property<cl_bool>(device, CL_DEVICE_COMPILER_AVAILABLE)) return "has no compiler";
  if (!speaks_1_2(device)) return "does not speak OpenCL 1.2";
  if (!property<cl_bool>(device, CL_DEVICE_ENDIAN_LITTLE)) return "keeps the high byte of a number first";
  const auto items = property<std::size_t>(device, CL_DEVICE_MAX_WORK_GROUP_SIZE);
  if (items < kItems)
    return "has groups of " + std::to_string(items) + " items, expected at least " + std::to_string(kItems);
  return {};
}

}  // namespace

std::string text_property(cl_device_id device, cl_device_info what) {
  return text_of(clGetDeviceInfo, device, what);
}

bool has_extension(cl_device_id device, const std::string& name) {
  return (" " + text_property(device, CL_DEVICE_EXTENSIONS) + " ").find(" " + name + " ") != std::string::npos;
}

std::vector<cl_device_id> find_devices(std::string& why) {
  const auto all = platforms();
  std::vector<cl_device_id> usable;
  for (cl_platform_id platform : all)
    for (cl_device_id device : devices_of(platform)) {
      const std::string problem = unusable(device);
      if (problem.empty())
        usable.push_back(device);
      else
        why += (why.empty() ? "" : "; ") + text_property(device, CL_DEVICE_NAME) + " " + problem;
    }
  if (all.empty())
    why = "no OpenCL platform is installed: install the vendor's OpenCL driver, or pocl-opencl-icd for processors";
  else if (usable.empty() && why.empty())
    why = "the installed OpenCL platforms have no device";
  return usable;
}

}  // namespace daybreak::kernels::opencl
