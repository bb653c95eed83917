#include "kernels/opencl/programs.h"

#include "kernels/opencl/failure.h"

namespace daybreak::kernels::opencl {

cl_kernel Programs::kernel(const Source& source, const Macros& macros, const char* name) {
  const std::string program_key = source.name + macros.options(), kernel_key = program_key + " " + name;
  if (const auto known = kernels_.find(kernel_key); known != kernels_.end()) return known->second.get();
  auto program = programs_.find(program_key);
  if (program == programs_.end())
    program = programs_.emplace(program_key, build(source, options_ + macros.options())).first;
  cl_int code = CL_SUCCESS;
  Kernel kernel(clCreateKernel(program->second.get(), name, &code));
  require(code, "clCreateKernel");
  return kernels_.emplace(kernel_key, std::move(kernel)).first->second.get();
}

Program Programs::build(const Source& source, const std::string& options) const {
  cl_int code = CL_SUCCESS;
  const char* text = source.text;
  Program program(clCreateProgramWithSource(context_, 1, &text, nullptr, &code));
  require(code, "clCreateProgramWithSource");
  code = clBuildProgram(program.get(), 1, &device_, options.c_str(), nullptr, nullptr);
  if (code == CL_SUCCESS) return program;
  throw Failure(code, std::string(source.name) + ".cl with" + options + ": " + log_of(program.get()));
}

std::string Programs::log_of(cl_program program) const {
  std::size_t size = 0;
  clGetProgramBuildInfo(program, device_, CL_PROGRAM_BUILD_LOG, 0, nullptr, &size);
  std::string log(size, '\0');
  clGetProgramBuildInfo(program, device_, CL_PROGRAM_BUILD_LOG, size, log.data(), nullptr);
  return log.substr(0, log.find('\0'));
}

}  // namespace daybreak::kernels::opencl
