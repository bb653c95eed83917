// The table of the loops of this instruction set. Included by loops.plain.cpp, loops.avx2.cpp and loops.avx512.cpp alone.
#pragma once
#include "kernels/cpu/loops_adamw.h"
#include "kernels/cpu/loops_convert.h"
#include "kernels/cpu/loops_elementwise.h"
#include "kernels/cpu/loops_product.h"
#include "kernels/cpu/loops_rows.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {

extern const Loops kLoops;
const Loops kLoops{gelu, gelu_backward, swiglu, swiglu_backward, add_scaled, score_gradients, adamw, rounding_numbers, rotate,
                   layernorm, layernorm_backward, rmsnorm, rmsnorm_backward, largest, largest_bf16, exponentials,
                   exponentials_bf16, scale, scale_to_bf16, moments, dot, add_tiled_rows, from_bf16, to_bf16,
                   from_bf16_runs, to_bf16_runs, from_f16, to_f16, kTileColumns, block_product, finish_f32, finish_bf16};

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
