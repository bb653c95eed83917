// The functions of cuBLASLt that the chip calls, by NVIDIA's documentation of them and its header.
#include <cublasLt.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "tests/kernels/cuda_on_host/capability.h"
#include "tests/kernels/cuda_on_host/faults.h"
#include "tests/kernels/cuda_on_host/memory.h"
#include "tests/kernels/cuda_on_host/products.h"
#include "tests/kernels/cuda_on_host/streams.h"

namespace cuda_on_host {
namespace {

struct Description {
  cublasOperation_t transpose_a = CUBLAS_OP_N, transpose_b = CUBLAS_OP_N;
  cublasLtEpilogue_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
  const void* bias = nullptr;
  Scales a_scales, b_scales;
};

/// Alignments are those that an algorithm may rely on.
struct Preference {
  std::uint64_t workspace_bytes = 0;
  std::uint32_t reductions = CUBLASLT_REDUCTION_SCHEME_MASK;
  std::uint32_t a_alignment = 256, b_alignment = 256, c_alignment = 256, d_alignment = 256;
};

/// What an algorithm is here: what it needs of its buffers.
struct Algorithm {
  std::uint64_t workspace_bytes;
  std::uint32_t a_alignment, b_alignment, c_alignment, d_alignment;
};
static_assert(sizeof(Algorithm) <= sizeof(cublasLtMatmulAlgo_t));

const Description& of(cublasLtMatmulDesc_t description) {
  return *reinterpret_cast<const Description*>(description);
}
const Matrix& of(cublasLtMatrixLayout_t layout) {
  return *reinterpret_cast<const Matrix*>(layout);
}

template <typename T>
cublasStatus_t take(T& member, const void* value, std::size_t bytes) {
  if (!value || bytes != sizeof member) return CUBLAS_STATUS_INVALID_VALUE;
  std::memcpy(&member, value, bytes);
  return CUBLAS_STATUS_SUCCESS;
}

/// "Tensor Core Usage": what the dimensions must be multiples of. An algorithm that the real library finds without it is one
/// more that the chip may not count on.
bool fits_tensor_cores(const Matrix& matrix) {
  const auto is_whole = [&](std::int64_t elements) { return static_cast<std::size_t>(elements) * bytes_of(matrix.type) % 16 == 0; };
  return is_whole(matrix.rows) && is_whole(matrix.stride);
}

bool is_hopper() {
  return capability().major == 9 && capability().minor == 0;
}

/// The combinations that the documentation's tables list for sums of float32. Of 8 bits: a transposed and b not, blocks of scales
/// on compute capability 9.0 alone, not of 128 x 128 for both, and biases of 16 bits.
bool has_types(const Description& how, const Matrix& a, const Matrix& b, const Matrix& c, const Matrix& d) {
  if (a.type != b.type || c.type != d.type) return false;
  if (a.type == CUDA_R_8F_E4M3) {
    const bool both_blocks = how.a_scales.mode == CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F && how.b_scales.mode == how.a_scales.mode;
    return how.transpose_a != CUBLAS_OP_N && how.transpose_b == CUBLAS_OP_N && is_hopper() && how.a_scales.are_blocks() &&
           how.b_scales.are_blocks() && !both_blocks && fits_tensor_cores(a) && fits_tensor_cores(b) && fits_tensor_cores(d) &&
           (how.epilogue != CUBLASLT_EPILOGUE_BIAS || d.type != CUDA_R_32F);
  }
  if (how.a_scales.are_blocks() || how.b_scales.are_blocks()) return false;
  return a.type == CUDA_R_32F ? d.type == CUDA_R_32F : d.type == CUDA_R_32F || d.type == a.type;
}

bool only_aligned() {
  const char* const text = std::getenv("DAYBREAK_CUDA_ON_HOST_PRODUCTS");
  if (text && std::string_view(text) != "aligned" && std::string_view(text) != "all")
    stop("DAYBREAK_CUDA_ON_HOST_PRODUCTS is '%s', expected all or aligned", text);
  return text && std::string_view(text) == "aligned";
}

/// Whether the sizes of the four agree, and each stride holds a column.
bool agree(const Description& how, const Matrix& a, const Matrix& b, const Matrix& c, const Matrix& d) {
  const std::int64_t m = how.transpose_a ? a.columns : a.rows, k = how.transpose_a ? a.rows : a.columns;
  const std::int64_t l = how.transpose_b ? b.columns : b.rows, n = how.transpose_b ? b.rows : b.columns;
  const auto is_one = [](const Matrix& x) { return x.rows > 0 && x.columns > 0 && x.stride >= x.rows; };
  return k == l && d.rows == m && d.columns == n && c.rows == m && c.columns == n && is_one(a) && is_one(b) && is_one(c) && is_one(d);
}

bool is_aligned(const void* data, std::uint32_t alignment) {
  return reinterpret_cast<std::uintptr_t>(data) % alignment == 0;
}

/// A library that reads or writes elsewhere is a mistake of whoever described the buffers.
void must_hold(const char* name, const Matrix& matrix, const void* data) {
  if (!is_device_memory(data, matrix.bytes()))
    stop("operand %s of a product at %p is no %zu bytes of the device", name, data, matrix.bytes());
}

void must_hold_scales(const char* name, const Scales& scales, const Matrix& matrix) {
  if (!scales.are_blocks() || is_device_memory(scales.data, scales.bytes(matrix))) return;
  stop("the scales of operand %s of a product at %p are no %zu bytes of the device", name, static_cast<const void*>(scales.data),
       scales.bytes(matrix));
}

void check_buffers(const MatrixProduct& p, const void* workspace, std::size_t workspace_bytes) {
  must_hold("a", p.a, p.a_data), must_hold("b", p.b, p.b_data), must_hold("d", p.d, p.d_data);
  if (p.beta != 0) must_hold("c", p.c, p.c_data);
  must_hold_scales("a", p.a_scales, p.a), must_hold_scales("b", p.b_scales, p.b);
  if (p.bias) must_hold("bias", {p.d.type, p.d.rows, 1, p.d.rows}, p.bias);
  if (workspace_bytes && !is_device_memory(workspace, workspace_bytes))
    stop("the workspace of a product at %p is no %zu bytes of the device", workspace, workspace_bytes);
}

}  // namespace
}  // namespace cuda_on_host

using namespace cuda_on_host;

extern "C" {

cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
  *handle = reinterpret_cast<cublasLtHandle_t>(new char);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle) {
  delete reinterpret_cast<char*>(handle);
  return CUBLAS_STATUS_SUCCESS;
}

const char* cublasLtGetStatusString(cublasStatus_t status) {
  switch (status) {
    case CUBLAS_STATUS_SUCCESS:
      return "success";
    case CUBLAS_STATUS_INVALID_VALUE:
      return "an unsupported value or parameter";
    case CUBLAS_STATUS_NOT_SUPPORTED:
      return "the functionality is not supported";
    default:
      return "an error of the emulation";
  }
}

cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* description, cublasComputeType_t compute, cudaDataType_t scale) {
  if (compute != CUBLAS_COMPUTE_32F || scale != CUDA_R_32F) stop("products in other than float32 are not emulated");
  *description = reinterpret_cast<cublasLtMatmulDesc_t>(new Description);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t description) {
  delete reinterpret_cast<Description*>(description);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t description, cublasLtMatmulDescAttributes_t attribute,
                                              const void* value, size_t bytes) {
  Description& of = *reinterpret_cast<Description*>(description);
  switch (attribute) {
    case CUBLASLT_MATMUL_DESC_TRANSA:
      return take(of.transpose_a, value, bytes);
    case CUBLASLT_MATMUL_DESC_TRANSB:
      return take(of.transpose_b, value, bytes);
    case CUBLASLT_MATMUL_DESC_EPILOGUE:
      return take(of.epilogue, value, bytes);
    case CUBLASLT_MATMUL_DESC_BIAS_POINTER:
      return take(of.bias, value, bytes);
    case CUBLASLT_MATMUL_DESC_A_SCALE_MODE:
      return take(of.a_scales.mode, value, bytes);
    case CUBLASLT_MATMUL_DESC_B_SCALE_MODE:
      return take(of.b_scales.mode, value, bytes);
    case CUBLASLT_MATMUL_DESC_A_SCALE_POINTER:
      return take(of.a_scales.data, value, bytes);
    case CUBLASLT_MATMUL_DESC_B_SCALE_POINTER:
      return take(of.b_scales.data, value, bytes);
    default:
      stop("attribute %d of a product is not emulated", static_cast<int>(attribute));
  }
}

cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* layout, cudaDataType type, uint64_t rows, uint64_t columns,
                                          int64_t stride) {
  *layout = reinterpret_cast<cublasLtMatrixLayout_t>(
      new Matrix{type, static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns), stride});
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
  delete reinterpret_cast<Matrix*>(layout);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* preference) {
  *preference = reinterpret_cast<cublasLtMatmulPreference_t>(new Preference);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference) {
  delete reinterpret_cast<Preference*>(preference);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t preference,
                                                    cublasLtMatmulPreferenceAttributes_t attribute, const void* value, size_t bytes) {
  Preference& of = *reinterpret_cast<Preference*>(preference);
  switch (attribute) {
    case CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES:
      return take(of.workspace_bytes, value, bytes);
    case CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK:
      return take(of.reductions, value, bytes);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES:
      return take(of.a_alignment, value, bytes);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES:
      return take(of.b_alignment, value, bytes);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES:
      return take(of.c_alignment, value, bytes);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES:
      return take(of.d_alignment, value, bytes);
    default:
      stop("preference %d of a product is not emulated", static_cast<int>(attribute));
  }
}

cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t description, cublasLtMatrixLayout_t a_layout,
                                              cublasLtMatrixLayout_t b_layout, cublasLtMatrixLayout_t c_layout,
                                              cublasLtMatrixLayout_t d_layout, cublasLtMatmulPreference_t preference, int most,
                                              cublasLtMatmulHeuristicResult_t* results, int* count) {
  if (most <= 0) return CUBLAS_STATUS_INVALID_VALUE;
  *count = 0;
  const Matrix &a = of(a_layout), &b = of(b_layout), &c = of(c_layout), &d = of(d_layout);
  const Description& how = of(description);
  if (how.epilogue != CUBLASLT_EPILOGUE_DEFAULT && how.epilogue != CUBLASLT_EPILOGUE_BIAS)
    stop("epilogue %d of a product is not emulated", static_cast<int>(how.epilogue));
  if (!agree(how, a, b, c, d)) return CUBLAS_STATUS_INVALID_VALUE;
  if (!has_types(how, a, b, c, d)) return CUBLAS_STATUS_NOT_SUPPORTED;
  if (only_aligned() && !(fits_tensor_cores(a) && fits_tensor_cores(b) && fits_tensor_cores(d))) return CUBLAS_STATUS_NOT_SUPPORTED;
  const Preference& wanted = *reinterpret_cast<const Preference*>(preference);
  constexpr std::uint32_t kMost = 16;  // of what an algorithm relies on
  constexpr std::uint64_t kWorkspace = 4096;
  const Algorithm chosen{std::min(wanted.workspace_bytes, kWorkspace), std::min(wanted.a_alignment, kMost),
                         std::min(wanted.b_alignment, kMost), std::min(wanted.c_alignment, kMost), std::min(wanted.d_alignment, kMost)};
  results[0] = {};
  std::memcpy(&results[0].algo, &chosen, sizeof chosen);
  results[0].workspaceSize = chosen.workspace_bytes;
  results[0].state = CUBLAS_STATUS_SUCCESS;
  *count = 1;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t, cublasLtMatmulDesc_t description, const void* alpha, const void* a,
                              cublasLtMatrixLayout_t a_layout, const void* b, cublasLtMatrixLayout_t b_layout, const void* beta,
                              const void* c, cublasLtMatrixLayout_t c_layout, void* d, cublasLtMatrixLayout_t d_layout,
                              const cublasLtMatmulAlgo_t* algorithm, void* workspace, size_t workspace_bytes, cudaStream_t stream) {
  const std::scoped_lock hold(runtime_mutex());
  const Description& how = of(description);
  MatrixProduct p{of(a_layout), of(b_layout), of(c_layout), of(d_layout)};
  p.transpose_a = how.transpose_a != CUBLAS_OP_N, p.transpose_b = how.transpose_b != CUBLAS_OP_N;
  p.alpha = *static_cast<const float*>(alpha), p.beta = *static_cast<const float*>(beta);
  p.a_data = a, p.b_data = b, p.c_data = c, p.d_data = d;
  p.bias = how.epilogue == CUBLASLT_EPILOGUE_BIAS ? how.bias : nullptr;
  p.a_scales = how.a_scales, p.b_scales = how.b_scales;
  if (!agree(how, p.a, p.b, p.c, p.d)) return CUBLAS_STATUS_INVALID_VALUE;
  Algorithm needs;
  std::memcpy(&needs, algorithm, sizeof needs);
  if (workspace_bytes < needs.workspace_bytes) return CUBLAS_STATUS_INVALID_VALUE;
  if (!is_aligned(a, needs.a_alignment) || !is_aligned(b, needs.b_alignment) || !is_aligned(d, needs.d_alignment) ||
      (p.beta != 0 && !is_aligned(c, needs.c_alignment)))
    return CUBLAS_STATUS_NOT_SUPPORTED;
  check_buffers(p, workspace, needs.workspace_bytes);
  if (workspace) leave_out_of_snapshots(workspace);
  const cudaError_t queued = enqueue(stream, [p, workspace, bytes = needs.workspace_bytes] {
    std::memset(workspace, 0xff, bytes);
    multiply(p);
  });
  return queued == cudaSuccess ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_EXECUTION_FAILED;
}

}  // extern "C"
