// Every file of the folder of traps does what its row in the data's README says, in little memory.
#include <sys/resource.h>

#include <filesystem>
#include <map>

#include "libcore/base/error.h"
#include "libcore/io/array_file.h"
#include "libcore/io/tokens.h"
#include "tests/unit/io/support.h"

namespace fs = std::filesystem;
using namespace daybreak;
using namespace daybreak::io;

namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{64} << 20;

/// What a reader does with each file: "" where it accepts, else a part of the message with which it refuses.
const std::map<std::string, std::string> kTraps{
    {"npy/bad_magic.npy", "does not begin with"},
    {"npy/truncated_data.npy", "needs 4000 bytes of data, found 2000"},
    {"npy/header_longer_than_file.npy", "header claims"},
    {"npy/huge_shape.npy", "more elements than 64 bits can count"},
    {"npy/negative_dim.npy", "negative dimension"},
    {"npy/object_pickle.npy", "never loaded"},
    {"npy/structured_dtype.npy", ""},
    {"npy/big_endian.npy", ""},
    {"npy/fortran_order.npy", ""},
    {"npy/zero_size.npy", ""},
    {"npy/scalar.npy", ""},
    {"npy/nan_inf_denormal.npy", ""},
    {"safetensors/header_len_u64max.safetensors", "claims 18446744073709551615 bytes"},
    {"safetensors/header_past_end.safetensors", "claims 1000000 bytes"},
    {"safetensors/not_json.safetensors", "not valid JSON"},
    {"safetensors/header_is_array.safetensors", "does not begin with '{'"},
    {"safetensors/offset_past_end.safetensors", "tensor \"b\": its data end at 32"},
    {"safetensors/reversed_offsets.safetensors", "before they begin at 16"},
    {"safetensors/overlap.safetensors", "overlaps"},
    {"safetensors/hole.safetensors", "leaves a gap"},
    {"safetensors/size_mismatch.safetensors", "needs 20 bytes, but the data_offsets span 16"},
    {"safetensors/duplicate_key.safetensors", "appears twice"},
    {"safetensors/unknown_dtype.safetensors", "\"F99\" is not supported"},
    {"safetensors/f8_and_bool.safetensors", ""},
    {"safetensors/empty_header.safetensors", ""},
    {"safetensors/zero_elements.safetensors", ""},
    {"safetensors/metadata_only.safetensors", ""},
    {"netcdf/bad_cdf5_begin.nc", "not within the data"},
    {"netcdf/truncated_etopo120.cdf", "is the file cut short?"},
    {"csv/ragged.csv", "ragged.csv:3: expected 3 fields"},
    {"csv/bom_crlf_quotes.csv", ""},
    {"csv/nan_inf_text.csv", ""},
    {"tokens/odd_length_u16.bin", "no whole number of tokens"},
    {"tokens/out_of_vocab_gpt2.bin", ""},
};

ReadOptions options_for(const std::string& name) {
  ReadOptions options;
  if (name.starts_with("tokens/")) options.format = "tokens";
  return options;
}

/// Opens and reads everything; the message of the refusal, or "".
std::string outcome(const std::string& path, const ReadOptions& options) {
  try {
    for (const ArrayFile& file : open_arrays(path, options))
      for (const auto& array : file.arrays) test::bytes_of(*array);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

TEST_CASE("every trap is accepted or refused as it should be, in under 64 MB") {
  const auto folder = test::data_folder("traps");
  if (!folder) return;
  const long before = peak_kib();
  for (const auto& [name, refusal] : kTraps) {
    INFO(name);
    const std::string message = outcome((*folder / name).string(), options_for(name));
    INFO(message);
    if (refusal.empty()) CHECK(message.empty());
    else CHECK_THAT(message, Catch::Contains(refusal) && Catch::Contains(fs::path(name).filename().string()));
    CHECK(static_cast<std::uint64_t>(peak_kib() - before) * 1024 < kMostBytes);
  }
}

TEST_CASE("no trap is left out") {
  const auto folder = test::data_folder("traps");
  if (!folder) return;
  for (const char* kind : {"npy", "safetensors", "netcdf", "csv", "tokens"})
    for (const auto& entry : fs::directory_iterator(*folder / kind)) {
      const std::string name = std::string(kind) + "/" + entry.path().filename().string();
      INFO(name);
      CHECK(kTraps.contains(name));
    }
}

TEST_CASE("the valid ones give their values") {
  const auto folder = test::data_folder("traps");
  if (!folder) return;
  const auto floats = [&](const char* name) { return test::values<float>(*open_arrays((*folder / name).string(), {})[0].arrays[0]); };
  CHECK(floats("npy/big_endian.npy") == std::vector<float>{0, 1, 2, 3});
  CHECK(floats("npy/fortran_order.npy") == std::vector<float>{0, 1, 2, 3, 4, 5});
  CHECK(floats("npy/scalar.npy") == std::vector<float>{5});
  CHECK(floats("npy/zero_size.npy").empty());
  const std::string special = test::file_bytes(*folder / "npy/nan_inf_denormal.npy");
  const auto bits = open_arrays((*folder / "npy/nan_inf_denormal.npy").string(), {});
  CHECK(test::bytes_of(*bits[0].arrays[0]) == special.substr(special.size() - 32));
  const auto ids = open_arrays((*folder / "tokens/out_of_vocab_gpt2.bin").string(), options_for("tokens/"));
  CHECK_THROWS_WITH(check_vocabulary(*ids[0].arrays[0], 50257, "ids.bin"), Catch::Contains("ids.bin: token 1 is 50257"));
  CHECK_NOTHROW(check_vocabulary(*ids[0].arrays[0], 65536, "ids.bin"));
}

TEST_CASE("words for numbers in CSV columns are read as documented") {
  const auto folder = test::data_folder("traps");
  if (!folder) return;
  const std::string path = (*folder / "csv/nan_inf_text.csv").string();
  ReadOptions options;
  options.columns = {"a"};
  const auto file = open_arrays(path, options);
  REQUIRE(file[0].arrays.size() == 3);
  const auto a = test::values<double>(*file[0].arrays[2]);
  REQUIRE(a.size() == 3);
  CHECK(std::isnan(a[0]));
  CHECK(a[1] == -std::numeric_limits<double>::infinity());
  CHECK(std::isnan(a[2]));
  options.columns = {"b"};
  CHECK_THROWS_WITH(open_arrays(path, options), Catch::Contains("nan_inf_text.csv:3: column \"b\"") && Catch::Contains("1e999"));
  options.columns = {"all"};
  CHECK(open_arrays(path, options)[0].arrays.size() == 3);  // b holds text and is left out
}
