// Causal attention in blocks: an item has a query (or, for the gradients of keys and values, a key) in its registers, and
// the group reads ROWS of the others' rows at a time into local memory. WIDTH: the head's width or more, where q, k and v
// are 0; the same programs serve all types, whose conversion is little beside what is computed. No probability is kept: the
// backward pass makes them again from log_sum_exp.
#include "element.clh"
#include "any_element.clh"

#define VECTORS (WIDTH / 8)

// The shape: rows lie *_stride elements apart, and `share` heads of queries have a head of keys.
#define SHAPE                                                                                                            \
  const long context, const long heads, const long share, const long width, const long q_stride, const long kv_stride, \
      const long out_stride, const float scale

#define READ_ROW(name, place, into)                                                 \
  for (int v = 0; v < VECTORS; ++v) {                                                     \
    float part[8];                                                                        \
    for (int j = 0; j < 8; ++j) part[j] = v * 8 + j < width ? LOAD_ANY(name, (place) + v * 8 + j) : 0; \
    (into)[v] = vload8(0, part);                                                          \
  }

#define WRITE_ROW(name, place, from)                                                \
  for (int v = 0; v < VECTORS; ++v) {                                                     \
    float part[8];                                                                        \
    vstore8((from)[v], 0, part);                                                          \
    for (int j = 0; j < 8; ++j)                                                           \
      if (v * 8 + j < width) STORE_ANY(name, (place) + v * 8 + j, part[j]);             \
  }

/// ROWS rows from `first` on of a sequence that begins at `start`, `stride` elements apart, into tile[ROWS * WIDTH]; what
/// lies behind the context is 0. All items call it.
#define FETCH_ROWS(name, start, stride, first, tile)                                             \
  for (int e = get_local_id(0); e < ROWS * WIDTH; e += ITEMS) {                                        \
    const int r = e / WIDTH, i = e % WIDTH;                                                            \
    const bool inside = (first) + r < context && i < width;                                            \
    tile[e] = inside ? LOAD_ANY(name, (start) + ((first) + r) * (stride) + i) : 0;                   \
  }

float sum_of(float8 x) {
  const float4 four = x.lo + x.hi;
  const float2 two = four.lo + four.hi;
  return two.x + two.y;
}

float dot_with(const float8* x, __local const float* row) {
  float8 sum = 0;
  for (int v = 0; v < VECTORS; ++v) sum = multiply_add(x[v], vload8(v, row), sum);
  return sum_of(sum);
}

void add_to(float8* sum, float factor, __local const float* row) {
  for (int v = 0; v < VECTORS; ++v) sum[v] = multiply_add((float8)factor, vload8(v, row), sum[v]);
}

// A group of the kernels over queries has ITEMS queries of a head of a sequence.
#define QUERY_GROUP                                                                          \
  const long blocks = (context + ITEMS - 1) / ITEMS;                                         \
  const long block = get_group_id(0) % blocks, head = get_group_id(0) / blocks % heads;      \
  const long batch = get_group_id(0) / blocks / heads;                                       \
  const long t = block * ITEMS + get_local_id(0), last = min(context, (block + 1) * ITEMS);  \
  const ulong q_place = (batch * context + t) * q_stride + head * width;                     \
  const ulong kv_start = batch * context * kv_stride + head / share * width;                 \
  const ulong out_place = (batch * context + t) * out_stride + head * width;                 \
  const ulong lse_place = (batch * heads + head) * context + t;

KERNEL void attention_forward(SHAPE, ANY_OPERAND(q), ANY_OPERAND(k), ANY_OPERAND(v), ANY_RESULT(out),
                              RESULT(f32, log_sum_exp)) {
  __local float k_tile[ROWS * WIDTH] __attribute__((aligned(32)));
  __local float v_tile[ROWS * WIDTH] __attribute__((aligned(32)));
  QUERY_GROUP
  float8 query[VECTORS], sums[VECTORS];
  for (int i = 0; i < VECTORS; ++i) query[i] = sums[i] = 0;
  if (t < context) READ_ROW(q, q_place, query)
  float largest = -INFINITY, sum = 0;
  for (long first = 0; first < last; first += ROWS) {
    barrier(CLK_LOCAL_MEM_FENCE);
    FETCH_ROWS(k, kv_start, kv_stride, first, k_tile)
    FETCH_ROWS(v, kv_start, kv_stride, first, v_tile)
    barrier(CLK_LOCAL_MEM_FENCE);
    const int seen = t < context ? (int)clamp(t - first + 1, 0L, (long)ROWS) : 0;
    for (int s = 0; s < seen; ++s) {
      const float score = scale * dot_with(query, &k_tile[s * WIDTH]);
      if (score > largest) {
        const float shrink = exp(largest - score);
        largest = score;
        sum *= shrink;
        for (int i = 0; i < VECTORS; ++i) sums[i] *= shrink;
      }
      const float share_of = exp(score - largest);
      sum += share_of;
      add_to(sums, share_of, &v_tile[s * WIDTH]);
    }
  }
  if (t >= context) return;
  for (int i = 0; i < VECTORS; ++i) sums[i] /= sum;
  WRITE_ROW(out, out_place, sums)
  AT(log_sum_exp, lse_place) = largest + log(sum);
}

/// means[batch, heads, context]: of the gradients of probabilities under them, which is the product of out and its gradient.
KERNEL void attention_means(SHAPE, ANY_OPERAND(out), ANY_OPERAND(out_gradient), __global float* means) {
  QUERY_GROUP
  if (t >= context) return;
  float sum = 0;
  for (long i = 0; i < width; ++i)
    sum += LOAD_ANY(out, out_place + i) * LOAD_ANY(out_gradient, out_place + i);
  means[lse_place] = sum;
}

KERNEL void attention_backward_q(SHAPE, ANY_OPERAND(q), ANY_OPERAND(k), ANY_OPERAND(v),
                                 ANY_OPERAND(out_gradient), OPERAND(f32, log_sum_exp), __global const float* means,
                                 ANY_RESULT(q_gradient)) {
  __local float k_tile[ROWS * WIDTH] __attribute__((aligned(32)));
  __local float v_tile[ROWS * WIDTH] __attribute__((aligned(32)));
  QUERY_GROUP
  float8 query[VECTORS], slope[VECTORS], sums[VECTORS];
  for (int i = 0; i < VECTORS; ++i) query[i] = slope[i] = sums[i] = 0;
  float normalizer = 0, mean = 0;
  if (t < context) {
    READ_ROW(q, q_place, query)
    READ_ROW(out_gradient, out_place, slope)
    normalizer = AT(log_sum_exp, lse_place);
    mean = means[lse_place];
  }
  for (long first = 0; first < last; first += ROWS) {
    barrier(CLK_LOCAL_MEM_FENCE);
    FETCH_ROWS(k, kv_start, kv_stride, first, k_tile)
    FETCH_ROWS(v, kv_start, kv_stride, first, v_tile)
    barrier(CLK_LOCAL_MEM_FENCE);
    const int seen = t < context ? (int)clamp(t - first + 1, 0L, (long)ROWS) : 0;
    for (int s = 0; s < seen; ++s) {
      const float probability = exp(scale * dot_with(query, &k_tile[s * WIDTH]) - normalizer);
      const float of_score = probability * (dot_with(slope, &v_tile[s * WIDTH]) - mean) * scale;
      add_to(sums, of_score, &k_tile[s * WIDTH]);
    }
  }
  if (t < context) WRITE_ROW(q_gradient, q_place, sums)
}

/// A group has ITEMS keys of a head of keys, and goes through the queries at and behind them of all heads that share it.
KERNEL void attention_backward_kv(SHAPE, ANY_OPERAND(q), ANY_OPERAND(k), ANY_OPERAND(v),
                                  ANY_OPERAND(out_gradient), OPERAND(f32, log_sum_exp), __global const float* means,
                                  ANY_RESULT(k_gradient), ANY_RESULT(v_gradient)) {
  __local float q_tile[ROWS * WIDTH] __attribute__((aligned(32)));
  __local float slope_tile[ROWS * WIDTH] __attribute__((aligned(32)));
  __local float normalizers[ROWS], means_here[ROWS];
  const long blocks = (context + ITEMS - 1) / ITEMS, kv_heads = heads / share;
  const long block = get_group_id(0) % blocks, kv_head = get_group_id(0) / blocks % kv_heads;
  const long batch = get_group_id(0) / blocks / kv_heads;
  const long s = block * ITEMS + get_local_id(0);
  const ulong place = (batch * context + s) * kv_stride + kv_head * width;
  float8 key[VECTORS], value[VECTORS], key_sums[VECTORS], value_sums[VECTORS];
  for (int i = 0; i < VECTORS; ++i) key[i] = value[i] = key_sums[i] = value_sums[i] = 0;
  if (s < context) {
    READ_ROW(k, place, key)
    READ_ROW(v, place, value)
  }
  for (long h = 0; h < share; ++h) {
    const long head = kv_head * share + h;
    const ulong q_start = batch * context * q_stride + head * width, out_start = batch * context * out_stride + head * width;
    const ulong lse_start = (batch * heads + head) * context;
    for (long first = block * ITEMS; first < context; first += ROWS) {
      barrier(CLK_LOCAL_MEM_FENCE);
      FETCH_ROWS(q, q_start, q_stride, first, q_tile)
      FETCH_ROWS(out_gradient, out_start, out_stride, first, slope_tile)
      for (int r = get_local_id(0); r < ROWS && first + r < context; r += ITEMS) {
        normalizers[r] = AT(log_sum_exp, lse_start + first + r);
        means_here[r] = means[lse_start + first + r];
      }
      barrier(CLK_LOCAL_MEM_FENCE);
      const int end = s < context ? (int)min(context - first, (long)ROWS) : 0;
      for (int r = (int)max(s - first, 0L); r < end; ++r) {
        const float probability = exp(scale * dot_with(key, &q_tile[r * WIDTH]) - normalizers[r]);
        const float of_score = probability * (dot_with(value, &slope_tile[r * WIDTH]) - means_here[r]) * scale;
        add_to(value_sums, probability, &slope_tile[r * WIDTH]);
        add_to(key_sums, of_score, &q_tile[r * WIDTH]);
      }
    }
  }
  if (s >= context) return;
  WRITE_ROW(k_gradient, place, key_sums)
  WRITE_ROW(v_gradient, place, value_sums)
}
