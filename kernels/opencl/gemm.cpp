#include <clblast_c.h>

#include "kernels/opencl/failure.h"
#include "kernels/opencl/operations.h"

namespace daybreak::kernels::opencl {
namespace {

constexpr int64_t kTile = 64;  // as gemm.cl has it

/// Multiplications from which a product goes to CLBlast, whose kernels are tuned for each card. It builds several
/// programs for the first of them: a second or so on a card, half a minute on a processor, which its kernels are not
/// made for, so that there only enormous products may win.
constexpr int64_t kLargeOnCard = int64_t{1} << 24, kLargeOnProcessor = int64_t{1} << 40;

bool goes_to_library(const daybreak_device& device, const daybreak_gemm& g) {
  for (const daybreak_dtype type : {g.a_type, g.b_type, g.compute})
    if (type != DAYBREAK_F32) return false;
  return g.m * g.n * g.k >= (device.is_processor ? kLargeOnProcessor : kLargeOnCard);
}

/// What operands of `type` are rounded to: f32 where that changes nothing.
const char* rounding_of(daybreak_dtype type, daybreak_dtype compute) {
  return type == compute ? "f32" : name_of(compute);
}

Macros macros_of(const daybreak_gemm& g) {
  return Macros()
      .set("A_TYPE", name_of(g.a_type))
      .set("B_TYPE", name_of(g.b_type))
      .set("A_ROUND", rounding_of(g.a_type, g.compute))
      .set("B_ROUND", rounding_of(g.b_type, g.compute))
      .set("A_SCALING", g.a_scaling)
      .set("B_SCALING", g.b_scaling)
      .set("GROUP", DAYBREAK_SCALING_GROUP)
      .set("TRANSPOSE_A", g.transpose_a != 0)
      .set("TRANSPOSE_B", g.transpose_b != 0);
}

/// The arguments of how a product ends, END_OPERANDS of gemm.cl.
void end_operands(Call& call, const daybreak_gemm& g) {
  const bool with_aux = g.epilogue != DAYBREAK_EPILOGUE_NONE && g.aux;
  call.any_operand(g.c, g.c_type)
      .any_operand(g.bias, g.bias ? g.bias_type : DAYBREAK_F32)
      .any_operand(with_aux ? g.aux : nullptr, with_aux ? g.aux_type : DAYBREAK_F32)
      .any_operand(g.addend ? g.addend : g.c, g.c_type)
      .value(g.alpha)
      .value(g.beta)
      .value(static_cast<cl_int>(g.bias != nullptr))
      .value(static_cast<cl_int>(g.epilogue))
      .value(static_cast<cl_int>(with_aux));
}

/// The product alone by CLBlast into scratch memory, then its end.
void multiply_by_library(daybreak_device& device, daybreak_stream* stream, const daybreak_gemm& g,
                         const Macros& macros) {
  daybreak_stream& of = device.stream_of(stream);
  const auto m = static_cast<size_t>(g.m), n = static_cast<size_t>(g.n), k = static_cast<size_t>(g.k);
  const cl_mem product = of.scratch.at_least(device.context.get(), m * n * sizeof(float));
  const Place a = device.memory.find(g.a), b = device.memory.find(g.b);
  cl_command_queue queue = of.queue.get();
  const CLBlastStatusCode code =
      CLBlastSgemm(CLBlastLayoutRowMajor, g.transpose_a ? CLBlastTransposeYes : CLBlastTransposeNo,
                   g.transpose_b ? CLBlastTransposeYes : CLBlastTransposeNo, m, n, k, 1.0f, a.memory,
                   a.offset / sizeof(float), g.transpose_a ? m : k, b.memory, b.offset / sizeof(float),
                   g.transpose_b ? k : n, 0.0f, product, 0, n, &queue, nullptr);
  if (code != CLBlastSuccess) throw Failure(code, "CLBlastSgemm");
  Call finish(device, stream, kGemmSource, "finish", macros);
  finish.value(g.m * g.n).value(g.n).buffer(product);
  end_operands(finish, g);
  finish.run_items(g.m * g.n);
}

}  // namespace

void Operations::gemm(daybreak_device& device, daybreak_stream* stream, const daybreak_gemm& g) {
  require_row_major({g.a_layout, g.b_layout, g.c_layout, g.aux_layout});
  if (g.m == 0 || g.n == 0) return;
  const Macros macros = macros_of(g);
  if (goes_to_library(device, g)) return multiply_by_library(device, stream, g, macros);
  Call multiply(device, stream, kGemmSource, "multiply", macros);
  multiply.value(g.m)
      .value(g.n)
      .value(g.k)
      .operand(g.k ? g.a : nullptr, g.a_type)
      .operand(g.k ? g.b : nullptr, g.b_type);
  multiply.floats(g.k && g.a_scaling ? g.a_scales : nullptr).floats(g.k && g.b_scaling ? g.b_scales : nullptr);
  end_operands(multiply, g);
  multiply.run(divide_up(g.m, kTile) * divide_up(g.n, kTile));
}

}  // namespace daybreak::kernels::opencl
