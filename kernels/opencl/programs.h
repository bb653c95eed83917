#pragma once
// Programs, built when they are first needed and kept: each is a source with macros.
#include <CL/cl.h>

#include <map>
#include <string>

#include "kernels/opencl/handle.h"

namespace daybreak::kernels::opencl {

/// The text of a program, NAME.cl with what it includes.
struct Source {
  const char* name;
  const char* text;
};

/// What a program is built with: "-DX_TYPE=f32 -DDEPTH=16".
class Macros {
 public:
  Macros& set(const char* name, const std::string& value) {
    options_ += std::string(" -D") + name + "=" + value;
    return *this;
  }
  Macros& set(const char* name, long value) { return set(name, std::to_string(value)); }
  const std::string& options() const { return options_; }

 private:
  std::string options_;
};

class Programs {
 public:
  /// options: what every program of this device is built with.
  Programs(cl_context context, cl_device_id device, std::string options)
      : context_(context), device_(device), options_(std::move(options)) {}

  /// The kernel `name` of a program. Throws Failure with what the compiler said where it cannot be built.
  cl_kernel kernel(const Source& source, const Macros& macros, const char* name);

 private:
  Program build(const Source& source, const std::string& options) const;
  std::string log_of(cl_program program) const;

  cl_context context_;
  cl_device_id device_;
  std::string options_;
  std::map<std::string, Program> programs_;  // by the name of the source and the macros
  std::map<std::string, Kernel> kernels_;    // by the same and the name of the kernel
};

}  // namespace daybreak::kernels::opencl
