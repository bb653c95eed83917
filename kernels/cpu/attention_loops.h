// Attention in both directions over bf16 tiles; see attention_bf16.h. Included by attention.avx512bf16.cpp and
// attention.amx.cpp alone, which define before it
//   struct Unit: a scope in which products may be computed, and
//   block_product(steps, a, a_step, b, b_step, sums, stride, accumulate): sums[32, 32] (+)= a b over `steps` blocks of
//   rows and of pairs that lie a_step and b_step elements apart.
#pragma once
#include "kernels/cpu/attention_bf16.h"
#include "kernels/cpu/attention_tiles.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {
namespace {

constexpr float kLog2E = 1.44269504088896341f, kLn2 = 0.69314718055994531f;
constexpr float kNever = 1e30f;  // subtracted from a score that counts for nothing: 2^-1e30 is 0, without infinities

/// 2^x within 2.6e-6 of its value (minimax of the 4th degree over half a unit on both sides of a whole number).
inline __m512 power_of_2(__m512 x) {
  const __m512 whole = _mm512_maskz_roundscale_ps(0xffff, x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC),
               f = x - whole;
  __m512 p = broadcast(0.009570101276040077f);
  p = multiply_add(p, f, broadcast(0.05591785907745361f));
  p = multiply_add(p, f, broadcast(0.240247443318367f));
  p = multiply_add(p, f, broadcast(0.6931217908859253f));
  p = multiply_add(p, f, broadcast(0.9999992847442627f));
  return _mm512_maskz_scalef_ps(0xffff, p, whole);
}

inline __mmask16 first_of_16(int64_t count) {
  return count >= 16 ? 0xffff : count <= 0 ? 0 : static_cast<__mmask16>((1u << count) - 1);
}
inline int64_t blocks_of(int64_t count) {
  return (count + kBlock - 1) / kBlock;
}
inline float largest_lane(__m512 v) {
  const __m256 eight =
      _mm256_max_ps(_mm512_maskz_extractf32x8_ps(0xff, v, 0), _mm512_maskz_extractf32x8_ps(0xff, v, 1));
  const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}

/// Takes arrays out of a task's memory; each begins at a whole cache line.
class Carver {
 public:
  explicit Carver(std::byte* memory) : memory_(memory) {}
  template <typename T>
  T* take(int64_t count) {
    T* const array = memory_ ? reinterpret_cast<T*>(memory_ + used_) : nullptr;  // NULL: only counts
    used_ += (static_cast<size_t>(count) * sizeof(T) + 63) / 64 * 64;
    return array;
  }
  size_t used() const { return used_; }

 private:
  std::byte* memory_;
  size_t used_ = 0;
};

/// Operands of one head. The members of both structures have the same names.
template <typename Element, typename Attention>
HeadRows<Element> query_rows(const Attention& a, Element* buffer, int64_t batch, int64_t head) {
  return {buffer, a.layout, a.q_stride, batch * a.context, a.context, head * a.head_width, a.head_width};
}
template <typename Element, typename Attention>
HeadRows<Element> key_rows(const Attention& a, Element* buffer, int64_t batch, int64_t kv_head) {
  return {buffer, a.layout, a.kv_stride, batch * a.context, a.context, kv_head * a.head_width, a.head_width};
}
template <typename Element, typename Attention>
HeadRows<Element> out_rows(const Attention& a, Element* buffer, int64_t batch, int64_t head) {
  return {buffer, a.out_layout, a.out_stride, batch * a.context, a.context, head * a.head_width, a.head_width};
}
inline const uint16_t* codes(const void* buffer) {
  return static_cast<const uint16_t*>(buffer);
}
inline uint16_t* codes(void* buffer) {
  return static_cast<uint16_t*>(buffer);
}

// --- forward ---------------------------------------------------------------------------------------------------------

constexpr int64_t kKeysAtOnce = 256;

struct ForwardTask {
  ForwardTask(const daybreak_attention& a, std::byte* memory)
      : blocks(blocks_of(a.context)), depth(blocks_of(a.head_width)), carver(memory) {
    keys = carver.take<uint16_t>(blocks * depth * kSquare);
    values = carver.take<uint16_t>(blocks * depth * kSquare);
    queries = carver.take<uint16_t>(depth * kSquare);
    probabilities = carver.take<uint16_t>(kBlock * kKeysAtOnce);
    scores = carver.take<float>(kBlock * kKeysAtOnce);
    sums = carver.take<float>(depth * kSquare);
  }
  int64_t blocks, depth;  // blocks of positions, blocks of the head's width
  Carver carver;
  uint16_t *keys, *values;            // as pairs: [blocks, depth], of the transpose of k, and of v
  uint16_t *queries, *probabilities;  // as rows: [depth], [keys at once / 32]
  float *scores, *sums;               // [32, keys at once], [32, 32 * depth]
  float largest[kBlock], total[kBlock];
};

/// Row i of the scores to probabilities relative to the largest score so far, of the first `count` keys of `keys`.
inline void soften(ForwardTask& t, int64_t i, int64_t count, int64_t keys, float factor, bool first) {
  const float* const scores = t.scores + i * kKeysAtOnce;
  const __m512 f = broadcast(factor), low = broadcast(-__builtin_inff());
  __m512 most = low;
  for (int64_t j = 0; j < count; j += kLanes)
    most = _mm512_mask_max_ps(most, first_of_16(count - j), _mm512_maskz_mul_ps(0xffff, load(scores + j), f), most);
  const float seen = largest_lane(most), now = first || seen > t.largest[i] ? seen : t.largest[i];
  const __m512 shift = broadcast(now);
  __m512 sum = broadcast(0);
  for (int64_t j = 0; j < keys; j += 2 * kLanes) {
    __m512 p[2];
    for (int64_t h = 0; h < 2; ++h) {
      const __m512 x = _mm512_maskz_fmsub_ps(0xffff, load(scores + j + h * kLanes), f, shift);
      p[h] = _mm512_maskz_mov_ps(first_of_16(count - j - h * kLanes), power_of_2(x));
      sum += p[h];
    }
    _mm512_storeu_si512(t.probabilities + j * kBlock + i * kBlock, narrow_32(p[0], p[1]));
  }
  const float added = sum_lanes(sum);
  if (first) {
    t.total[i] = added;
  } else {
    const float shrink = __builtin_exp2f(t.largest[i] - now);
    t.total[i] = t.total[i] * shrink + added;
    float* const sums = t.sums + i * t.depth * kBlock;
    if (shrink != 1)
      for (int64_t j = 0; j < t.depth * kBlock; j += kLanes) store(sums + j, load(sums + j) * broadcast(shrink));
  }
  t.largest[i] = now;
}

/// Rows [row, row + 32) of the head's output.
inline void attend(const daybreak_attention& a, ForwardTask& t, int64_t batch, int64_t head, int64_t row) {
  const auto q = query_rows(a, codes(a.q), batch, head);
  for (int64_t d = 0; d < t.depth; ++d) copy_block(q, row, d * kBlock, t.queries + d * kSquare);
  const int64_t rows = smaller(kBlock, a.context - row), width = t.depth * kBlock;
  if (rows < kBlock) __builtin_memset(t.probabilities, 0, sizeof(uint16_t) * kBlock * kKeysAtOnce);
  for (int64_t key = 0; key < row + kBlock; key += kKeysAtOnce) {
    const int64_t keys = smaller(kKeysAtOnce, row + kBlock - key);
    for (int64_t j = 0; j < keys; j += kBlock)
      block_product(t.depth, t.queries, kSquare, t.keys + (key + j) * width, kSquare, t.scores + j, kKeysAtOnce, false);
    for (int64_t i = 0; i < rows; ++i) soften(t, i, smaller(keys, row + i - key + 1), keys, a.scale * kLog2E, key == 0);
    for (int64_t d = 0; d < t.depth; ++d)
      block_product(keys / kBlock, t.probabilities, kSquare, t.values + key * width + d * kSquare, t.depth * kSquare,
                    t.sums + d * kBlock, width, key != 0);
  }
  const auto out = out_rows(a, codes(a.out), batch, head);
  for (int64_t i = 0; i < rows; ++i) {
    const __m512 share = broadcast(1 / t.total[i]);
    const float* const sums = t.sums + i * width;
    for (int64_t d = 0; d < width; d += kBlock)
      out.store(row + i, d, narrow_32(load(sums + d) * share, load(sums + d + kLanes) * share));
    a.log_sum_exp[(batch * a.heads + head) * a.context + row + i] = t.largest[i] * kLn2 + __builtin_logf(t.total[i]);
  }
}

size_t forward_bytes(const daybreak_attention& a) {
  return ForwardTask(a, nullptr).carver.used();
}

void forward(const daybreak_attention& a, int64_t batch, int64_t head, std::byte* memory) {
  ForwardTask t(a, memory);
  const int64_t kv_head = head / (a.heads / a.kv_heads);
  const auto k = key_rows(a, codes(a.k), batch, kv_head), v = key_rows(a, codes(a.v), batch, kv_head);
  for (int64_t b = 0; b < t.blocks; ++b)
    for (int64_t d = 0; d < t.depth; ++d) {
      alignas(64) uint16_t block[kSquare];
      const int64_t place = (b * t.depth + d) * kSquare;
      copy_block(k, b * kBlock, d * kBlock, block);
      pairs_of_transpose(block, t.keys + place);
      copy_block(v, b * kBlock, d * kBlock, block);
      pairs_of(block, t.values + place);
    }
  const Unit unit;
  for (int64_t row = 0; row < a.context; row += kBlock) attend(a, t, batch, head, row);
}

// --- backward --------------------------------------------------------------------------------------------------------
// Scores are computed as their transpose [keys, queries], so that the probabilities and the gradients of scores come
// out as left operands of the sums for k and v, and by joining two rows as right operands of those for q.

constexpr int64_t kQueriesAtOnce = 8, kKeyBlocks = 2;  // blocks of queries and of keys whose gradients are kept

struct BackwardTask {
  BackwardTask(const daybreak_attention_backward& a, std::byte* memory)
      : blocks(blocks_of(a.context)), depth(blocks_of(a.head_width)), carver(memory) {
    const int64_t all = blocks * depth * kSquare, part = kKeyBlocks * kQueriesAtOnce * kSquare;
    uint16_t** const operands[] = {&k, &k_transposed, &v, &q_transposed, &q, &out_gradient_transposed, &out_gradient};
    uint16_t** const blocks_of_scores[] = {&p, &slope, &slope_pairs};
    float** const gradients[] = {&dq, &dk, &dv};
    for (uint16_t** array : operands) *array = carver.take<uint16_t>(all);
    for (uint16_t** array : blocks_of_scores) *array = carver.take<uint16_t>(part);
    for (float** array : gradients) *array = carver.take<float>(all);
    shift = carver.take<float>(blocks * kBlock);
    mean = carver.take<float>(blocks * kBlock);
  }
  int64_t blocks, depth;
  Carver carver;
  uint16_t *k, *k_transposed, *v;                                       // as rows: [blocks, depth]
  uint16_t *q_transposed, *q, *out_gradient_transposed, *out_gradient;  // as pairs: [blocks, depth]
  uint16_t *p, *slope,
      *slope_pairs;     // of the scores' transpose, [key blocks, query blocks]: as rows, as rows, as pairs
  float *dq, *dk, *dv;  // dq [blocks, 32 * depth, 32], the others [32 * blocks, 32 * depth]
  float *shift, *mean;  // of each query: log_sum_exp / ln 2; out_gradient . out
};

/// The probabilities and the gradients of scores (but for the scale) of one block of keys and one of queries.
inline void score_gradients(const BackwardTask& t, float factor, int64_t key_block, int64_t query_block,
                            const float* scores, const float* dp, int64_t place, int64_t pairs_place) {
  const __m512 f = broadcast(factor);
  const float* const shift = t.shift + query_block * kBlock;
  const float* const mean = t.mean + query_block * kBlock;
  for (int64_t key = 0; key < kBlock; key += 2) {
    __m512i slopes[2];
    for (int64_t r = 0; r < 2; ++r) {
      __m512 p[2], s[2];
      for (int64_t h = 0; h < 2; ++h) {
        const int64_t at = h * kLanes;
        // A query sees the keys up to its own.
        const auto seen = static_cast<__mmask16>(key_block < query_block ? 0xffff : ~first_of_16(key + r - at));
        const __m512 x = _mm512_maskz_fmsub_ps(0xffff, load(scores + (key + r) * kBlock + at), f, load(shift + at));
        p[h] = _mm512_maskz_mov_ps(seen, power_of_2(x));
        s[h] = _mm512_maskz_mul_ps(seen, p[h], load(dp + (key + r) * kBlock + at) - load(mean + at));
      }
      _mm512_storeu_si512(t.p + place + (key + r) * kBlock, narrow_32(p[0], p[1]));
      slopes[r] = narrow_32(s[0], s[1]);
      _mm512_storeu_si512(t.slope + place + (key + r) * kBlock, slopes[r]);
    }
    uint16_t* const pairs = t.slope_pairs + pairs_place + key / 2 * kStepDepth;
    __m512i first, second;
    interleave(slopes[0], slopes[1], first, second);
    _mm512_storeu_si512(pairs, first);
    _mm512_storeu_si512(pairs + kTileElements, second);
  }
}

/// Key blocks [key, key + keys) against query blocks [query, query + queries).
inline void add_blocks(const BackwardTask& t, float factor, int64_t key, int64_t keys, int64_t query, int64_t queries) {
  alignas(64) float scores[kSquare], dp[kSquare];
  const int64_t wide = t.depth * kSquare, width = t.depth * kBlock;
  for (int64_t i = 0; i < keys; ++i) {
    const int64_t from = query > key + i ? query : key + i;  // the first block that sees these keys
    for (int64_t j = from; j < query + queries; ++j) {
      block_product(t.depth, t.k + (key + i) * wide, kSquare, t.q_transposed + j * wide, kSquare, scores, kBlock,
                    false);
      block_product(t.depth, t.v + (key + i) * wide, kSquare, t.out_gradient_transposed + j * wide, kSquare, dp, kBlock,
                    false);
      score_gradients(t, factor, key + i, j, scores, dp, (i * kQueriesAtOnce + j - query) * kSquare,
                      ((j - query) * kKeyBlocks + i) * kSquare);
    }
    const int64_t steps = query + queries - from, place = (i * kQueriesAtOnce + from - query) * kSquare;
    if (steps <= 0) continue;
    for (int64_t d = 0; d < t.depth; ++d) {
      const int64_t right = from * wide + d * kSquare, sums = (key + i) * kBlock * width + d * kBlock;
      block_product(steps, t.p + place, kSquare, t.out_gradient + right, wide, t.dv + sums, width, true);
      block_product(steps, t.slope + place, kSquare, t.q + right, wide, t.dk + sums, width, true);
    }
  }
  for (int64_t j = query; j < query + queries; ++j) {
    const int64_t steps = smaller(keys, j - key + 1);
    if (steps <= 0) continue;
    for (int64_t d = 0; d < t.depth; ++d)
      block_product(steps, t.k_transposed + key * wide + d * kSquare, wide,
                    t.slope_pairs + (j - query) * kKeyBlocks * kSquare, kSquare, t.dq + j * wide + d * kSquare, kBlock,
                    true);
  }
}

/// The dot products of two rows of 32 * depth codes.
template <typename Element>
inline float row_product(const HeadRows<Element>& x, const HeadRows<Element>& y, int64_t row) {
  __m512 sum = broadcast(0);
  for (int64_t d = 0; d < x.width; d += kBlock)
    sum = _mm512_dpbf16_ps(sum, (__m512bh)x.load(row, d), (__m512bh)y.load(row, d));
  return sum_lanes(sum);
}

inline void load_head(const daybreak_attention_backward& a, const BackwardTask& t, int64_t batch, int64_t head) {
  const auto q = query_rows(a, codes(a.q), batch, head);
  const auto out = out_rows(a, codes(a.out), batch, head), slope = out_rows(a, codes(a.out_gradient), batch, head);
  for (int64_t b = 0; b < t.blocks; ++b)
    for (int64_t d = 0; d < t.depth; ++d) {
      alignas(64) uint16_t block[kSquare];
      const int64_t place = (b * t.depth + d) * kSquare;
      copy_block(q, b * kBlock, d * kBlock, block);
      pairs_of(block, t.q + place);
      pairs_of_transpose(block, t.q_transposed + place);
      copy_block(slope, b * kBlock, d * kBlock, block);
      pairs_of(block, t.out_gradient + place);
      pairs_of_transpose(block, t.out_gradient_transposed + place);
    }
  const float* const log_sum_exp = a.log_sum_exp + (batch * a.heads + head) * a.context;
  for (int64_t i = 0; i < t.blocks * kBlock; ++i) {
    t.shift[i] = i < a.context ? log_sum_exp[i] * kLog2E : kNever;
    t.mean[i] = i < a.context ? row_product(out, slope, i) : 0;
  }
}

/// dq of a head, times the scale, from its transpose.
inline void store_queries(const BackwardTask& t, float scale, const HeadRows<uint16_t>& to) {
  const __m512 s = broadcast(scale);
  for (int64_t b = 0; b < t.blocks; ++b)
    for (int64_t d = 0; d < t.depth; ++d)
      for (int64_t half = 0; half < 2; ++half) {
        const float* const from = t.dq + (b * t.depth + d) * kSquare + half * kHalf;
        __m512i low[16], high[16];
        for (int64_t i = 0; i < kHalf; ++i) {
          low[i] = (__m512i)load(from + i * kBlock);
          high[i] = (__m512i)load(from + (kHalf + i) * kBlock);
        }
        transpose_pairs(low);
        transpose_pairs(high);
        for (int64_t i = 0; i < kHalf; ++i)
          to.store(b * kBlock + half * kHalf + i, d * kBlock, narrow_32((__m512)low[i] * s, (__m512)high[i] * s));
      }
}

inline void store_keys(const BackwardTask& t, const float* sums, float scale, const HeadRows<uint16_t>& to) {
  const __m512 s = broadcast(scale);
  const int64_t width = t.depth * kBlock;
  for (int64_t row = 0; row < to.rows; ++row)
    for (int64_t d = 0; d < width; d += kBlock) {
      const float* const from = sums + row * width + d;
      to.store(row, d, narrow_32(load(from) * s, load(from + kLanes) * s));
    }
}

size_t backward_bytes(const daybreak_attention_backward& a) {
  return BackwardTask(a, nullptr).carver.used();
}

void backward(const daybreak_attention_backward& a, int64_t batch, int64_t kv_head, std::byte* memory) {
  const BackwardTask t(a, memory);
  const auto k = key_rows(a, codes(a.k), batch, kv_head), v = key_rows(a, codes(a.v), batch, kv_head);
  for (int64_t b = 0; b < t.blocks; ++b)
    for (int64_t d = 0; d < t.depth; ++d) {
      const int64_t place = (b * t.depth + d) * kSquare;
      copy_block(k, b * kBlock, d * kBlock, t.k + place);
      transpose_block(t.k + place, t.k_transposed + place);
      copy_block(v, b * kBlock, d * kBlock, t.v + place);
    }
  const size_t bytes = static_cast<size_t>(t.blocks * t.depth * kSquare) * sizeof(float);
  __builtin_memset(t.dk, 0, bytes);
  __builtin_memset(t.dv, 0, bytes);
  const Unit unit;
  const int64_t group = a.heads / a.kv_heads;
  // One query head after the other: their sums have a fixed order.
  for (int64_t head = kv_head * group; head < (kv_head + 1) * group; ++head) {
    load_head(a, t, batch, head);
    __builtin_memset(t.dq, 0, bytes);
    for (int64_t key = 0; key < t.blocks; key += kKeyBlocks)
      for (int64_t query = key; query < t.blocks; query += kQueriesAtOnce)
        add_blocks(t, a.scale * kLog2E, key, smaller(kKeyBlocks, t.blocks - key), query,
                   smaller(kQueriesAtOnce, t.blocks - query));
    store_queries(t, a.scale, query_rows(a, codes(a.q_gradient), batch, head));
  }
  store_keys(t, t.dk, a.scale, key_rows(a, codes(a.k_gradient), batch, kv_head));
  store_keys(t, t.dv, 1, key_rows(a, codes(a.v_gradient), batch, kv_head));
}

}  // namespace

constinit const AttentionBf16 kAttention{forward_bytes, backward_bytes, forward, backward};

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
