#pragma once
// The precision map: which number format each tensor is kept in and each matrix product is computed in. Written by
// profile-precision, obeyed by train-shard.
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/io/json.h"

namespace daybreak::records {

inline constexpr const char* kPrecisionMapSchema = "daybreak.precision-map/1";
/// What profile-precision keeps of its measurements, and what it finds when it measures a map.
inline constexpr const char* kProfileSchema = "daybreak.profile/1";
inline constexpr const char* kVerificationSchema = "daybreak.verification/1";

/// The number formats that a map may name, spelled as safetensors does.
enum class NumberFormat : std::uint8_t { f32, f16, bf16, f8_e4m3 };
inline constexpr std::array<NumberFormat, 4> kNumberFormats{NumberFormat::f32, NumberFormat::f16, NumberFormat::bf16,
                                                            NumberFormat::f8_e4m3};
/// "F32", "F16", "BF16", "F8_E4M3".
std::string_view number_format_name(NumberFormat format);
/// The reverse; nothing for another spelling.
std::optional<NumberFormat> find_number_format(std::string_view name);
/// Bytes of one element.
std::int64_t number_format_bytes(NumberFormat format);

/// One product: the formats of its operands, of its sum and of its result.
struct GemmFormats {
  NumberFormat a = NumberFormat::f32, b = NumberFormat::f32, acc = NumberFormat::f32, out = NumberFormat::f32;
  bool operator==(const GemmFormats&) const = default;
};

/// The three products of a module in training: output, gradient of the input, gradient of the weight.
struct ModuleFormats {
  GemmFormats fprop, dgrad, wgrad;
  bool operator==(const ModuleFormats&) const = default;
};

/// How codes become values, in the words of compressed-tensors.
struct QuantScheme {
  std::int64_t num_bits = 8;
  std::string type = "float", strategy = "tensor";
  std::vector<std::int64_t> block_structure;  // [rows, columns] of a block; empty unless strategy is "block"
  bool symmetric = true, dynamic = false;
  NumberFormat scale_dtype = NumberFormat::f32;
  bool operator==(const QuantScheme&) const = default;
};

/// What one format would cost: predicted divergence from the float32 model, nats a token, and its standard error.
struct Sensitivity {
  double nats = 0, standard_error = 0;
  bool operator==(const Sensitivity&) const = default;
};

struct TensorStatistics {
  double amax = 0, amin = 0;  // largest and smallest magnitude other than zero
  std::uint64_t zeros = 0;
  std::map<NumberFormat, double> subnormal_pct, flush_pct, overflow_pct;  // of the elements, in percent
  std::map<NumberFormat, std::optional<double>> sqnr_db;                  // signal over rounding error; nothing: exact
  bool operator==(const TensorStatistics&) const = default;
};

struct TensorEntry {
  std::string name;  // of Hugging Face, such as "model.layers.0.mlp.down_proj.weight"
  NumberFormat dtype = NumberFormat::f32;
  std::vector<std::uint64_t> shape;
  std::string role;
  std::optional<QuantScheme> quant;
  std::map<NumberFormat, Sensitivity> sensitivity;
  std::optional<TensorStatistics> stats;
  std::string reason;  // why this format: budget, rule, range, pinned, group, default
  bool operator==(const TensorEntry&) const = default;
};

/// Tensors that must have one format, such as the query, key and value of one layer.
struct TensorGroup {
  std::string name;
  std::vector<std::string> targets;
  bool operator==(const TensorGroup&) const = default;
};

struct PrecisionMap {
  struct Model {
    std::vector<std::string> architectures;  // "gpt2", "llama"
    std::string weights_xxh3;                // 16 hexadecimal digits, see precision::weights_hash(); "": not recorded
    std::uint64_t num_parameters = 0;
    std::vector<std::vector<std::string>> tied;
    bool operator==(const Model&) const = default;
  } model;
  struct Calibration {
    std::string tokens_xxh3;
    std::uint64_t num_sequences = 0, num_tokens = 0, labels_per_token = 0, seed = 0;
    bool operator==(const Calibration&) const = default;
  } calibration;
  struct Device {
    std::string name, cublas;
    std::string timing = "none";  // measured, estimated, none
    bool operator==(const Device&) const = default;
  } device;
  std::string policy, objective = "bytes";
  struct Budget {
    std::optional<double> kl;         // at most this predicted divergence, nats a token
    std::optional<double> threshold;  // of the literal rule
    std::string of;                   // whose gradient the literal rule takes: sum or loss
    bool operator==(const Budget&) const = default;
  } budget;
  struct Solver {
    std::string status = "rule";  // optimal, feasible, infeasible, rule
    double objective = 0, dual_bound = 0, gap = 0;
    bool operator==(const Solver&) const = default;
  } solver;
  struct Summary {
    std::map<NumberFormat, double> share;  // of the parameters
    double effective_bits = 0;             // a parameter
    std::uint64_t bytes = 0;
    double predicted_kl = 0, predicted_kl_se = 0;
    std::optional<double> measured_kl, predicted_step_us;
    bool operator==(const Summary&) const = default;
  } summary;
  NumberFormat otherwise = NumberFormat::f32;  // "default": of whatever is not named
  std::vector<TensorGroup> groups;
  std::vector<TensorEntry> tensors;                         // in the model's order
  std::vector<std::pair<std::string, ModuleFormats>> gemms;  // by module, in the model's order
  struct Runtime {
    std::string loss_scale = "none";  // none, dynamic
    bool operator==(const Runtime&) const = default;
  } runtime;

  bool operator==(const PrecisionMap&) const = default;
  const TensorEntry* find_tensor(std::string_view name) const;
  const ModuleFormats* find_gemm(std::string_view module) const;
};

/// The map as a document: keys in a fixed order, tensors and modules in the map's order.
io::Json precision_map_json(const PrecisionMap& map);

/// The reverse. Strict: another schema, an unknown key, format, policy status or number out of its range is an Error (data)
/// that names `where` and the place in the document. `schema`, `default`, `tensors` and `gemms` must be there.
PrecisionMap parse_precision_map(const io::Json& document, const std::string& where);

/// parse_precision_map() of a file; "-" is stdin. Errors also: no_input.
PrecisionMap read_precision_map(const std::string& path);

}  // namespace daybreak::records
