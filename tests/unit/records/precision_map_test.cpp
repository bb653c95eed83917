#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/io/atomic_file.h"
#include "libcore/records/precision_map.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::records;

namespace {

/// A map in which every field differs from its default.
PrecisionMap full_map() {
  using enum NumberFormat;
  PrecisionMap map;
  map.model = {{"gpt2"}, "0123456789abcdef", 124439808, {{"lm_head.weight", "transformer.wte.weight"}}};
  map.calibration = {"fedcba9876543210", 16, 4096, 4, 18446744073709551615u};
  map.device = {"cpu:0", "13.0", "measured"};
  map.policy = "directional";
  map.objective = "time";
  map.budget = {1e-3, 0.1, "loss"};
  map.solver = {"feasible", 12.5, 12.25, 0.02};
  map.summary = {{{f32, 0.25}, {bf16, 0.75}}, 20, 4096, 0.0009765625, 1e-5, 0.001, 12.5};
  map.otherwise = bf16;
  map.groups = {{"model.layers.0.self_attn.qkv", {"a", "b"}}};
  TensorEntry tensor;
  tensor.name = "a";
  tensor.dtype = f8_e4m3;
  tensor.shape = {3, 4};
  tensor.role = "projection";
  tensor.quant = QuantScheme{8, "float", "block", {128, 128}, false, true, f16};
  tensor.sensitivity = {{f16, {1e-9, 2e-10}}, {bf16, {1e-7, 3e-8}}};
  tensor.stats = TensorStatistics{66246, 1e-9, 3, {{f16, 1.5}}, {{f16, 0.5}}, {{f16, 100}}, {{f32, std::nullopt}, {f16, 70.5}}};
  tensor.reason = "budget";
  map.tensors = {tensor, {}};
  map.tensors[1].name = "b";
  map.gemms = {{"z", {{f16, f16, f32, f16}, {bf16, bf16, f32, f32}, {f32, f32, f32, f32}}}, {"a", {}}};
  map.runtime.loss_scale = "dynamic";
  return map;
}

io::Json document_of(const PrecisionMap& map) {
  return io::Json::parse(precision_map_json(map).dump(2), "map.json");
}

/// The message of the error with which the document is refused.
std::string refusal(const io::Json& document) {
  try {
    parse_precision_map(document, "map.json");
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::data);
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a map comes back as it was, and its text is the same every time") {
  const PrecisionMap map = full_map();
  CHECK(parse_precision_map(document_of(map), "map.json") == map);
  CHECK(precision_map_json(parse_precision_map(document_of(map), "map.json")).dump() == precision_map_json(map).dump());
  CHECK(parse_precision_map(document_of({}), "map.json") == PrecisionMap{});

  const std::filesystem::path file = std::filesystem::temp_directory_path() / "precision_map_test.json";
  io::write_file(file, precision_map_json(map).dump(2));
  CHECK(read_precision_map(file) == map);
  std::filesystem::remove(file);
}

TEST_CASE("the spelling of a map is the documented one") {
  const io::Json document = document_of(full_map());
  std::string keys;
  for (const auto& [key, value] : document.as_object()) keys += key + " ";
  CHECK(keys == "schema model calibration device policy objective budget solver summary default groups tensors gemms runtime ");
  CHECK(document.pointer("/schema")->as_string() == "daybreak.precision-map/1");
  CHECK(document.pointer("/default/dtype")->as_string() == "BF16");
  CHECK(document.pointer("/tensors/a/dtype")->as_string() == "F8_E4M3");
  CHECK(document.pointer("/tensors/a/sensitivity/F16/1")->as_double() == 2e-10);
  CHECK(document.pointer("/tensors/a/quant/block_structure/1")->as_int() == 128);
  CHECK(document.pointer("/gemms/z/dgrad/a")->as_string() == "BF16");
  CHECK(document.pointer("/tensors/a/stats/sqnr_db/F32")->is_null());
}

TEST_CASE("what is not understood is refused with its place") {
  const auto with = [](std::initializer_list<std::string_view> path, io::Json value) {
    io::Json document = document_of(full_map());
    io::Json* here = &document;
    for (const std::string_view key : path) here = &(*here)[key];
    *here = std::move(value);
    return refusal(document);
  };
  using Catch::Matchers::Contains;
  CHECK_THAT(with({"schema"}, "daybreak.precision-map/2"), Contains("daybreak.precision-map/1"));
  CHECK_THAT(with({"version"}, 1), Contains("unknown key \"version\""));
  CHECK_THAT(with({"model", "color"}, 1), Contains("map.json: /model") && Contains("unknown key \"color\""));
  CHECK_THAT(with({"tensors", "a", "dtype"}, "bf16"), Contains("/tensors/a/dtype") && Contains("F8_E4M3"));
  CHECK_THAT(with({"tensors", "a", "scale"}, 1), Contains("/tensors/a") && Contains("unknown key"));
  CHECK_THAT(with({"tensors", "a", "shape"}, io::Json::Array{io::Json(-1)}), Contains("/tensors/a/shape"));
  CHECK_THAT(with({"tensors", "a", "sensitivity", "F4"}, 1), Contains("F4"));
  CHECK_THAT(with({"tensors", "a", "sensitivity", "F16"}, 1), Contains("/tensors/a/sensitivity/F16"));
  CHECK_THAT(with({"tensors", "a", "stats", "flush_pct", "F16"}, 101), Contains("0 to 100"));
  CHECK_THAT(with({"tensors", "a", "quant", "num_bits"}, 0), Contains("num_bits"));
  CHECK_THAT(with({"gemms", "z", "fprop"}, io::Json::object()), Contains("/gemms/z/fprop") && Contains("missing"));
  CHECK_THAT(with({"gemms", "z", "fourth"}, io::Json::object()), Contains("unknown key \"fourth\""));
  CHECK_THAT(with({"gemms"}, io::Json::array()), Contains("expected an object"));
  CHECK_THAT(with({"objective"}, "beauty"), Contains("time, bytes"));
  CHECK_THAT(with({"budget", "kl"}, "much"), Contains("/budget/kl"));
  CHECK_THAT(with({"runtime", "loss_scale"}, "per-group"), Contains("none, dynamic"));
  io::Json bare;
  bare["schema"] = kPrecisionMapSchema;
  CHECK_THAT(refusal(bare), Contains("\"default\" is missing"));
}

TEST_CASE("a format has one name and one size") {
  for (const NumberFormat format : kNumberFormats) CHECK(find_number_format(number_format_name(format)) == format);
  CHECK_FALSE(find_number_format("f16"));
  CHECK(number_format_bytes(NumberFormat::f32) == 4);
  CHECK(number_format_bytes(NumberFormat::f16) == 2);
  CHECK(number_format_bytes(NumberFormat::bf16) == 2);
  CHECK(number_format_bytes(NumberFormat::f8_e4m3) == 1);
}
