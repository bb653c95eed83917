// AdamW. Random bits are those of kernels/common/philox.h and stochastic_rounding.h.
#include "element.clh"
#include "any_element.clh"

#define ROUNDING_BLOCKS 16
#define ROUNDING_HALVES 8

/// The block of Philox4x32-10 with this counter and key.
uint4 philox(uint4 counter, uint2 key) {
  for (int round = 0; round < 10; ++round) {
    const uint high0 = mul_hi(0xD2511F53u, counter.x), low0 = 0xD2511F53u * counter.x;
    const uint high1 = mul_hi(0xCD9E8D57u, counter.z), low1 = 0xCD9E8D57u * counter.z;
    counter = (uint4)(high1 ^ counter.y ^ key.x, low1, high0 ^ counter.w ^ key.y, low0);
    key += (uint2)(0x9E3779B9u, 0xBB67AE85u);
  }
  return counter;
}

/// The block that element `index` shares with its neighbors; weight, first and second moment take three of its halves.
uint4 rounding_block(ulong seed, ulong step, ulong index) {
  const ulong block = index / (ROUNDING_BLOCKS * ROUNDING_HALVES) * ROUNDING_BLOCKS + index % ROUNDING_BLOCKS;
  return philox((uint4)((uint)block, (uint)(block >> 32), (uint)step, (uint)(step >> 32)), (uint2)((uint)seed, (uint)(seed >> 32)));
}

uint rounding_bits(uint4 block, ulong index, int what) {
  const int one_half = (int)((index / ROUNDING_BLOCKS + what) % ROUNDING_HALVES), word = one_half / 2;
  const uint bits = word == 0 ? block.x : word == 1 ? block.y : word == 2 ? block.z : block.w;
  return bits >> (16 * (one_half % 2)) & 0xffff;
}

float kept_f32(float value, int stochastic, uint bits) { return value; }
ushort kept_bf16(float value, int stochastic, uint bits) {
  return stochastic && !isnan(value) ? (as_uint(value) + bits) >> 16 : encode_bf16(value);
}
#define KEEP(type, name, i, value, what) \
  AT(name, i) = JOIN(kept_, type)(value, stochastic, rounding_bits(block, first_index + (i), what))

KERNEL void adamw(const long count, RESULT(WEIGHT_TYPE, weight), OPERAND(f32, gradient), RESULT(MOMENT_TYPE, first_moment),
                  RESULT(MOMENT_TYPE, second_moment), RESULT(bf16, compensation), ANY_RESULT(copied), const int compensated,
                  const int copies, const int stochastic, const float learning_rate, const float beta1, const float beta2,
                  const float rest1, const float rest2, const float correction1, const float correction2,
                  const float epsilon, const float decay, const float gradient_scale, const ulong step,
                  const ulong first_index, const ulong seed) {
  const long i = get_global_id(0);
  if (i >= count) return;
  const float g = AT(gradient, i) * gradient_scale;
  const float m = beta1 * LOAD(MOMENT_TYPE, first_moment, i) + rest1 * g;
  const float v = beta2 * LOAD(MOMENT_TYPE, second_moment, i) + rest2 * g * g;
  float before = LOAD(WEIGHT_TYPE, weight, i);
  if (compensated) before += LOAD(bf16, compensation, i);
  const float direction = m / correction1 / (sqrt(v / correction2) + epsilon) + decay * before;
  const float after = before - learning_rate * direction;

  const uint4 block = stochastic ? rounding_block(seed, step, first_index + i) : (uint4)0;
  KEEP(MOMENT_TYPE, first_moment, i, m, 1);
  KEEP(MOMENT_TYPE, second_moment, i, v, 2);
  if (compensated) {
    STORE(WEIGHT_TYPE, weight, i, after);
    STORE(bf16, compensation, i, after - LOAD(WEIGHT_TYPE, weight, i));
  } else {
    KEEP(WEIGHT_TYPE, weight, i, after, 0);
  }
  if (copies) STORE_ANY(copied, i, LOAD(WEIGHT_TYPE, weight, i));
}
