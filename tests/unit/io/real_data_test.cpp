// Real files: restored byte for byte, and the same values whichever format holds them.
#include <filesystem>

#include "libcore/io/input_file.h"
#include "libcore/io/safetensors.h"
#include "libcore/io/tokens.h"
#include "tests/unit/io/support.h"

namespace fs = std::filesystem;
using namespace daybreak::io;

namespace {

/// The unpacked bytes of a file.
std::string unpacked(const std::string& path) {
  const InputFile file(path);
  return file.text_at(0, file.size());
}

const ArraySource& named(const ArrayFile& file, const std::string& name) {
  for (const auto& array : file.arrays)
    if (array->info().name == name) return *array;
  FAIL("no array " << name);
  return *file.arrays[0];
}

}  // namespace

TEST_CASE("real files come back byte for byte") {
  const auto root = test::data_folder(".");
  if (!root) return;
  struct Row {
    const char *path, *format, *as;
  };
  for (const Row& row : {Row{"images/mnist_t10k_images.idx3.zst", "idx", "auto"}, Row{"images/mnist_t10k_labels.idx1.zst", "idx", "auto"},
                         Row{"tokens/tinyshakespeare_gpt2_llmc.bin.zst", "llmc", "auto"},
                         Row{"tokens/tinyshakespeare_gpt2_val.bin.zst", "tokens", "tokens"},
                         Row{"arrays/audio_sensor/ecg_mitbih_208.npy.zst", "npy", "auto"},
                         Row{"arrays/tabular/california_housing.csv.zst", "csv", "auto"},
                         Row{"traces/mooncake-conversation.jsonl.zst", "jsonl", "auto"}, Row{"text/zh_tang_poetry.txt.zst", "text", "auto"},
                         Row{"weights/silero_vad_16k.safetensors.zst", "safetensors", "auto"},
                         Row{"hf/stories260K/model.safetensors", "safetensors", "auto"}}) {
    INFO(row.path);
    ReadOptions options;
    options.format = row.as;
    const std::string path = (*root / row.path).string();
    const auto files = open_arrays(path, options);
    REQUIRE(files.size() == 1);
    CHECK(files[0].format == row.format);
    CHECK((test::restored(files[0]) == unpacked(path)));
  }
}

TEST_CASE("llm.c's and nanoGPT's files hold the same tokens") {
  const auto root = test::data_folder("tokens");
  if (!root) return;
  ReadOptions options;
  options.format = "tokens";
  const auto tokens = [&](const char* name) { return open_arrays((*root / name).string(), options); };
  const auto whole = tokens("tinyshakespeare_gpt2_llmc.bin.zst"), first = tokens("tinyshakespeare_gpt2_train.bin.zst");
  CHECK(whole[0].arrays[0]->info().shape == Shape{338025});
  CHECK(first[0].arrays[0]->info().shape == Shape{301966});
  // The text is cut in characters, so the tokens agree up to about the cut.
  CHECK((test::bytes_of(*whole[0].arrays[0]).substr(0, 600000) == test::bytes_of(*first[0].arrays[0]).substr(0, 600000)));
  CHECK_NOTHROW(check_vocabulary(*whole[0].arrays[0], 50257, "tokens"));
}

TEST_CASE("a climatology in NetCDF has the values of its .npy copies") {
  const auto root = test::data_folder("arrays/climate");
  if (!root) return;
  const auto cdf = open_arrays((*root / "coads_climatology.cdf.zst").string(), {});
  CHECK(cdf[0].format == "netcdf");
  for (const auto& [variable, copy] :
       {std::pair{"SST", "coads_sst.npy.zst"}, {"SLP", "coads_slp.npy.zst"}, {"UWND", "coads_uwnd.npy.zst"}}) {
    INFO(variable);
    const auto npy = open_arrays((*root / copy).string(), {});
    CHECK(named(cdf[0], variable).info().shape == npy[0].arrays[0]->info().shape);
    CHECK((test::bytes_of(named(cdf[0], variable)) == test::bytes_of(*npy[0].arrays[0])));
  }
}

TEST_CASE("the numeric columns of a real CSV are those of its .npy copy") {
  const auto root = test::data_folder("arrays/tabular");
  if (!root) return;
  ReadOptions options;
  options.columns = {"all"};
  const auto csv = open_arrays((*root / "california_housing.csv.zst").string(), options);
  const auto npy = open_arrays((*root / "california_housing.npy.zst").string(), {});
  const auto expected = test::values<float>(*npy[0].arrays[0]);
  REQUIRE(csv[0].arrays.size() == 2 + 9);
  std::size_t different = 0, missing = 0;
  for (std::size_t column = 0; column < 9; ++column) {
    const ArraySource& array = *csv[0].arrays[2 + column];
    REQUIRE(array.info().type == DType::f64);
    const auto found = test::values<double>(array);
    REQUIRE(found.size() == 20640);
    for (std::size_t row = 0; row < found.size(); ++row) {
      const float value = expected[row * 9 + column];
      missing += std::isnan(found[row]);
      different += !(static_cast<float>(found[row]) == value || (std::isnan(found[row]) && std::isnan(value)));
    }
  }
  CHECK(different == 0);
  CHECK(missing == 207);
}

TEST_CASE("a sharded model has the tensors of the whole one") {
  const auto root = test::data_folder("hf");
  if (!root) return;
  const Safetensors whole = Safetensors::open((*root / "stories260K").string());
  const Safetensors shards = Safetensors::open((*root / "stories260K_bf16_sharded").string());
  CHECK(shards.shards().size() == 2);
  std::size_t compared = 0;
  for (const auto& tensor : whole.tensors())
    if (const auto* half = shards.find(tensor.info.name)) {
      CHECK(half->info.shape == tensor.info.shape);
      CHECK(half->info.type == DType::bf16);
      ++compared;
    }
  CHECK(compared == shards.tensors().size());
}
