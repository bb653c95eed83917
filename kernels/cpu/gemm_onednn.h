#pragma once
// Blocks of large products by oneDNN. Which blocks there are depends on the shape alone and each is computed by one
// thread, so the bytes do not depend on the threads.
#include <compare>
#include <cstdint>
#include <memory>

#include "kernels/cpu/cpu_device.h"
#include "kernels/device.h"

namespace daybreak::kernels::cpu {

/// sums[rows, columns] = a b over `depth`, operands of `type` (f32 or bf16) with any strides, float32 sums.
struct BlockProduct {
  daybreak_dtype type;
  int64_t rows, columns, depth;
  int64_t a_row, a_column, b_row, b_column, sums_row;  // elements from one to the next
  auto operator<=>(const BlockProduct&) const = default;
};

/// oneDNN's code for products of blocks. Made as it is asked for and kept.
class OnednnProducts {
 public:
  struct Code;
  OnednnProducts();
  OnednnProducts(const OnednnProducts&) = delete;
  OnednnProducts& operator=(const OnednnProducts&) = delete;
  ~OnednnProducts();

  /// The code for one block; NULL where oneDNN has none that is fast. One thread at a time; good until trim().
  const Code* find(const BlockProduct& block);
  /// Floats of scratch memory that run() needs.
  static int64_t scratch_floats(const Code& code);
  /// Computes one block. Any number of threads at a time, each with its own scratch. Throws std::bad_alloc.
  void run(const Code& code, const void* a, const void* b, float* sums, float* scratch) const;
  /// Drops what was kept, if that is much.
  void trim();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Whether this processor and oneDNN multiply bf16 by instructions of their own and pass the check: products of odd sizes
/// with every transpose agree with emulated ones and have the same bytes for one thread and for two. Checked once.
bool onednn_multiplies_bf16();

/// Lets `device` use oneDNN for what it is good at here; called where no instruction set was forced.
void allow_onednn(daybreak_device& device);

}  // namespace daybreak::kernels::cpu
