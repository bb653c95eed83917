#pragma once
// The layers with weights that all families share: products and normalizations, each forward and backward.
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/device/device.h"
#include "libcore/model/arena.h"
#include "libcore/model/memory.h"
#include "libcore/model/parameters.h"
#include "libcore/model/precision.h"
#include "libcore/model/scaled_product.h"

namespace daybreak::model {

/// Where the flat arrays lie on the device.
struct FlatArrays {
  View weights;             // float32, or bf16 without a copy
  View gradients;           // float32
  View copy;                // of the weights in a type of 16 bits; null without one
  OperandScratch operands;  // shared by all products in F8
};

/// The format in which an operand of products in `types` is kept: one of 16 bits where every product rounds to it (or to
/// an F8, whose own rounding is coarser), else float32. `activations` decides where all are F8, and float32 there holds
/// for all.
daybreak_dtype storage_type(const std::vector<daybreak_dtype>& types, daybreak_dtype activations);

/// How much of the batch a pass computes.
struct Extent {
  std::int64_t sequences = 0, context = 0;
  std::int64_t rows() const { return sequences * context; }
};

/// How a product ends: added to what stands in its output or elsewhere, or by one of the chip's epilogues.
struct Ending {
  bool adds = false;
  View addend{};  // of the output's type and layout; null: the output itself
  daybreak_epilogue epilogue = DAYBREAK_EPILOGUE_NONE;
  View aux{};
};

/// y = x W (+ bias) over rows; the weight lies as [in, out] or as [out, in].
struct Linear {
  std::string_view module;  // "transformer.h.0.attn.c_proj", in the table of parameters
  std::int64_t in = 0, out = 0;
  bool input_first = false;
  GemmPrecision precision;
  View weight, copy, bias;                // bias null: none
  View weight_gradient, bias_gradient;    // float32
  OperandScratch operands;                // of products in F8

  void forward(device::Device& device, std::int64_t rows, View x, View y, const Ending& ending = {}) const;
  /// dx = dy W^T.
  void input_gradient(device::Device& device, std::int64_t rows, View dy, View dx, const Ending& ending = {}) const;
  /// The weight's gradient = x^T dy, or that is added to it.
  void compute_weight_gradient(device::Device& device, std::int64_t rows, View x, View dy, bool adds) const;
  /// Adds the sum of dy over rows to the bias's gradient, if there is a bias.
  void add_bias_gradient(device::Device& device, std::int64_t rows, View dy) const;

 private:
  View weight_for(daybreak_dtype compute) const { return copy.data && copy.type == compute ? copy : weight; }
};

/// LayerNorm (with bias) or RMSNorm (without) of rows of float32, and what its backward pass needs.
struct Norm {
  std::string_view module;
  std::int64_t width = 0;
  float epsilon = 0;
  View weight, bias;
  View weight_gradient, bias_gradient;
  View mean, rstd;  // [rows] of the last forward pass

  void forward(device::Device& device, std::int64_t rows, View x, View y) const;
  /// dx += d/dx; weights' gradients are added to.
  void backward(device::Device& device, std::int64_t rows, View x, View dy, View dx) const;
  /// The same norm for the rows from `row` on.
  Norm from(std::int64_t row) const;

 private:
  /// What both passes say in the same words.
  template <typename Arguments>
  Arguments arguments(std::int64_t rows, View x) const;
};

/// The memory of a model in three parts.
struct Arenas {
  Arena lasting;  // for the whole of a step
  Arena blocks;   // what a block keeps for its backward pass; rewound by each block where they are computed again
  Arena turn;     // what is done with before the next branch begins, which rewinds it

  /// To measure.
  Arenas() : lasting(nullptr), blocks(nullptr), turn(nullptr) {}
  /// In memory of measured.bytes().
  Arenas(void* base, const Arenas& measured);
  std::size_t bytes() const { return lasting.bytes() + blocks.bytes() + turn.bytes(); }
};

/// Makes layers from the names of their parameters.
class LayerFactory {
 public:
  /// The table is that which the layers name themselves by, and must outlive them.
  LayerFactory(const Config& the_config, const device::Device& the_device, const Precision& the_precision,
               const std::vector<Parameter>& table, const FlatArrays& flat, Arenas& the_arenas, std::int64_t most_rows,
               const MemoryOptions& the_options)
      : config(the_config), precision(the_precision), arenas(the_arenas), rows(most_rows), options(the_options),
        device_(the_device), table_(table), flat_(flat) {}

  Linear linear(const std::string& module) const;
  /// The product with the (tied or own) head.
  Linear head() const;
  Norm norm(const std::string& module, Arena& arena) const;
  View weight(const std::string& name) const { return flat_.weights.from(parameter(name).offset); }
  View gradient(const std::string& name) const { return flat_.gradients.from(parameter(name).offset); }

  using Use = daybreak_dtype GemmPrecision::*;
  /// How [rows, width] is kept that the products make these uses of: in their storage_type(), and in the tiles of the
  /// chip where it has them for that. (Operands in F8 are scaled by operations that would see the tiles' padding.)
  Arena::Form kept_form(std::int64_t width, std::initializer_list<const Linear*> products, std::initializer_list<Use> uses) const;
  /// Of what the products read, once more for their weights' gradients.
  Arena::Form input_form(std::initializer_list<const Linear*> products) const {
    return kept_form((*products.begin())->in, products, {&GemmPrecision::fprop, &GemmPrecision::wgrad});
  }
  /// Of what the products give.
  Arena::Form output_form(std::initializer_list<const Linear*> products) const {
    return kept_form((*products.begin())->out, products, {&GemmPrecision::fprop});
  }
  /// Of the gradient of what the products give.
  Arena::Form gradient_form(std::initializer_list<const Linear*> products) const {
    return kept_form((*products.begin())->out, products, {&GemmPrecision::dgrad, &GemmPrecision::wgrad});
  }
  /// [most_rows, width] in that form.
  View matrix(Arena& arena, std::int64_t most_rows, std::int64_t width, Arena::Form form) const;
  /// [rows, width] that a backward pass finds as the forward pass left it.
  View kept(std::int64_t width, Arena::Form form) const { return matrix(arenas.blocks, rows, width, form); }
  /// [rows, width] that this branch alone uses.
  View in_turn(std::int64_t width, Arena::Form form) const { return matrix(arenas.turn, rows, width, form); }
  /// Positions whose logits are in memory at the same time, at most. An accelerator wants more of them: each piece of logits
  /// reads and writes the gradient of the whole head.
  std::int64_t logit_rows() const {
    constexpr std::int64_t kOfProcessor = 1024, kOfAccelerator = 8192;
    if (options.logit_rows > 0) return options.logit_rows;
    return device_.in_host_memory() ? kOfProcessor : kOfAccelerator;
  }
  /// One of the two: an output of a norm or an activation function.
  View cheap(std::int64_t width, Arena::Form form) const {
    return options.recompute == Recompute::gelu_norm ? in_turn(width, form) : kept(width, form);
  }

  const Config& config;
  const Precision& precision;
  Arenas& arenas;
  const std::int64_t rows;  // the most of a pass
  const MemoryOptions& options;

 private:
  const Parameter& parameter(const std::string& name) const;
  Linear product(const Parameter& weight, bool input_first, GemmPrecision precision_of_module) const;

  const device::Device& device_;
  const std::vector<Parameter>& table_;
  const FlatArrays& flat_;
};

/// Makes forms of matrices that one operation reads and writes agree: row-major unless all are in the same layout.
void agree_on_layout(std::initializer_list<Arena::Form*> forms);

/// Elements of a matrix as elementwise operations count them: padding of tiles is among them.
std::int64_t element_count(const device::Device& device, View matrix, std::int64_t rows, std::int64_t width);

}  // namespace daybreak::model
