/* An example of a chip that is built elsewhere: plain C, one file, the installed header alone. It computes in float32 on
 * the processor, simply and slowly, and refuses every other type; models train on it.
 *
 *   cc -O2 -shared -fPIC -fvisibility=hidden -o libdaybreak-chip-example.so chip.c -lm
 *   train-shard devices --check --device ./libdaybreak-chip-example.so
 *   train-shard run --device ./libdaybreak-chip-example.so ...
 *
 * A chip for an accelerator replaces malloc and memcpy by its own, queues its operations on a stream, and keeps the rest. */
#define DAYBREAK_CHIP_IMPLEMENTATION
#include <daybreak/device.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct daybreak_device {
  char error[256];
};

static daybreak_status fail(daybreak_device* device, daybreak_status status, const char* why) {
  snprintf(device->error, sizeof device->error, "%s", why);
  return status;
}

/* DAYBREAK_F32 and DAYBREAK_ROW_MAJOR are both 0. */
static int are_zero(const int* kinds, size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (kinds[i] != 0) return 0;
  return 1;
}

/* Leaves the operation unless the types are f32 and the layouts row-major. */
#define REQUIRE_PLAIN(...)                                                                              \
  do {                                                                                                  \
    const int kinds[] = {__VA_ARGS__};                                                                  \
    if (!are_zero(kinds, sizeof kinds / sizeof *kinds))                                                 \
      return fail(device, DAYBREAK_UNSUPPORTED, "the example chip computes in row-major f32 alone");    \
  } while (0)

/* --- devices, memory, order ---------------------------------------------------------------------------------------- */

static int32_t device_count(char* why, size_t why_size) {
  (void)why, (void)why_size; /* a negative count would put its reason there */
  return 1;
}

static daybreak_status device_info(int32_t ordinal, daybreak_device_info* info) {
  if (ordinal != 0 || info->struct_size < sizeof *info) return DAYBREAK_INVALID;
  snprintf(info->name, sizeof info->name, "an example, plain and slow");
  info->memory_bytes = 0;
  info->threads = 1;
  info->emulated_types = 0;
  return DAYBREAK_OK;
}

static double score(int32_t ordinal) {
  (void)ordinal;
  return 0; /* never chosen by itself */
}

static daybreak_status open_device(int32_t ordinal, const daybreak_open_options* options, daybreak_device** device, char* why,
                                   size_t why_size) {
  if (ordinal != 0) return DAYBREAK_INVALID;
  if (options && options->instruction_set) {
    snprintf(why, why_size, "the example chip has no instruction sets to choose from");
    return DAYBREAK_INVALID;
  }
  *device = calloc(1, sizeof **device);
  return *device ? DAYBREAK_OK : DAYBREAK_NO_MEMORY;
}

static void close_device(daybreak_device* device) { free(device); }
static const char* last_error(daybreak_device* device) { return device->error; }

static daybreak_status allocate(daybreak_device* device, size_t bytes, void** memory) {
  if (bytes > SIZE_MAX - 64) return fail(device, DAYBREAK_NO_MEMORY, "no memory");
  *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  return *memory ? DAYBREAK_OK : fail(device, DAYBREAK_NO_MEMORY, "no memory");
}

static void release(daybreak_device* device, void* memory) {
  (void)device;
  free(memory);
}

static daybreak_status copy(daybreak_device* device, daybreak_stream* stream, void* to, const void* from, size_t bytes) {
  (void)device, (void)stream;
  memcpy(to, from, bytes);
  return DAYBREAK_OK;
}

static daybreak_status fill_zero(daybreak_device* device, daybreak_stream* stream, void* memory, size_t bytes) {
  (void)device, (void)stream;
  memset(memory, 0, bytes);
  return DAYBREAK_OK;
}

/* Every operation is done when it returns: streams have nothing to keep, and events only the time. */
struct daybreak_stream {
  int unused;
};
struct daybreak_event {
  double at;
};

static daybreak_status stream_create(daybreak_device* device, daybreak_stream** stream) {
  (void)device;
  *stream = calloc(1, sizeof **stream);
  return *stream ? DAYBREAK_OK : DAYBREAK_NO_MEMORY;
}
static void stream_destroy(daybreak_device* device, daybreak_stream* stream) {
  (void)device;
  free(stream);
}
static daybreak_status stream_synchronize(daybreak_device* device, daybreak_stream* stream) {
  (void)device, (void)stream;
  return DAYBREAK_OK;
}
static daybreak_status event_create(daybreak_device* device, daybreak_event** event) {
  (void)device;
  *event = calloc(1, sizeof **event);
  return *event ? DAYBREAK_OK : DAYBREAK_NO_MEMORY;
}
static void event_destroy(daybreak_device* device, daybreak_event* event) {
  (void)device;
  free(event);
}
static daybreak_status event_record(daybreak_device* device, daybreak_stream* stream, daybreak_event* event) {
  struct timespec now;
  (void)device, (void)stream;
  timespec_get(&now, TIME_UTC);
  event->at = (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
  return DAYBREAK_OK;
}
static daybreak_status stream_wait(daybreak_device* device, daybreak_stream* stream, daybreak_event* event) {
  (void)device, (void)stream, (void)event;
  return DAYBREAK_OK;
}
static daybreak_status event_elapsed_s(daybreak_device* device, daybreak_event* from, daybreak_event* to, double* seconds) {
  (void)device;
  *seconds = to->at - from->at;
  return DAYBREAK_OK;
}

/* --- questions ----------------------------------------------------------------------------------------------------- */

static int32_t supports(daybreak_device* device, const daybreak_query* query) {
  (void)device;
  for (int i = 0; i < 4; ++i)
    if (query->types[i] != DAYBREAK_F32) return 0;
  return query->op == DAYBREAK_OP_PACK || query->op == DAYBREAK_OP_QUANTIZE ? 0 : 2;
}
static double peak_flops(daybreak_device* device, daybreak_dtype type) {
  (void)device, (void)type;
  return 0;
}
static size_t packed_bytes(daybreak_device* device, const daybreak_pack* pack) {
  (void)device, (void)pack;
  return 0;
}

/* --- operations: sums in double, rounded once ---------------------------------------------------------------------- */

#define OPERATION(name, Arguments) \
  static daybreak_status name(daybreak_device* device, daybreak_stream* stream, const Arguments* o)

static double gelu_tanh(double x) { return tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)); }
static double gelu(double x) { return 0.5 * x * (1 + gelu_tanh(x)); }
static double gelu_slope(double x) {
  const double t = gelu_tanh(x);
  return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * 0.7978845608028654 * (1 + 3 * 0.044715 * x * x);
}

OPERATION(gemm, daybreak_gemm) {
  const float *a = o->a, *b = o->b, *bias = o->bias, *addend = o->addend ? o->addend : o->c;
  float *c = o->c, *aux = o->aux;
  (void)stream;
  REQUIRE_PLAIN(o->a_type, o->b_type, o->c_type, o->compute, o->a_layout, o->b_layout, o->c_layout);
  if (bias) REQUIRE_PLAIN(o->bias_type);
  if (aux) REQUIRE_PLAIN(o->aux_type, o->aux_layout);
  for (int64_t i = 0; i < o->m; ++i)
    for (int64_t j = 0; j < o->n; ++j) {
      const int64_t at = i * o->n + j;
      const double old = o->beta != 0 ? (double)o->beta * addend[at] : 0; /* before aux, which may be c, is written */
      double value = 0;
      for (int64_t l = 0; l < o->k; ++l)
        value += (double)a[o->transpose_a ? l * o->m + i : i * o->k + l] * b[o->transpose_b ? j * o->k + l : l * o->n + j];
      value = o->alpha * value + (bias ? bias[j] : 0);
      if (o->epilogue == DAYBREAK_EPILOGUE_GELU) {
        if (aux) aux[at] = (float)value;
        value = gelu(aux ? aux[at] : value);
      } else if (o->epilogue == DAYBREAK_EPILOGUE_GELU_BACKWARD) {
        value *= gelu_slope(aux[at]);
      }
      c[at] = (float)(value + old);
    }
  return DAYBREAK_OK;
}

OPERATION(embedding_forward, daybreak_embedding) {
  const float *table = o->table, *positions = o->position_table;
  float* out = o->out;
  (void)stream;
  REQUIRE_PLAIN(o->table_type, o->out_type);
  for (int64_t t = 0; t < o->tokens; ++t) {
    if (o->token[t] >= o->vocabulary) return fail(device, DAYBREAK_INVALID, "a token lies outside the vocabulary");
    for (int64_t i = 0; i < o->width; ++i)
      out[t * o->width + i] =
          table[o->token[t] * o->width + i] + (positions ? positions[t % o->context * o->width + i] : 0);
  }
  return DAYBREAK_OK;
}

OPERATION(embedding_backward, daybreak_embedding_backward) {
  const float* gradient = o->out_gradient;
  (void)stream;
  REQUIRE_PLAIN(o->out_gradient_type);
  for (int64_t t = 0; t < o->tokens; ++t) {
    if (o->token[t] >= o->vocabulary) return fail(device, DAYBREAK_INVALID, "a token lies outside the vocabulary");
    for (int64_t i = 0; i < o->width; ++i) {
      o->table_gradient[o->token[t] * o->width + i] += gradient[t * o->width + i];
      if (o->position_gradient) o->position_gradient[t % o->context * o->width + i] += gradient[t * o->width + i];
    }
  }
  return DAYBREAK_OK;
}

/* Both normalizations: layernorm has a bias and subtracts the mean. */
static void normalize(const daybreak_norm* o, int layer) {
  const float *x = o->x, *weight = o->weight, *bias = o->bias;
  float* y = o->y;
  for (int64_t r = 0; r < o->rows; ++r, x += o->width, y += o->width) {
    double mean = 0, squares = 0;
    for (int64_t i = 0; layer && i < o->width; ++i) mean += x[i] / (double)o->width;
    for (int64_t i = 0; i < o->width; ++i) squares += (x[i] - mean) * (x[i] - mean);
    const double rstd = 1 / sqrt(squares / (double)o->width + o->epsilon);
    for (int64_t i = 0; i < o->width; ++i) y[i] = (float)((x[i] - mean) * rstd * weight[i] + (layer ? bias[i] : 0));
    if (layer) o->mean[r] = (float)mean;
    o->rstd[r] = (float)rstd;
  }
}

static void normalize_backward(const daybreak_norm_backward* o, int layer) {
  const float *x = o->x, *dy = o->y_gradient, *weight = o->weight;
  float* dx = o->x_gradient;
  for (int64_t r = 0; r < o->rows; ++r, x += o->width, dy += o->width, dx += o->width) {
    const double mean = layer ? o->mean[r] : 0, rstd = o->rstd[r], width = (double)o->width;
    double sum = 0, product = 0;
    for (int64_t i = 0; i < o->width; ++i) {
      const double normal = (x[i] - mean) * rstd, d = (double)dy[i] * weight[i];
      if (layer) sum += d;
      product += d * normal;
      o->weight_gradient[i] += (float)(dy[i] * normal);
      if (layer) o->bias_gradient[i] += dy[i];
    }
    for (int64_t i = 0; i < o->width; ++i)
      dx[i] += (float)(rstd * ((double)dy[i] * weight[i] - (sum + (x[i] - mean) * rstd * product) / width));
  }
}

OPERATION(layernorm_forward, daybreak_norm) {
  (void)stream;
  REQUIRE_PLAIN(o->x_type, o->weight_type, o->y_type, o->y_layout);
  normalize(o, 1);
  return DAYBREAK_OK;
}
OPERATION(rmsnorm_forward, daybreak_norm) {
  (void)stream;
  REQUIRE_PLAIN(o->x_type, o->weight_type, o->y_type, o->y_layout);
  normalize(o, 0);
  return DAYBREAK_OK;
}
OPERATION(layernorm_backward, daybreak_norm_backward) {
  (void)stream;
  REQUIRE_PLAIN(o->x_type, o->weight_type, o->y_gradient_type, o->x_gradient_type, o->y_gradient_layout);
  normalize_backward(o, 1);
  return DAYBREAK_OK;
}
OPERATION(rmsnorm_backward, daybreak_norm_backward) {
  (void)stream;
  REQUIRE_PLAIN(o->x_type, o->weight_type, o->y_gradient_type, o->x_gradient_type, o->y_gradient_layout);
  normalize_backward(o, 0);
  return DAYBREAK_OK;
}

OPERATION(gelu_forward, daybreak_gelu) {
  (void)stream;
  REQUIRE_PLAIN(o->x_type, o->y_type);
  for (int64_t i = 0; i < o->count; ++i) {
    const float x = ((const float*)o->x)[i];
    ((float*)o->y)[i] = isinf(x) && x < 0 ? 0 : (float)gelu(x);
  }
  return DAYBREAK_OK;
}
OPERATION(gelu_backward, daybreak_gelu_backward) {
  (void)stream;
  REQUIRE_PLAIN(o->x_type, o->gradient_type);
  for (int64_t i = 0; i < o->count; ++i) {
    const float x = ((const float*)o->x)[i];
    const double slope = isinf(x) ? x > 0 : gelu_slope(x); /* infinity times zero would say NaN */
    ((float*)o->x_gradient)[i] = (float)(((const float*)o->y_gradient)[i] * slope);
  }
  return DAYBREAK_OK;
}

OPERATION(swiglu_forward, daybreak_swiglu) {
  (void)stream;
  REQUIRE_PLAIN(o->x_type, o->y_type);
  for (int64_t i = 0; i < o->count; ++i) {
    const double gate = ((const float*)o->gate)[i];
    ((float*)o->y)[i] = (float)(gate / (1 + exp(-gate)) * ((const float*)o->up)[i]);
  }
  return DAYBREAK_OK;
}
OPERATION(swiglu_backward, daybreak_swiglu_backward) {
  (void)stream;
  REQUIRE_PLAIN(o->x_type, o->gradient_type);
  for (int64_t i = 0; i < o->count; ++i) {
    const double gate = ((const float*)o->gate)[i], up = ((const float*)o->up)[i], dy = ((const float*)o->y_gradient)[i];
    const double share = 1 / (1 + exp(-gate));
    ((float*)o->gate_gradient)[i] = (float)(dy * up * share * (1 + gate * (1 - share)));
    ((float*)o->up_gradient)[i] = (float)(dy * gate * share);
  }
  return DAYBREAK_OK;
}

OPERATION(rope, daybreak_rope) {
  const int64_t half = o->head_width / 2;
  (void)stream;
  REQUIRE_PLAIN(o->x_type, o->x_layout);
  for (int64_t t = 0; t < o->tokens; ++t)
    for (int64_t h = 0; h < o->heads; ++h)
      for (int64_t i = 0; i < half; ++i) {
        const double frequency = pow(o->base, -2.0 * (double)i / (double)o->head_width);
        const double angle = o->direction * (double)(t % o->context) * frequency;
        float* first = (float*)o->x + t * o->row_stride + h * o->head_width + i;
        const double a = first[0], b = first[half];
        first[0] = (float)(a * cos(angle) - b * sin(angle));
        first[half] = (float)(a * sin(angle) + b * cos(angle));
      }
  return DAYBREAK_OK;
}

/* Probabilities of query t over the keys 0..t whose rows lie `stride` apart; gives log(sum(exp(scores))) back. */
static double probabilities(const float* q, const float* k, int64_t stride, int64_t t, int64_t width, double scale, double* p) {
  double largest = -INFINITY, sum = 0;
  for (int64_t s = 0; s <= t; ++s) {
    p[s] = 0;
    for (int64_t i = 0; i < width; ++i) p[s] += (double)q[i] * k[s * stride + i];
    p[s] *= scale;
    largest = fmax(largest, p[s]);
  }
  for (int64_t s = 0; s <= t; ++s) sum += p[s] = exp(p[s] - largest);
  for (int64_t s = 0; s <= t; ++s) p[s] /= sum;
  return largest + log(sum);
}

OPERATION(attention_forward, daybreak_attention) {
  (void)stream;
  REQUIRE_PLAIN(o->type, o->out_type, o->layout, o->out_layout);
  double* p = malloc((size_t)o->context * sizeof *p);
  if (!p && o->context > 0) return fail(device, DAYBREAK_NO_MEMORY, "no memory for scratch space");
  for (int64_t b = 0; b < o->batch; ++b)
    for (int64_t h = 0; h < o->heads; ++h)
      for (int64_t t = 0; t < o->context; ++t) {
        const int64_t row = b * o->context, kv = row * o->kv_stride + h / (o->heads / o->kv_heads) * o->head_width;
        const float *k = (const float*)o->k + kv, *v = (const float*)o->v + kv;
        const float* q = (const float*)o->q + (row + t) * o->q_stride + h * o->head_width;
        float* out = (float*)o->out + (row + t) * o->out_stride + h * o->head_width;
        o->log_sum_exp[(b * o->heads + h) * o->context + t] =
            (float)probabilities(q, k, o->kv_stride, t, o->head_width, o->scale, p);
        for (int64_t i = 0; i < o->head_width; ++i) {
          double sum = 0;
          for (int64_t s = 0; s <= t; ++s) sum += p[s] * v[s * o->kv_stride + i];
          out[i] = (float)sum;
        }
      }
  free(p);
  return DAYBREAK_OK;
}

OPERATION(attention_backward, daybreak_attention_backward) {
  (void)stream;
  REQUIRE_PLAIN(o->type, o->out_type, o->gradient_type, o->layout, o->out_layout);
  double *p = malloc((size_t)o->context * sizeof *p), *dp = malloc((size_t)o->context * sizeof *dp);
  if ((!p || !dp) && o->context > 0) {
    free(p), free(dp);
    return fail(device, DAYBREAK_NO_MEMORY, "no memory for scratch space");
  }
  for (int64_t row = 0; row < o->batch * o->context; ++row) { /* the columns of q, k and v alone: what lies between is not ours */
    for (int64_t i = 0; i < o->heads * o->head_width; ++i) ((float*)o->q_gradient)[row * o->q_stride + i] = 0;
    for (int64_t i = 0; i < o->kv_heads * o->head_width; ++i)
      ((float*)o->k_gradient)[row * o->kv_stride + i] = ((float*)o->v_gradient)[row * o->kv_stride + i] = 0;
  }
  for (int64_t b = 0; b < o->batch; ++b)
    for (int64_t h = 0; h < o->heads; ++h)
      for (int64_t t = 0; t < o->context; ++t) {
        const int64_t row = b * o->context, kv = row * o->kv_stride + h / (o->heads / o->kv_heads) * o->head_width;
        const int64_t q_at = (row + t) * o->q_stride + h * o->head_width;
        const float *k = (const float*)o->k + kv, *v = (const float*)o->v + kv, *q = (const float*)o->q + q_at;
        const float* dout = (const float*)o->out_gradient + (row + t) * o->out_stride + h * o->head_width;
        float *dq = (float*)o->q_gradient + q_at, *dk = (float*)o->k_gradient + kv, *dv = (float*)o->v_gradient + kv;
        double mean = 0;
        probabilities(q, k, o->kv_stride, t, o->head_width, o->scale, p);
        for (int64_t s = 0; s <= t; ++s) {
          dp[s] = 0;
          for (int64_t i = 0; i < o->head_width; ++i) {
            dp[s] += (double)dout[i] * v[s * o->kv_stride + i];
            dv[s * o->kv_stride + i] += (float)(p[s] * dout[i]);
          }
          mean += p[s] * dp[s];
        }
        for (int64_t i = 0; i < o->head_width; ++i) {
          double sum = 0;
          for (int64_t s = 0; s <= t; ++s) {
            const double dscore = p[s] * (dp[s] - mean) * o->scale;
            sum += dscore * k[s * o->kv_stride + i];
            dk[s * o->kv_stride + i] += (float)(dscore * q[i]);
          }
          dq[i] = (float)sum;
        }
      }
  free(p), free(dp);
  return DAYBREAK_OK;
}

OPERATION(cross_entropy, daybreak_cross_entropy) {
  (void)stream;
  REQUIRE_PLAIN(o->logits_type);
  for (int64_t r = 0; r < o->rows; ++r) {
    float* x = (float*)o->logits + r * o->vocabulary;
    const int counts = o->target[r] != o->ignored;
    double largest = -INFINITY, sum = 0;
    if (counts && o->target[r] >= o->vocabulary) return fail(device, DAYBREAK_INVALID, "a target lies outside the vocabulary");
    for (int64_t i = 0; i < o->vocabulary; ++i) largest = fmax(largest, x[i]);
    for (int64_t i = 0; i < o->vocabulary; ++i) sum += exp(x[i] - largest);
    const double log_sum = largest + log(sum);
    o->loss[r] = counts ? (float)(log_sum - x[o->target[r]]) : 0;
    for (int64_t i = 0; o->gradient_scale != 0 && i < o->vocabulary; ++i)
      x[i] = counts ? (float)(o->gradient_scale * (exp(x[i] - log_sum) - (i == o->target[r]))) : 0;
  }
  return DAYBREAK_OK;
}

OPERATION(add_bias, daybreak_add_bias) {
  (void)stream;
  REQUIRE_PLAIN(o->x_type, o->bias_type);
  for (int64_t i = 0; i < o->rows * o->width; ++i) ((float*)o->x)[i] += ((const float*)o->bias)[i % o->width];
  return DAYBREAK_OK;
}

OPERATION(sum_rows, daybreak_sum_rows) {
  (void)stream;
  REQUIRE_PLAIN(o->x_type, o->x_layout);
  for (int64_t i = 0; i < o->width; ++i) {
    double sum = o->out[i];
    for (int64_t r = 0; r < o->rows; ++r) sum += ((const float*)o->x)[r * o->width + i];
    o->out[i] = (float)sum;
  }
  return DAYBREAK_OK;
}

OPERATION(add_scaled, daybreak_add_scaled) {
  (void)stream;
  REQUIRE_PLAIN(o->x_type, o->y_type);
  for (int64_t i = 0; i < o->count; ++i) {
    const float old = o->scale_y != 0 ? o->scale_y * ((float*)o->y)[i] : 0;
    ((float*)o->y)[i] = o->scale_x * ((const float*)o->x)[i] + old;
  }
  return DAYBREAK_OK;
}

OPERATION(cast, daybreak_cast) {
  REQUIRE_PLAIN(o->x_type, o->y_type);
  return copy(device, stream, o->y, o->x, (size_t)o->count * sizeof(float));
}

OPERATION(statistics, daybreak_statistics) {
  daybreak_statistics_result result = {0, 0, 0, 0};
  (void)stream;
  REQUIRE_PLAIN(o->x_type);
  for (int64_t i = 0; i < o->count; ++i) {
    const double x = ((const float*)o->x)[i];
    if (!isfinite(x)) {
      ++result.not_finite;
      continue;
    }
    result.sum += x;
    result.sum_squares += x * x;
    result.largest_magnitude = fmax(result.largest_magnitude, fabs(x));
  }
  *o->result = result;
  return DAYBREAK_OK;
}

OPERATION(adamw, daybreak_adamw) {
  float *weight = o->weight, *m = o->first_moment, *v = o->second_moment;
  const double correction1 = 1 - pow(o->beta1, (double)o->step), correction2 = 1 - pow(o->beta2, (double)o->step);
  (void)stream;
  REQUIRE_PLAIN(o->weight_type, o->moment_type);
  if (o->copy) REQUIRE_PLAIN(o->copy_type);
  for (int64_t i = 0; i < o->count; ++i) {
    const double g = (double)o->gradient[i] * o->gradient_scale;
    const double first = o->beta1 * (double)m[i] + (1 - (double)o->beta1) * g;
    const double second = o->beta2 * (double)v[i] + (1 - (double)o->beta2) * g * g;
    const double direction = first / correction1 / (sqrt(second / correction2) + o->epsilon) + o->decay * (double)weight[i];
    m[i] = (float)first;
    v[i] = (float)second;
    weight[i] = (float)(weight[i] - o->learning_rate * direction);
    if (o->copy) ((float*)o->copy)[i] = weight[i];
  }
  return DAYBREAK_OK;
}

OPERATION(quantize, daybreak_quantize) {
  (void)stream, (void)o;
  return fail(device, DAYBREAK_UNSUPPORTED, "the example chip computes in f32 alone");
}

static const daybreak_chip kTable = {
    .struct_size = sizeof(daybreak_chip),
    .major = DAYBREAK_CHIP_MAJOR,
    .minor = DAYBREAK_CHIP_MINOR,
    .name = "example",
    .device_count = device_count,
    .device_info = device_info,
    .score = score,
    .open = open_device,
    .close = close_device,
    .last_error = last_error,
    .allocate = allocate,
    .release = release,
    .copy_in = copy,
    .copy_out = copy,
    .copy = copy,
    .fill_zero = fill_zero,
    .stream_create = stream_create,
    .stream_destroy = stream_destroy,
    .stream_synchronize = stream_synchronize,
    .event_create = event_create,
    .event_destroy = event_destroy,
    .event_record = event_record,
    .stream_wait = stream_wait,
    .event_elapsed_s = event_elapsed_s,
    .supports = supports,
    .peak_flops = peak_flops,
    .packed_bytes = packed_bytes,
    .gemm = gemm,
    .embedding_forward = embedding_forward,
    .embedding_backward = embedding_backward,
    .layernorm_forward = layernorm_forward,
    .layernorm_backward = layernorm_backward,
    .rmsnorm_forward = rmsnorm_forward,
    .rmsnorm_backward = rmsnorm_backward,
    .gelu_forward = gelu_forward,
    .gelu_backward = gelu_backward,
    .swiglu_forward = swiglu_forward,
    .swiglu_backward = swiglu_backward,
    .rope = rope,
    .attention_forward = attention_forward,
    .attention_backward = attention_backward,
    .cross_entropy = cross_entropy,
    .add_bias = add_bias,
    .sum_rows = sum_rows,
    .add_scaled = add_scaled,
    .cast = cast,
    .statistics = statistics,
    .adamw = adamw,
    .quantize = quantize,
};

const daybreak_chip* daybreak_chip_get(uint32_t host_major, uint32_t host_minor) {
  (void)host_minor; /* a later minor version only appends */
  return host_major == DAYBREAK_CHIP_MAJOR ? &kTable : NULL;
}
