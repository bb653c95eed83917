// Strict reading of precision maps: whatever is not understood is refused with its place in the document.
#include <algorithm>
#include <set>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/records/precision_map.h"
#include "libcore/records/record_file.h"

namespace daybreak::records {
namespace {

using io::Json;

[[noreturn]] void fail(const std::string& place, const std::string& message) {
  throw data_error(place, message, "write the map by profile-precision solve");
}

/// Runs a conversion of Json; its error, which knows no place, gets one.
template <typename Convert>
decltype(auto) at_place(const std::string& place, Convert convert) {
  try {
    return convert();
  } catch (const Error& failure) {
    fail(place, failure.message());
  }
}

/// The members of an object; Error (data) that names the place for another value.
const Json::Object& members_at(const Json& value, const std::string& place) {
  if (!value.is_object()) fail(place, "expected an object, found a " + std::string(value.type_name()));
  return value.as_object();
}

/// An object whose members are asked for one by one; those that nobody asked for are unknown.
class Members {
 public:
  Members(const Json& value, std::string place) : value_(value), place_(std::move(place)) { members_at(value_, place_); }

  const Json* find(std::string_view key) {
    known_.insert(std::string(key));
    return value_.find(key);
  }
  const Json& at(std::string_view key) {
    const Json* value = find(key);
    if (value == nullptr) fail(place_, "the member \"" + std::string(key) + "\" is missing");
    return *value;
  }
  std::string place(std::string_view key) const { return place_ + (place_.ends_with('/') ? "" : "/") + std::string(key); }

  void text(std::string_view key, std::string& out) {
    if (const Json* value = find(key)) out = at_place(place(key), [&] { return value->as_string(); });
  }
  void text(std::string_view key, std::string& out, std::initializer_list<std::string_view> allowed) {
    text(key, out);
    if (find(key) == nullptr || std::find(allowed.begin(), allowed.end(), out) != allowed.end()) return;
    fail(place(key), "expected one of " + joined(allowed) + ", found \"" + out + "\"");
  }
  void count(std::string_view key, std::uint64_t& out) {
    if (const Json* value = find(key)) out = at_place(place(key), [&] { return value->as_uint(); });
  }
  void real(std::string_view key, double& out) {
    if (const Json* value = find(key)) out = at_place(place(key), [&] { return value->as_double(); });
  }
  void real(std::string_view key, std::optional<double>& out) {
    const Json* value = find(key);
    if (value != nullptr && !value->is_null()) out = at_place(place(key), [&] { return value->as_double(); });
  }
  void flag(std::string_view key, bool& out) {
    if (const Json* value = find(key)) out = at_place(place(key), [&] { return value->as_bool(); });
  }
  void texts(std::string_view key, std::vector<std::string>& out) {
    const Json* list = find(key);
    if (list == nullptr) return;
    at_place(place(key), [&] {
      for (const Json& value : list->as_array()) out.push_back(value.as_string());
    });
  }
  void format(std::string_view key, NumberFormat& out) {
    const std::string name = at_place(place(key), [&] { return at(key).as_string(); });
    const auto format = find_number_format(name);
    if (!format) fail(place(key), "expected F32, F16, BF16 or F8_E4M3, found \"" + name + "\"");
    out = *format;
  }
  /// {"F16": value, ...}; convert(value, place of the value).
  template <typename Value, typename Convert>
  void by_format(std::string_view key, std::map<NumberFormat, Value>& out, Convert convert) {
    const Json* object = find(key);
    if (object == nullptr) return;
    for (const auto& [name, value] : at_place(place(key), [&] { return object->as_object(); })) {
      const auto format = find_number_format(name);
      if (!format) fail(place(key), "unknown number format \"" + name + "\"");
      out[*format] = convert(value, place(key) + "/" + name);
    }
  }

  /// Throws where a member is left that nobody asked for.
  void done() const {
    for (const auto& [key, value] : value_.as_object())
      if (!known_.contains(key)) fail(place_, "unknown key \"" + key + "\"");
  }

 private:
  const Json& value_;
  std::string place_;
  std::set<std::string> known_;
};

double real_at(const Json& value, const std::string& place) {
  return at_place(place, [&] { return value.as_double(); });
}

/// A share of something in percent.
double percentage(const Json& value, const std::string& place) {
  const double percent = real_at(value, place);
  if (!(percent >= 0 && percent <= 100)) fail(place, "expected 0 to 100, found " + value.dump());
  return percent;
}

template <typename Read>
void part(Members& parent, std::string_view key, Read read) {
  const Json* value = parent.find(key);
  if (value == nullptr) return;
  Members members(*value, parent.place(key));
  read(members);
  members.done();
}

/// What was measured: the model, the calibration text, the device.
void read_measured(Members& root, PrecisionMap& map) {
  part(root, "model", [&](Members& m) {
    m.texts("architectures", map.model.architectures);
    m.text("weights_xxh3", map.model.weights_xxh3);
    m.count("num_parameters", map.model.num_parameters);
    if (const Json* tied = m.find("tied")) at_place(m.place("tied"), [&] {
        for (const Json& names : tied->as_array()) {
          auto& group = map.model.tied.emplace_back();
          for (const Json& name : names.as_array()) group.push_back(name.as_string());
        }
      });
  });
  part(root, "calibration", [&](Members& m) {
    m.text("tokens_xxh3", map.calibration.tokens_xxh3);
    m.count("num_sequences", map.calibration.num_sequences);
    m.count("num_tokens", map.calibration.num_tokens);
    m.count("labels_per_token", map.calibration.labels_per_token);
    m.count("seed", map.calibration.seed);
  });
  part(root, "device", [&](Members& m) {
    m.text("name", map.device.name);
    m.text("cublas", map.device.cublas);
    m.text("timing", map.device.timing, {"measured", "estimated", "none"});
  });
}

/// What was asked and found, over all tensors.
void read_solution(Members& root, PrecisionMap& map) {
  root.text("policy", map.policy);
  root.text("objective", map.objective, {"time", "bytes"});
  part(root, "budget", [&](Members& m) {
    m.real("kl", map.budget.kl);
    m.real("threshold", map.budget.threshold);
    m.text("of", map.budget.of, {"sum", "loss"});
  });
  part(root, "solver", [&](Members& m) {
    m.text("status", map.solver.status, {"optimal", "feasible", "infeasible", "rule"});
    m.real("objective", map.solver.objective);
    m.real("dual_bound", map.solver.dual_bound);
    m.real("gap", map.solver.gap);
  });
  part(root, "summary", [&](Members& m) {
    m.by_format("share", map.summary.share, real_at);
    m.real("effective_bits", map.summary.effective_bits);
    m.count("bytes", map.summary.bytes);
    m.real("predicted_kl", map.summary.predicted_kl);
    m.real("predicted_kl_se", map.summary.predicted_kl_se);
    m.real("measured_kl", map.summary.measured_kl);
    m.real("predicted_step_us", map.summary.predicted_step_us);
  });
}

Sensitivity sensitivity_at(const Json& value, const std::string& place) {
  return at_place(place, [&] {
    if (value.as_array().size() != 2) fail(place, "expected [nats, standard error], found " + value.dump());
    return Sensitivity{value.at(0).as_double(), value.at(1).as_double()};
  });
}

void read_quant(Members& m, QuantScheme& quant) {
  std::uint64_t bits = 8;
  m.count("num_bits", bits);
  if (bits < 1 || bits > 32) fail(m.place("num_bits"), "expected 1 to 32, found " + std::to_string(bits));
  quant.num_bits = static_cast<std::int64_t>(bits);
  m.text("type", quant.type, {"float", "int"});
  m.text("strategy", quant.strategy, {"tensor", "channel", "group", "block"});
  if (const Json* extents = m.find("block_structure")) at_place(m.place("block_structure"), [&] {
      for (const Json& extent : extents->as_array()) quant.block_structure.push_back(extent.as_int());
    });
  m.flag("symmetric", quant.symmetric);
  m.flag("dynamic", quant.dynamic);
  if (m.find("scale_dtype") != nullptr) m.format("scale_dtype", quant.scale_dtype);
}

TensorEntry read_tensor(const std::string& name, Members& m) {
  TensorEntry tensor;
  tensor.name = name;
  m.format("dtype", tensor.dtype);
  if (const Json* shape = m.find("shape")) at_place(m.place("shape"), [&] {
      for (const Json& extent : shape->as_array()) tensor.shape.push_back(extent.as_uint());
    });
  m.text("role", tensor.role);
  part(m, "quant", [&](Members& q) { read_quant(q, tensor.quant.emplace()); });
  m.by_format("sensitivity", tensor.sensitivity, sensitivity_at);
  part(m, "stats", [&](Members& s) {
    TensorStatistics& stats = tensor.stats.emplace();
    s.real("amax", stats.amax);
    s.real("amin", stats.amin);
    s.count("zeros", stats.zeros);
    s.by_format("subnormal_pct", stats.subnormal_pct, percentage);
    s.by_format("flush_pct", stats.flush_pct, percentage);
    s.by_format("overflow_pct", stats.overflow_pct, percentage);
    s.by_format("sqnr_db", stats.sqnr_db, [](const Json& value, const std::string& place) {
      return value.is_null() ? std::optional<double>() : std::optional<double>(real_at(value, place));
    });
  });
  m.text("reason", tensor.reason);
  return tensor;
}

void read_gemm(Members& module, std::string_view pass, GemmFormats& formats) {
  const Json& value = module.at(pass);
  Members m(value, module.place(pass));
  m.format("a", formats.a);
  m.format("b", formats.b);
  if (m.find("acc") != nullptr) m.format("acc", formats.acc);
  if (m.find("out") != nullptr) m.format("out", formats.out);
  m.done();
}

void read_gemms(Members& root, PrecisionMap& map) {
  for (const auto& [name, value] : members_at(root.at("gemms"), root.place("gemms"))) {
    Members module(value, root.place("gemms") + "/" + name);
    ModuleFormats formats;
    read_gemm(module, "fprop", formats.fprop);
    read_gemm(module, "dgrad", formats.dgrad);
    read_gemm(module, "wgrad", formats.wgrad);
    module.done();
    map.gemms.emplace_back(name, formats);
  }
}

void read_groups(Members& root, PrecisionMap& map) {
  const Json* groups = root.find("groups");
  if (groups == nullptr) return;
  const Json::Array& list = at_place(root.place("groups"), [&]() -> const Json::Array& { return groups->as_array(); });
  for (std::size_t i = 0; i < list.size(); ++i) {
    Members m(list[i], root.place("groups") + "/" + std::to_string(i));
    TensorGroup& group = map.groups.emplace_back();
    m.text("name", group.name);
    m.texts("targets", group.targets);
    m.done();
  }
}

}  // namespace

PrecisionMap parse_precision_map(const io::Json& document, const std::string& where) {
  require_schema(document, kPrecisionMapSchema, where);
  PrecisionMap map;
  Members root(document, where + ": /");
  root.find("schema");
  read_measured(root, map);
  read_solution(root, map);
  root.at("default");
  part(root, "default", [&](Members& m) { m.format("dtype", map.otherwise); });
  read_groups(root, map);
  for (const auto& [name, value] : members_at(root.at("tensors"), root.place("tensors"))) {
    Members members(value, root.place("tensors") + "/" + name);
    map.tensors.push_back(read_tensor(name, members));
    members.done();
  }
  read_gemms(root, map);
  part(root, "runtime", [&](Members& m) { m.text("loss_scale", map.runtime.loss_scale, {"none", "dynamic"}); });
  root.done();
  return map;
}

PrecisionMap read_precision_map(const std::string& path) {
  return parse_precision_map(read_record(path), path == "-" ? "stdin" : path);
}

}  // namespace daybreak::records
