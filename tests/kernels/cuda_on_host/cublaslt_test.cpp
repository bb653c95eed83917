// The emulation's products beside a plain loop in float64, for every transpose, type, stride and addend.
#include <cublasLt.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>
#include <cuda_runtime.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>
#include <utility>

#include "tests/support/catch.hpp"

namespace {

std::size_t bytes_of(cudaDataType_t type) {
  return type == CUDA_R_32F ? 4 : type == CUDA_R_8F_E4M3 ? 1 : 2;
}

float rounded(cudaDataType_t type, float value) {
  if (type == CUDA_R_32F) return value;
  return type == CUDA_R_16BF ? __bfloat162float(__float2bfloat16_rn(value)) : __half2float(__float2half_rn(value));
}

/// A matrix of the device, by columns, whose columns lie further apart than they are long.
struct Operand {
  Operand(cudaDataType_t kind, std::int64_t row_count, std::int64_t column_count, std::int64_t gap, unsigned seed)
      : type(kind), rows(row_count), columns(column_count), stride(row_count + gap) {
    const auto elements = static_cast<std::size_t>((columns - 1) * stride + rows);
    REQUIRE(cudaMalloc(&data, elements * bytes_of(type)) == cudaSuccess);
    std::mt19937_64 random(seed);
    std::normal_distribution<float> normal;
    for (std::int64_t j = 0; j < columns; ++j)
      for (std::int64_t i = 0; i < rows; ++i) put(i, j, normal(random));
    REQUIRE(cublasLtMatrixLayoutCreate(&layout, type, static_cast<std::uint64_t>(rows), static_cast<std::uint64_t>(columns), stride) ==
            CUBLAS_STATUS_SUCCESS);
  }
  Operand(const Operand&) = delete;
  Operand& operator=(const Operand&) = delete;
  ~Operand() {
    cublasLtMatrixLayoutDestroy(layout);
    cudaFree(data);
  }
  void put(std::int64_t i, std::int64_t j, float value) {
    if (type == CUDA_R_32F) static_cast<float*>(data)[i + j * stride] = value;
    else if (type == CUDA_R_8F_E4M3) static_cast<__nv_fp8_e4m3*>(data)[i + j * stride] = __nv_fp8_e4m3(value);
    else if (type == CUDA_R_16BF) static_cast<__nv_bfloat16*>(data)[i + j * stride] = __float2bfloat16_rn(value);
    else static_cast<__half*>(data)[i + j * stride] = __float2half_rn(value);
  }
  double get(std::int64_t i, std::int64_t j) const {
    if (type == CUDA_R_32F) return static_cast<float*>(data)[i + j * stride];
    if (type == CUDA_R_16BF) return __bfloat162float(static_cast<__nv_bfloat16*>(data)[i + j * stride]);
    if (type == CUDA_R_8F_E4M3) return static_cast<float>(static_cast<__nv_fp8_e4m3*>(data)[i + j * stride]);
    return __half2float(static_cast<__half*>(data)[i + j * stride]);
  }
  double get(bool transpose, std::int64_t i, std::int64_t j) const { return transpose ? get(j, i) : get(i, j); }

  cudaDataType_t type;
  std::int64_t rows, columns, stride;
  void* data = nullptr;
  cublasLtMatrixLayout_t layout = nullptr;
};

/// Everything that a call names.
struct Call {
  Call() {
    REQUIRE(cublasLtCreate(&library) == CUBLAS_STATUS_SUCCESS);
    REQUIRE(cublasLtMatmulDescCreate(&how, CUBLAS_COMPUTE_32F, CUDA_R_32F) == CUBLAS_STATUS_SUCCESS);
    REQUIRE(cublasLtMatmulPreferenceCreate(&preference) == CUBLAS_STATUS_SUCCESS);
    REQUIRE(cudaMalloc(&workspace, kWorkspace) == cudaSuccess);
    prefer(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, kWorkspace);
  }
  ~Call() {
    cudaFree(workspace);
    cublasLtMatmulPreferenceDestroy(preference);
    cublasLtMatmulDescDestroy(how);
    cublasLtDestroy(library);
  }
  template <typename T>
  void set(cublasLtMatmulDescAttributes_t attribute, const T& value) {
    REQUIRE(cublasLtMatmulDescSetAttribute(how, attribute, &value, sizeof value) == CUBLAS_STATUS_SUCCESS);
  }
  template <typename T>
  void prefer(cublasLtMatmulPreferenceAttributes_t attribute, const T& value) {
    REQUIRE(cublasLtMatmulPreferenceSetAttribute(preference, attribute, &value, sizeof value) == CUBLAS_STATUS_SUCCESS);
  }
  cublasStatus_t find(const Operand& a, const Operand& b, const Operand& c, const Operand& d) {
    int count = 0;
    return cublasLtMatmulAlgoGetHeuristic(library, how, a.layout, b.layout, c.layout, d.layout, preference, 1, &found, &count);
  }
  cublasStatus_t multiply(const Operand& a, const Operand& b, const Operand& c, const Operand& d, std::size_t offset_of_a = 0) {
    return cublasLtMatmul(library, how, &alpha, static_cast<char*>(a.data) + offset_of_a, a.layout, b.data, b.layout, &beta,
                          beta == 0 ? nullptr : c.data, c.layout, d.data, d.layout, &found.algo, workspace, workspace_bytes, nullptr);
  }

  static constexpr std::size_t kWorkspace = 8192;
  cublasLtHandle_t library = nullptr;
  cublasLtMatmulDesc_t how = nullptr;
  cublasLtMatmulPreference_t preference = nullptr;
  cublasLtMatmulHeuristicResult_t found{};
  void* workspace = nullptr;
  std::size_t workspace_bytes = kWorkspace;
  float alpha = 1, beta = 0;
};

struct Variant {
  cudaDataType_t type, out_type;
  bool transpose_a, transpose_b, bias;
  float alpha, beta;
};

void check(const Variant& v) {
  CAPTURE(v.type, v.out_type, v.transpose_a, v.transpose_b, v.bias, v.alpha, v.beta);
  constexpr std::int64_t m = 13, n = 11, k = 21;
  Operand a(v.type, v.transpose_a ? k : m, v.transpose_a ? m : k, 3, 1), b(v.type, v.transpose_b ? n : k, v.transpose_b ? k : n, 5, 2);
  Operand c(v.out_type, m, n, 2, 3), d(v.out_type, m, n, 4, 4), bias(v.out_type, m, 1, 0, 5);
  Call call;
  call.set(CUBLASLT_MATMUL_DESC_TRANSA, v.transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N);
  call.set(CUBLASLT_MATMUL_DESC_TRANSB, v.transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N);
  if (v.bias) {
    call.set(CUBLASLT_MATMUL_DESC_EPILOGUE, CUBLASLT_EPILOGUE_BIAS);
    call.set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias.data);
  }
  call.alpha = v.alpha, call.beta = v.beta;
  REQUIRE(call.find(a, b, c, d) == CUBLAS_STATUS_SUCCESS);
  REQUIRE(call.multiply(a, b, c, d) == CUBLAS_STATUS_SUCCESS);
  const double unit = v.out_type == CUDA_R_32F ? 1e-6 : v.out_type == CUDA_R_16BF ? 0x1p-8 : 0x1p-11;
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < n; ++j) {
      double sum = 0;
      for (std::int64_t l = 0; l < k; ++l) sum += a.get(v.transpose_a, i, l) * b.get(v.transpose_b, l, j);
      const double want = v.alpha * sum + (v.beta == 0 ? 0 : v.beta * c.get(i, j)) + (v.bias ? bias.get(i, 0) : 0);
      REQUIRE(std::fabs(d.get(i, j) - want) <= unit * std::fabs(want) + 1e-5);
      REQUIRE(rounded(v.out_type, static_cast<float>(d.get(i, j))) == static_cast<float>(d.get(i, j)));
    }
}

}  // namespace

TEST_CASE("products: every transpose, type, bias and factor") {
  constexpr std::pair<cudaDataType_t, cudaDataType_t> kTypes[] = {
      {CUDA_R_32F, CUDA_R_32F}, {CUDA_R_16BF, CUDA_R_16BF}, {CUDA_R_16BF, CUDA_R_32F}, {CUDA_R_16F, CUDA_R_16F}, {CUDA_R_16F, CUDA_R_32F}};
  for (const auto& [type, out_type] : kTypes)
    for (const bool transpose_a : {false, true})
      for (const bool transpose_b : {false, true})
        for (const bool bias : {false, true}) {
          check({type, out_type, transpose_a, transpose_b, bias, 1, 0});
          check({type, out_type, transpose_a, transpose_b, bias, -0.5f, 2});
        }
}

namespace {

/// Powers of two, one for each group of 128 of a column ("1D"), or for each 128 x 128 ("2D"), of codes[k, columns] by columns.
struct GroupScales {
  GroupScales(std::int64_t depth, std::int64_t columns, bool two) : blocks(two), outer(columns), groups((depth + 127) / 128) {
    const std::int64_t count = blocks ? (outer + 127) / 128 * padded() : groups * outer;
    REQUIRE(cudaMalloc(reinterpret_cast<void**>(&data), static_cast<std::size_t>(count) * sizeof(float)) == cudaSuccess);
    for (std::int64_t i = 0; i < count; ++i) data[i] = std::ldexp(1.0f, static_cast<int>(i * 7 % 5) - 2);
  }
  GroupScales(const GroupScales&) = delete;
  GroupScales& operator=(const GroupScales&) = delete;
  ~GroupScales() { cudaFree(data); }
  std::int64_t padded() const { return (groups + 3) / 4 * 4; }
  double of(std::int64_t l, std::int64_t column) const {
    return blocks ? data[column / 128 * padded() + l / 128] : data[l / 128 * outer + column];
  }
  void set(Call& call, cublasLtMatmulDescAttributes_t mode, cublasLtMatmulDescAttributes_t pointer) const {
    call.set(mode, blocks ? CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F : CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F);
    call.set(pointer, static_cast<const void*>(data));
  }

  bool blocks;
  std::int64_t outer, groups;
  float* data = nullptr;
};

/// What a search of an algorithm says of scaled codes, with the product beside a plain loop where there is one.
cublasStatus_t multiply_scaled(std::int64_t k, bool a_blocks, bool b_blocks, bool turned = true) {
  constexpr std::int64_t m = 144, n = 160;
  Operand a(CUDA_R_8F_E4M3, turned ? k : m, turned ? m : k, 0, 1), b(CUDA_R_8F_E4M3, k, n, 0, 2), d(CUDA_R_16BF, m, n, 0, 3);
  const GroupScales a_scales(k, m, a_blocks), b_scales(k, n, b_blocks);
  Call call;
  call.set(CUBLASLT_MATMUL_DESC_TRANSA, turned ? CUBLAS_OP_T : CUBLAS_OP_N);
  a_scales.set(call, CUBLASLT_MATMUL_DESC_A_SCALE_MODE, CUBLASLT_MATMUL_DESC_A_SCALE_POINTER);
  b_scales.set(call, CUBLASLT_MATMUL_DESC_B_SCALE_MODE, CUBLASLT_MATMUL_DESC_B_SCALE_POINTER);
  const cublasStatus_t status = call.find(a, b, d, d);
  if (status != CUBLAS_STATUS_SUCCESS) return status;
  REQUIRE(call.multiply(a, b, d, d) == CUBLAS_STATUS_SUCCESS);
  for (std::int64_t i = 0; i < m; i += 11)
    for (std::int64_t j = 0; j < n; j += 7) {
      double sum = 0;
      for (std::int64_t l = 0; l < k; ++l) sum += a.get(l, i) * a_scales.of(l, i) * b.get(l, j) * b_scales.of(l, j);
      REQUIRE(std::fabs(d.get(i, j) - sum) <= 0x1p-8 * std::fabs(sum) + 1e-3);
    }
  return status;
}

}  // namespace

TEST_CASE("products: codes of 8 bits with scales of groups") {
  CHECK(multiply_scaled(272, false, false) == CUBLAS_STATUS_SUCCESS);
  CHECK(multiply_scaled(272, true, false) == CUBLAS_STATUS_SUCCESS);
  CHECK(multiply_scaled(272, false, true) == CUBLAS_STATUS_SUCCESS);
  CHECK(multiply_scaled(272, true, true) == CUBLAS_STATUS_NOT_SUPPORTED);
  CHECK(multiply_scaled(264, false, false) == CUBLAS_STATUS_NOT_SUPPORTED);  // no whole units of 16 bytes
  CHECK(multiply_scaled(272, false, false, false) == CUBLAS_STATUS_NOT_SUPPORTED);
  setenv("DAYBREAK_CUDA_ON_HOST_CAPABILITY", "10.0", 1);
  CHECK(multiply_scaled(272, false, false) == CUBLAS_STATUS_NOT_SUPPORTED);
  unsetenv("DAYBREAK_CUDA_ON_HOST_CAPABILITY");
}

TEST_CASE("products: what no algorithm computes") {
  Operand a(CUDA_R_16BF, 16, 24, 0, 1), b(CUDA_R_16BF, 24, 8, 0, 2), d(CUDA_R_16BF, 16, 8, 0, 3);
  Operand halves(CUDA_R_16F, 24, 8, 0, 4), turned(CUDA_R_16BF, 8, 16, 0, 5), half_d(CUDA_R_16F, 16, 8, 0, 6);
  Call call;
  CHECK(call.find(a, halves, d, d) == CUBLAS_STATUS_NOT_SUPPORTED);
  CHECK(call.find(a, b, half_d, half_d) == CUBLAS_STATUS_NOT_SUPPORTED);
  CHECK(call.find(a, b, d, turned) == CUBLAS_STATUS_INVALID_VALUE);
  CHECK(call.find(b, a, d, d) == CUBLAS_STATUS_INVALID_VALUE);
}

TEST_CASE("products: an algorithm relies on the alignment and the workspace that were promised") {
  Operand a(CUDA_R_16BF, 16, 24, 8, 1), b(CUDA_R_16BF, 24, 8, 0, 2), d(CUDA_R_16BF, 16, 8, 0, 3);
  Call call;
  REQUIRE(call.find(a, b, d, d) == CUBLAS_STATUS_SUCCESS);
  CHECK(call.multiply(a, b, d, d, 2) == CUBLAS_STATUS_NOT_SUPPORTED);
  call.prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, std::uint32_t{2});
  REQUIRE(call.find(a, b, d, d) == CUBLAS_STATUS_SUCCESS);
  CHECK(call.multiply(a, b, d, d) == CUBLAS_STATUS_SUCCESS);
  call.workspace_bytes = call.found.workspaceSize - 1;
  CHECK(call.multiply(a, b, d, d) == CUBLAS_STATUS_INVALID_VALUE);
}
