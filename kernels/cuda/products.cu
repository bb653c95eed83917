#include "kernels/cuda/products.h"

#include <stdexcept>
#include <string>

namespace daybreak::kernels::cuda {
namespace {

void require(cublasStatus_t status, const char* doing) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  throw std::runtime_error(std::string(doing) + ": " + cublasLtGetStatusString(status));
}

cudaDataType_t cuda_type(daybreak_dtype type) {
  switch (type) {
    case DAYBREAK_F32: return CUDA_R_32F;
    case DAYBREAK_BF16: return CUDA_R_16BF;
    case DAYBREAK_F16: return CUDA_R_16F;
    default: return CUDA_R_8F_E4M3;
  }
}

/// The scales lie as cuBLASLt has them: daybreak_scaling says how.
int32_t scale_mode(daybreak_scaling scaling) {
  return scaling == DAYBREAK_SCALING_ROWS ? CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F : CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F;
}

/// The largest power of two that divides an address, up to what cuBLASLt asks for.
int64_t alignment_of(const void* address) {
  constexpr std::uintptr_t kMost = 256;
  const std::uintptr_t bits = reinterpret_cast<std::uintptr_t>(address) | kMost;
  return static_cast<int64_t>(bits & (~bits + 1));
}

template <typename T>
void set(cublasLtMatmulDesc_t description, cublasLtMatmulDescAttributes_t attribute, const T& value) {
  require(cublasLtMatmulDescSetAttribute(description, attribute, &value, sizeof value), "description of a product");
}

/// A matrix that is dense but for its stride; what is [rows, columns] by rows is [columns, rows] by columns.
class Layout {
 public:
  Layout(daybreak_dtype type, int64_t rows, int64_t columns, int64_t stride) {
    require(cublasLtMatrixLayoutCreate(&handle_, cuda_type(type), static_cast<uint64_t>(columns), static_cast<uint64_t>(rows), stride),
            "description of a matrix");
  }
  Layout(const Layout&) = delete;
  Layout& operator=(const Layout&) = delete;
  ~Layout() { cublasLtMatrixLayoutDestroy(handle_); }
  cublasLtMatrixLayout_t handle() const { return handle_; }

 private:
  cublasLtMatrixLayout_t handle_ = nullptr;
};

class Description {
 public:
  explicit Description(const Product& p) {
    require(cublasLtMatmulDescCreate(&handle_, CUBLAS_COMPUTE_32F, CUDA_R_32F), "description of a product");
    // By columns all matrices are their transposes: d' = op(b)' op(a)'.
    set(handle_, CUBLASLT_MATMUL_DESC_TRANSA, p.transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N);
    set(handle_, CUBLASLT_MATMUL_DESC_TRANSB, p.transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N);
    if (p.bias) set(handle_, CUBLASLT_MATMUL_DESC_EPILOGUE, CUBLASLT_EPILOGUE_BIAS);
    if (p.a_scaling) set(handle_, CUBLASLT_MATMUL_DESC_A_SCALE_MODE, scale_mode(p.b_scaling));
    if (p.a_scaling) set(handle_, CUBLASLT_MATMUL_DESC_B_SCALE_MODE, scale_mode(p.a_scaling));
    set_pointers(p);
  }
  Description(const Description&) = delete;
  Description& operator=(const Description&) = delete;
  ~Description() { cublasLtMatmulDescDestroy(handle_); }
  void set_pointers(const Product& p) {
    if (p.bias) set(handle_, CUBLASLT_MATMUL_DESC_BIAS_POINTER, p.bias);
    if (p.a_scaling) set(handle_, CUBLASLT_MATMUL_DESC_A_SCALE_POINTER, p.b_scales);
    if (p.a_scaling) set(handle_, CUBLASLT_MATMUL_DESC_B_SCALE_POINTER, p.a_scales);
  }
  cublasLtMatmulDesc_t handle() const { return handle_; }

 private:
  cublasLtMatmulDesc_t handle_ = nullptr;
};

class Preference {
 public:
  Preference(const Product& p, std::size_t workspace_bytes) {
    require(cublasLtMatmulPreferenceCreate(&handle_), "preferences of a product");
    set(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, workspace_bytes);
    // Partial sums of a cut depth stay float32; other schemes would round them to the type of d.
    set(CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, static_cast<uint32_t>(CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE));
    set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, static_cast<uint32_t>(alignment_of(p.b)));
    set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, static_cast<uint32_t>(alignment_of(p.a)));
    set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, static_cast<uint32_t>(alignment_of(p.c)));
    set(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, static_cast<uint32_t>(alignment_of(p.d)));
  }
  Preference(const Preference&) = delete;
  Preference& operator=(const Preference&) = delete;
  ~Preference() { cublasLtMatmulPreferenceDestroy(handle_); }
  cublasLtMatmulPreference_t handle() const { return handle_; }

 private:
  template <typename T>
  void set(cublasLtMatmulPreferenceAttributes_t attribute, const T& value) {
    require(cublasLtMatmulPreferenceSetAttribute(handle_, attribute, &value, sizeof value), "preferences of a product");
  }
  cublasLtMatmulPreference_t handle_ = nullptr;
};

}  // namespace

bool has_product_types(daybreak_dtype type, daybreak_dtype out_type) {
  if (type == DAYBREAK_F32) return out_type == type;
  if (type == DAYBREAK_F8_E4M3) return out_type == DAYBREAK_F32 || out_type == DAYBREAK_BF16 || out_type == DAYBREAK_F16;
  return (type == DAYBREAK_BF16 || type == DAYBREAK_F16) && (out_type == type || out_type == DAYBREAK_F32);
}

/// How a product is computed: what describes it, and the algorithm, unless there is none.
struct Products::Plan {
  Plan(cublasLtHandle_t library, const Product& p, std::size_t workspace_bytes)
      : product(p),
        a(p.type, p.transpose_a ? p.k : p.m, p.transpose_a ? p.m : p.k, p.a_stride),
        b(p.type, p.transpose_b ? p.n : p.k, p.transpose_b ? p.k : p.n, p.transpose_b ? p.k : p.n),
        d(p.out_type, p.m, p.n, p.n) {
    const Preference preference(p, workspace_bytes);
    cublasLtMatmulHeuristicResult_t found{};
    int count = 0;
    const cublasStatus_t status = cublasLtMatmulAlgoGetHeuristic(library, product.handle(), b.handle(), a.handle(), d.handle(),
                                                                 d.handle(), preference.handle(), 1, &found, &count);
    possible = status == CUBLAS_STATUS_SUCCESS && count == 1 && found.state == CUBLAS_STATUS_SUCCESS;
    algorithm = found.algo;
  }

  Description product;
  Layout a, b, d;
  cublasLtMatmulAlgo_t algorithm;
  bool possible;
};

Products::Products(int capability)
    // 32 MiB are NVIDIA's advice for cublasLtMatmul() on Hopper and newer, a few on older ones; twice that leaves choice.
    : workspace_bytes_(std::size_t{capability >= 90 ? 64u : 32u} << 20) {
  require(cublasLtCreate(&handle_), "cuBLASLt");
}

Products::~Products() {
  cublasLtDestroy(handle_);
}

Products::Plan& Products::plan_of(const Product& p) {
  const Key key{p.m, p.n, p.k, p.a_stride, p.transpose_a, p.transpose_b, p.type, p.out_type, p.beta == 0, p.bias != nullptr,
                alignment_of(p.a), alignment_of(p.b), alignment_of(p.c), alignment_of(p.d), alignment_of(p.bias),
                p.a_scaling, p.b_scaling};
  std::unique_ptr<Plan>& plan = plans_[key];
  if (!plan) plan = std::make_unique<Plan>(handle_, p, workspace_bytes_);
  return *plan;
}

bool Products::has(const Product& product) {
  return plan_of(product).possible;
}

void Products::multiply(daybreak_device& device, daybreak_stream* stream, const Product& p) {
  Plan& plan = plan_of(p);
  plan.product.set_pointers(p);
  const cudaStream_t to = queue(device, stream);
  daybreak_stream& of = stream_of(device, stream);
  void* const workspace = of.product_workspace.at_least(workspace_bytes_, of.capturing);
  require(cublasLtMatmul(handle_, plan.product.handle(), &p.alpha, p.b, plan.b.handle(), p.a, plan.a.handle(), &p.beta, p.c,
                         plan.d.handle(), p.d, plan.d.handle(), &plan.algorithm, workspace, workspace_bytes_, to),
          "a product");
}

}  // namespace daybreak::kernels::cuda
