#pragma once
/* The chip interface: what a kind of accelerator (or a processor) must offer so that Daybreak can train on it. Plain C,
 * no type of any vendor. A chip is a shared object that exports one function, daybreak_chip_get(). kernels/README.md
 * shows how to add a chip or an operation.
 *
 * Compatibility: a different major version is refused. A minor version only appends: to the enumerations, to the end of
 * the structures (both sides read struct_size before they touch a later member) and to the end of the table.
 *
 * Conventions: matrices are row-major and dense. Every operation takes a stream, returns at once or when it is done,
 * keeps no state that the caller cannot see, and gives the same bytes for every number of threads. Sums run in float32
 * or wider. Buffers do not overlap unless a member's comment allows it. dtype is per operand. A NULL table entry is an
 * operation that the chip does not have; the entries marked "fused" may be NULL, and the host then composes them.
 *
 * Pointers to memory of a device are addresses that allocate() gave, or lie within what it gave: the host adds to them
 * and hands them back, and reads or writes nothing there unless the device has threads (it is a processor).
 * What an operation finds after it has returned, such as a token outside the vocabulary, is reported by the next
 * stream_synchronize() in its place, with the same status and words. */
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DAYBREAK_CHIP_MAJOR 1
#define DAYBREAK_CHIP_MINOR 0

typedef enum daybreak_dtype {
  DAYBREAK_F32 = 0,
  DAYBREAK_BF16 = 1,
  DAYBREAK_F16 = 2,
  DAYBREAK_F8_E4M3 = 3,
  DAYBREAK_F8_E5M2 = 4,
  DAYBREAK_I32 = 5,
  DAYBREAK_U32 = 6,
  DAYBREAK_F64 = 7 /* the reference chip alone: to measure the others' error */
} daybreak_dtype;

typedef enum daybreak_status {
  DAYBREAK_OK = 0,
  DAYBREAK_UNSUPPORTED = 1, /* this combination of types or shapes has no path here */
  DAYBREAK_INVALID = 2,     /* the arguments contradict each other: a mistake of the host */
  DAYBREAK_NO_MEMORY = 3,
  DAYBREAK_FAILED = 4 /* the device failed; last_error() says how */
} daybreak_status;

/* How a matrix lies in memory. All but row-major are a chip's own, opaque to the host, and exist where packed_bytes()
 * says so for that matrix.
 * TILED: activations [rows, columns] in the order in which products read them, as either operand and in either
 * direction. Operations with a member *_layout write and read it, pack() turns it into row-major and back. It is as
 * wide as columns; a matrix of fewer rows lies as the first rows of a larger one; columns [c, columns) for a multiple
 * of TILED_COLUMNS begin c * TILED_COLUMNS elements further, under the whole matrix's stride. Elementwise operations
 * take it like any other buffer if all of their operands are tiled and count is that of packed_bytes().
 * PACKED_B: op(b) of a product, [k, n], such as a weight that many products read; b_type and compute are its type. */
typedef enum daybreak_layout { DAYBREAK_ROW_MAJOR = 0, DAYBREAK_PACKED_B = 1, DAYBREAK_TILED = 2 } daybreak_layout;
#define DAYBREAK_TILED_COLUMNS 32

/* What a product does with value = alpha * op(a) op(b) + bias before it is added to beta * c.
 * GELU: aux = value, then gelu of it as aux keeps it; where aux is not given, gelu(value).
 * GELU_BACKWARD: value * gelu'(aux).
 * So each is a product and gelu_forward or gelu_backward in one, and the first can be done again by gelu_forward. */
typedef enum daybreak_epilogue {
  DAYBREAK_EPILOGUE_NONE = 0,
  DAYBREAK_EPILOGUE_GELU = 1,
  DAYBREAK_EPILOGUE_GELU_BACKWARD = 2
} daybreak_epilogue;

/* How a matrix of 8-bit codes is scaled: an element is its code times the scale of its group, a power of two.
 * ROWS: 128 neighbors in a row; the scale of row r and group g is at [g * rows + r].
 * BLOCKS: 128 x 128; that of block row r and group g is at [r * n + g], n being the groups of a row rounded up to a
 * multiple of 4; those that this adds are unspecified. (Both as cuBLASLt reads them.) */
typedef enum daybreak_scaling {
  DAYBREAK_SCALING_NONE = 0,
  DAYBREAK_SCALING_ROWS = 1,
  DAYBREAK_SCALING_BLOCKS = 2
} daybreak_scaling;
#define DAYBREAK_SCALING_GROUP 128

typedef enum daybreak_op {
  DAYBREAK_OP_GEMM = 0,
  DAYBREAK_OP_EMBEDDING_FORWARD,
  DAYBREAK_OP_EMBEDDING_BACKWARD,
  DAYBREAK_OP_LAYERNORM_FORWARD,
  DAYBREAK_OP_LAYERNORM_BACKWARD,
  DAYBREAK_OP_RMSNORM_FORWARD,
  DAYBREAK_OP_RMSNORM_BACKWARD,
  DAYBREAK_OP_GELU_FORWARD,
  DAYBREAK_OP_GELU_BACKWARD,
  DAYBREAK_OP_SWIGLU_FORWARD,
  DAYBREAK_OP_SWIGLU_BACKWARD,
  DAYBREAK_OP_ROPE,
  DAYBREAK_OP_ATTENTION_FORWARD,
  DAYBREAK_OP_ATTENTION_BACKWARD,
  DAYBREAK_OP_CROSS_ENTROPY,
  DAYBREAK_OP_ADD_BIAS,
  DAYBREAK_OP_SUM_ROWS,
  DAYBREAK_OP_ADD_SCALED,
  DAYBREAK_OP_CAST,
  DAYBREAK_OP_STATISTICS,
  DAYBREAK_OP_ADAMW,
  DAYBREAK_OP_PACK,
  DAYBREAK_OP_QUANTIZE,
  DAYBREAK_OP_COUNT
} daybreak_op;

typedef struct daybreak_device daybreak_device; /* an open device of a chip */
typedef struct daybreak_stream daybreak_stream; /* an ordered queue of operations; NULL is the device's own */
typedef struct daybreak_event daybreak_event;   /* a point in a stream */
typedef struct daybreak_graph daybreak_graph;   /* a captured step */

typedef struct daybreak_device_info {
  size_t struct_size;
  char name[128];          /* "AMD EPYC (AVX2, 2 threads)" */
  uint64_t memory_bytes;   /* in all; 0: unknown */
  uint32_t threads;        /* of a processor; 0 elsewhere */
  uint32_t emulated_types; /* bit 1 << dtype: computed by conversion, without instructions of its own */
} daybreak_device_info;

typedef struct daybreak_open_options {
  size_t struct_size;
  uint32_t threads;            /* 0: all of this process's */
  const char* instruction_set; /* force a slower path, such as "avx2" or "plain"; NULL: the best */
} daybreak_open_options;

/* --- arguments of the operations -----------------------------------------------------------------------------------
 * Sizes count elements. In the comments [m, n] is a row-major matrix. */

/* c[m, n] = epilogue(alpha * op(a) op(b) + bias) + beta * addend, with op(a) [m, k] and op(b) [k, n]; transpose_x: the
 * buffer holds the transpose. `compute`: what the operands are rounded to (to nearest even) before they are multiplied;
 * products are summed in float32, and the epilogue is computed in it. Leading dimensions are those of dense matrices.
 * beta 0: addend is not read. c may also be the buffer of aux where their types and layouts agree.
 * What a chip may round on the way: where c is of 16 bits, the bias, and the value that GELU_BACKWARD multiplies, to c's
 * type; the bias of GELU to a 16-bit aux's; and where operands are scaled, sums over the group that a scale covers, to
 * 13 binary places of the largest magnitude that is summed (as the tensor cores of Hopper do: DeepSeek-V3 Technical Report,
 * 2024, section 3.5.2). */
typedef struct daybreak_gemm {
  size_t struct_size;
  int64_t m, n, k;
  const void* a;
  const void* b;
  void* c;
  daybreak_dtype a_type, b_type, c_type, compute;
  daybreak_layout a_layout, b_layout, c_layout; /* ROW_MAJOR or TILED; b also PACKED_B, then without transpose_b */
  int32_t transpose_a, transpose_b;
  float alpha, beta;
  const void* bias; /* [n] added to each row, or NULL */
  daybreak_dtype bias_type;
  daybreak_epilogue epilogue;
  void* aux; /* [m, n] of the epilogue, read or written as that says */
  daybreak_dtype aux_type;
  daybreak_layout aux_layout;
  const void* addend; /* [m, n] of c's type and layout; NULL: c itself, as it was */
  /* Both operands scaled, or neither. Scaled ones hold codes of the type `compute`, F8, each row along k: a without
   * transpose_a, b with transpose_b. They are not both BLOCKS. */
  const float* a_scales;
  const float* b_scales;
  daybreak_scaling a_scaling, b_scaling;
} daybreak_gemm;

/* out[t, :] = table[token[t], :] + position_table[position[t], :]; position_table may be NULL. */
typedef struct daybreak_embedding {
  size_t struct_size;
  int64_t tokens, width, vocabulary, positions; /* rows of out, columns, rows of the two tables */
  const uint32_t* token;                        /* [tokens], below vocabulary */
  int64_t context;                              /* position of row t is t % context */
  const void* table;
  const void* position_table;
  void* out;
  daybreak_dtype table_type, out_type;
} daybreak_embedding;

/* table_gradient[token[t], :] += out_gradient[t, :], and so for positions; float32 sums in the order of t. */
typedef struct daybreak_embedding_backward {
  size_t struct_size;
  int64_t tokens, width, vocabulary, positions;
  const uint32_t* token;
  int64_t context;
  const void* out_gradient;
  daybreak_dtype out_gradient_type;
  float* table_gradient;
  float* position_gradient; /* NULL where there is no position table */
} daybreak_embedding_backward;

/* Layer normalization over the last axis: y = (x - mean) * rstd * weight + bias, rstd = 1 / sqrt(variance + epsilon).
 * The same structure serves RMS normalization, y = x * rstd * weight, rstd = 1 / sqrt(mean of squares + epsilon), which
 * leaves mean and bias alone. */
typedef struct daybreak_norm {
  size_t struct_size;
  int64_t rows, width;
  const void* x;
  const void* weight; /* [width] */
  const void* bias;   /* [width] */
  void* y;
  float* mean; /* [rows], for the backward pass */
  float* rstd; /* [rows] */
  float epsilon;
  daybreak_dtype x_type, weight_type, y_type;
  daybreak_layout y_layout;
} daybreak_norm;

/* x_gradient += d/dx; weight_gradient and bias_gradient += their sums over rows. */
typedef struct daybreak_norm_backward {
  size_t struct_size;
  int64_t rows, width;
  const void* x;
  const void* weight;
  const void* y_gradient;
  const float* mean;
  const float* rstd;
  void* x_gradient;
  float* weight_gradient;
  float* bias_gradient;
  daybreak_dtype x_type, weight_type, y_gradient_type, x_gradient_type;
  daybreak_layout y_gradient_layout;
} daybreak_norm_backward;

/* y = gelu(x) by the tanh formula: 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))). */
typedef struct daybreak_gelu {
  size_t struct_size;
  int64_t count;
  const void* x;
  void* y;
  daybreak_dtype x_type, y_type;
} daybreak_gelu;

/* x_gradient = y_gradient * gelu'(x); may stand in the place of y_gradient. */
typedef struct daybreak_gelu_backward {
  size_t struct_size;
  int64_t count;
  const void* x;
  const void* y_gradient;
  void* x_gradient;
  daybreak_dtype x_type, gradient_type;
} daybreak_gelu_backward;

/* y = silu(gate) * up, silu(z) = z / (1 + exp(-z)). */
typedef struct daybreak_swiglu {
  size_t struct_size;
  int64_t count;
  const void* gate;
  const void* up;
  void* y;
  daybreak_dtype x_type, y_type;
} daybreak_swiglu;

typedef struct daybreak_swiglu_backward {
  size_t struct_size;
  int64_t count;
  const void* gate;
  const void* up;
  const void* y_gradient;
  void* gate_gradient;
  void* up_gradient;
  daybreak_dtype x_type, gradient_type;
} daybreak_swiglu_backward;

/* Rotary position embedding in place on x[tokens, heads, head_width] whose rows lie row_stride elements apart: pairs
 * (i, i + head_width/2) turn by position * base^(-2i/head_width). direction -1 turns back: the backward pass. */
typedef struct daybreak_rope {
  size_t struct_size;
  int64_t tokens, context, heads, head_width, row_stride;
  void* x;
  daybreak_dtype x_type;
  daybreak_layout x_layout;
  float base;
  int32_t direction; /* +1 or -1 */
} daybreak_rope;

/* Causal attention with grouped queries. q[batch*context, heads, head_width], k and v[batch*context, kv_heads,
 * head_width]; rows lie *_stride elements apart, so that q, k and v may be parts of one buffer. Query head h uses key
 * head h / (heads / kv_heads). scale multiplies q.k. log_sum_exp[batch, heads, context] is kept for the backward pass.
 * Where all operands are bf16, a chip may round probabilities, and in the backward pass the gradients of scores, to
 * bf16 before it multiplies them; elsewhere all of it is float32. In a tiled layout the strides are the columns of the
 * whole matrices, multiples of TILED_COLUMNS, and so are the columns at which q, k and v begin. */
typedef struct daybreak_attention {
  size_t struct_size;
  int64_t batch, context, heads, kv_heads, head_width;
  int64_t q_stride, kv_stride, out_stride;
  const void* q;
  const void* k;
  const void* v;
  void* out;
  float* log_sum_exp;
  float scale;
  daybreak_dtype type, out_type;
  daybreak_layout layout, out_layout; /* of q, k and v; of out */
} daybreak_attention;

/* The three gradients are written, not added to; they have the strides of q, k and v. */
typedef struct daybreak_attention_backward {
  size_t struct_size;
  int64_t batch, context, heads, kv_heads, head_width;
  int64_t q_stride, kv_stride, out_stride;
  const void* q;
  const void* k;
  const void* v;
  const void* out;
  const void* out_gradient;
  const float* log_sum_exp;
  void* q_gradient;
  void* k_gradient;
  void* v_gradient;
  float scale;
  daybreak_dtype type, out_type, gradient_type;
  daybreak_layout layout, out_layout; /* of q, k, v and their gradients; of out and its gradient */
} daybreak_attention_backward;

/* Per row t with target[t] != ignored: loss[t] = log(sum exp(logits[t, :])) - logits[t, target]; the logits become
 * gradient_scale * (softmax - one-hot). Ignored rows: loss 0 and gradient 0. gradient_scale 0: the logits stay. */
typedef struct daybreak_cross_entropy {
  size_t struct_size;
  int64_t rows, vocabulary;
  void* logits;
  const uint32_t* target;
  uint32_t ignored; /* a target that counts for nothing, such as 0xffffffff */
  float* loss;      /* [rows] */
  float gradient_scale;
  daybreak_dtype logits_type;
} daybreak_cross_entropy;

/* x[rows, width] += bias[width]. */
typedef struct daybreak_add_bias {
  size_t struct_size;
  int64_t rows, width;
  void* x;
  const void* bias;
  daybreak_dtype x_type, bias_type;
} daybreak_add_bias;

/* out[width] += sum over rows of x[rows, width]. */
typedef struct daybreak_sum_rows {
  size_t struct_size;
  int64_t rows, width;
  const void* x;
  float* out;
  daybreak_dtype x_type;
  daybreak_layout x_layout;
} daybreak_sum_rows;

/* y = scale_x * x + scale_y * y: residual sums, accumulation, scaling (x may be y). scale_y 0: y is not read. */
typedef struct daybreak_add_scaled {
  size_t struct_size;
  int64_t count;
  const void* x;
  void* y;
  float scale_x, scale_y;
  daybreak_dtype x_type, y_type;
} daybreak_add_scaled;

/* y = x, rounded to nearest even; too large values become infinite (in F8_E4M3, which has no infinity, the largest
 * finite one, from infinity too). */
typedef struct daybreak_cast {
  size_t struct_size;
  int64_t count;
  const void* x;
  void* y;
  daybreak_dtype x_type, y_type;
} daybreak_cast;

/* codes[rows, columns] = x or its transpose in 8 bits. The scale of a group is the smallest power of two from 2^-100 on by
 * which its largest finite magnitude lies within codes_type, and 1 where all are 0 or not finite; elements divided by it
 * are rounded as by cast. */
typedef struct daybreak_quantize {
  size_t struct_size;
  int64_t rows, columns; /* of codes */
  const void* x;         /* [rows, columns]; with transpose [columns, rows] */
  void* codes;
  float* scales;
  daybreak_dtype x_type, codes_type; /* codes_type: F8_E4M3 or F8_E5M2 */
  daybreak_scaling scaling;          /* ROWS or BLOCKS */
  int32_t transpose;
} daybreak_quantize;

/* Sums over one buffer, in float64 and in an order that no thread count changes. Not finite elements are counted and
 * left out of the others. */
typedef struct daybreak_statistics_result {
  double sum, sum_squares, largest_magnitude;
  uint64_t not_finite;
} daybreak_statistics_result;

typedef struct daybreak_statistics {
  size_t struct_size;
  int64_t count;
  const void* x;
  daybreak_dtype x_type;
  daybreak_statistics_result* result; /* in memory of the host, valid once the stream is synchronized */
} daybreak_statistics;

/* How float32 becomes bf16 where it is kept. STOCHASTIC: to one of the two neighbors, with probabilities that make the
 * expectation the value itself, by Philox numbers of (seed, step, index) as kernels/common/stochastic_rounding.h
 * defines. */
typedef enum daybreak_rounding { DAYBREAK_ROUND_NEAREST = 0, DAYBREAK_ROUND_STOCHASTIC = 1 } daybreak_rounding;

/* AdamW (Loshchilov and Hutter) with decoupled decay: g = gradient * gradient_scale; m and v as usual with bias
 * correction for `step` (from 1); weight -= learning_rate * (m' / (sqrt(v') + epsilon) + decay * weight). All of it is
 * computed in float32 from what is stored, with m and v as they are before they are rounded.
 * Weights are float32, or bf16 without a float32 master in one of these ways: rounded to nearest, which loses steps
 * below half of a unit in the last place; rounded stochastically, which keeps them in expectation; or with
 * `compensation` (Kahan; Zamirai et al., "Revisiting BFloat16 Training", 2020): weight + compensation is then the
 * weight that the formula reads and changes, weight is it rounded to nearest, whatever `rounding` says, and
 * compensation the rest, rounded to nearest. */
typedef struct daybreak_adamw {
  size_t struct_size;
  int64_t count;
  void* weight;
  const float* gradient;
  void* first_moment;
  void* second_moment;
  void* compensation; /* bf16, 0 at first, or NULL; for weights of bf16 alone */
  void* copy;         /* the new weight as it is kept, rounded to nearest in copy_type, or NULL */
  daybreak_dtype weight_type, moment_type, copy_type; /* weight and moments: F32 or BF16 */
  daybreak_rounding rounding;                         /* of weights and moments of bf16 */
  float learning_rate, beta1, beta2, epsilon, decay, gradient_scale;
  int64_t step;
  int64_t first_index; /* of element 0 among all of a model's: for stochastic rounding */
  uint64_t seed;       /* the same */
} daybreak_adamw;

/* Rewrites a matrix, rounded to packed_type, from one layout into another: row-major into TILED or PACKED_B, or TILED
 * into row-major. Rows and columns that a layout adds to the last tile are unspecified, and nothing of the matrix
 * depends on them. */
typedef struct daybreak_pack {
  size_t struct_size;
  int64_t rows, columns; /* of the matrix that packed holds; for PACKED_B [k, n] */
  const void* x;
  void* packed; /* packed_bytes() of the same arguments */
  daybreak_dtype x_type, packed_type;
  daybreak_layout x_layout, packed_layout;
  int32_t transpose; /* x holds the transpose; for PACKED_B alone */
} daybreak_pack;

/* What supports() is asked: the operation with its types and, where they matter, its sizes (gemm: m, n, k). */
typedef struct daybreak_query {
  size_t struct_size;
  daybreak_op op;
  daybreak_dtype types[4]; /* in the order of the members *_type, then compute; unused: DAYBREAK_F32 */
  int64_t sizes[4];
} daybreak_query;

/* --- the table ---------------------------------------------------------------------------------------------------- */
typedef struct daybreak_chip {
  size_t struct_size;
  uint32_t major, minor;
  const char* name; /* "cpu": lower-case letters, digits and '-' */

  /* Devices. device_count is negative where the chip cannot work here; `why` then says so in words. */
  int32_t (*device_count)(char* why, size_t why_size);
  daybreak_status (*device_info)(int32_t ordinal, daybreak_device_info* info);
  double (*score)(int32_t ordinal); /* larger is preferred where the user names no chip; 0: never by itself */
  daybreak_status (*open)(int32_t ordinal, const daybreak_open_options* options, daybreak_device** device, char* why,
                          size_t why_size);
  void (*close)(daybreak_device*);
  const char* (*last_error)(daybreak_device*); /* of the last call that failed on this device, in words */

  /* Memory, aligned to 64 bytes at least. from_host may be reused when copy_in returns; to_host is whole when the stream
   * is synchronized. release waits for whatever still uses the memory. */
  daybreak_status (*allocate)(daybreak_device*, size_t bytes, void** memory);
  void (*release)(daybreak_device*, void* memory);
  daybreak_status (*copy_in)(daybreak_device*, daybreak_stream*, void* to, const void* from_host, size_t bytes);
  daybreak_status (*copy_out)(daybreak_device*, daybreak_stream*, void* to_host, const void* from, size_t bytes);
  daybreak_status (*copy)(daybreak_device*, daybreak_stream*, void* to, const void* from, size_t bytes);
  daybreak_status (*fill_zero)(daybreak_device*, daybreak_stream*, void* memory, size_t bytes);

  /* Order. */
  daybreak_status (*stream_create)(daybreak_device*, daybreak_stream**);
  void (*stream_destroy)(daybreak_device*, daybreak_stream*);
  daybreak_status (*stream_synchronize)(daybreak_device*, daybreak_stream*);
  daybreak_status (*event_create)(daybreak_device*, daybreak_event**);
  void (*event_destroy)(daybreak_device*, daybreak_event*);
  daybreak_status (*event_record)(daybreak_device*, daybreak_stream*, daybreak_event*);
  daybreak_status (*stream_wait)(daybreak_device*, daybreak_stream*, daybreak_event*);
  daybreak_status (*event_elapsed_s)(daybreak_device*, daybreak_event* from, daybreak_event* to, double* seconds);

  /* Capture and replay of a step; all four NULL where the chip gains nothing by it. */
  daybreak_status (*capture_begin)(daybreak_device*, daybreak_stream*);
  daybreak_status (*capture_end)(daybreak_device*, daybreak_stream*, daybreak_graph**);
  daybreak_status (*graph_replay)(daybreak_device*, daybreak_stream*, daybreak_graph*);
  void (*graph_destroy)(daybreak_device*, daybreak_graph*);

  /* Questions. supports: 0 no, 1 slowly or by emulation, 2 well. peak_flops: FLOP/s that the
   * device's multiplications reach in this type on all of it at once, measured at each call with operands that do not
   * leave the registers or the first cache: no product reaches it. 0: unknown. */
  int32_t (*supports)(daybreak_device*, const daybreak_query*);
  double (*peak_flops)(daybreak_device*, daybreak_dtype);
  /* Bytes of `packed` (x is not looked at); 0: this matrix has no such layout here, use row-major. */
  size_t (*packed_bytes)(daybreak_device*, const daybreak_pack*);

  /* Operations that every chip has. */
  daybreak_status (*gemm)(daybreak_device*, daybreak_stream*, const daybreak_gemm*);
  daybreak_status (*embedding_forward)(daybreak_device*, daybreak_stream*, const daybreak_embedding*);
  daybreak_status (*embedding_backward)(daybreak_device*, daybreak_stream*, const daybreak_embedding_backward*);
  daybreak_status (*layernorm_forward)(daybreak_device*, daybreak_stream*, const daybreak_norm*);
  daybreak_status (*layernorm_backward)(daybreak_device*, daybreak_stream*, const daybreak_norm_backward*);
  daybreak_status (*rmsnorm_forward)(daybreak_device*, daybreak_stream*, const daybreak_norm*);
  daybreak_status (*rmsnorm_backward)(daybreak_device*, daybreak_stream*, const daybreak_norm_backward*);
  daybreak_status (*gelu_forward)(daybreak_device*, daybreak_stream*, const daybreak_gelu*);
  daybreak_status (*gelu_backward)(daybreak_device*, daybreak_stream*, const daybreak_gelu_backward*);
  daybreak_status (*swiglu_forward)(daybreak_device*, daybreak_stream*, const daybreak_swiglu*);
  daybreak_status (*swiglu_backward)(daybreak_device*, daybreak_stream*, const daybreak_swiglu_backward*);
  daybreak_status (*rope)(daybreak_device*, daybreak_stream*, const daybreak_rope*);
  daybreak_status (*attention_forward)(daybreak_device*, daybreak_stream*, const daybreak_attention*);
  daybreak_status (*attention_backward)(daybreak_device*, daybreak_stream*, const daybreak_attention_backward*);
  daybreak_status (*cross_entropy)(daybreak_device*, daybreak_stream*, const daybreak_cross_entropy*);
  daybreak_status (*add_bias)(daybreak_device*, daybreak_stream*, const daybreak_add_bias*);
  daybreak_status (*sum_rows)(daybreak_device*, daybreak_stream*, const daybreak_sum_rows*);
  daybreak_status (*add_scaled)(daybreak_device*, daybreak_stream*, const daybreak_add_scaled*);
  daybreak_status (*cast)(daybreak_device*, daybreak_stream*, const daybreak_cast*);
  daybreak_status (*statistics)(daybreak_device*, daybreak_stream*, const daybreak_statistics*);
  daybreak_status (*adamw)(daybreak_device*, daybreak_stream*, const daybreak_adamw*);
  daybreak_status (*quantize)(daybreak_device*, daybreak_stream*, const daybreak_quantize*);

  /* Fused or faster forms, which may be NULL. */
  daybreak_status (*pack)(daybreak_device*, daybreak_stream*, const daybreak_pack*);
} daybreak_chip;

/* The one exported symbol. NULL where the chip cannot speak the host's major version. */
typedef const daybreak_chip* (*daybreak_chip_get_function)(uint32_t host_major, uint32_t host_minor);
#ifdef DAYBREAK_CHIP_IMPLEMENTATION
__attribute__((visibility("default"))) const daybreak_chip* daybreak_chip_get(uint32_t host_major, uint32_t host_minor);
#endif

#ifdef __cplusplus
}
#endif
