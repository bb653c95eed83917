// Samples out of a dataset: what is a feature, what is the target, who is held out, how numbers are scaled and images
// moved.
#include "libcore/training/table_source.h"

#include <cmath>
#include <set>

#include "libcore/base/error.h"
#include "libcore/training/row_loader.h"
#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;
using namespace daybreak::training;

namespace {

constexpr std::uint64_t kRows = 200;

template <class Number>
std::vector<std::byte> bytes_of_numbers(const std::vector<Number>& numbers) {
  const auto bytes = std::as_bytes(std::span(numbers));
  return {bytes.begin(), bytes.end()};
}

/// "table/data" [200, 3] of (i, constant, class), with one NaN; "image/data" [200, 4, 5] of bytes; "other/data" of 7
/// rows.
class Samples {
 public:
  Samples() {
    std::vector<float> table;
    std::vector<std::uint8_t> image;
    for (std::uint64_t i = 0; i < kRows; ++i) {
      table.insert(table.end(), {i == 50 ? NAN : static_cast<float>(i), 7, static_cast<float>(i % 3) - 1});
      for (std::uint64_t pixel = 0; pixel < 20; ++pixel) image.push_back(static_cast<std::uint8_t>(i + pixel));
    }
    auto inputs =
        test::inputs_of(test::input_of({"data", io::DType::f32, {kRows, 3}}, bytes_of_numbers(table), "table.bin"),
                        test::input_of({"data", io::DType::u8, {kRows, 4, 5}}, bytes_of_numbers(image), "image.bin"),
                        test::input_of({"data", io::DType::u8, {7}}, std::vector<std::byte>(7), "other.bin"));
    inputs[0].group = "table/";
    inputs[1].group = "image/";
    inputs[2].group = "other/";
    dataset::CompressOptions options;
    options.chunk_bytes = 1024;
    dataset::compress(inputs, options, path(), "samples.h5", scratch_.around());
  }
  std::string path() const { return scratch_.path("samples.h5").string(); }

 private:
  test::ScratchDataset scratch_;
};

}  // namespace

TEST_CASE("everything with a row for each sample is a feature, but not the target") {
  const Samples samples;
  const TableSource source(samples.path(), "table/data:2");
  CHECK(source.rows() == kRows);
  CHECK(source.inputs() == 22);
  std::vector<float> numbers(22);
  source.read(9, numbers);
  const bool table_first = source.features()[0].count == 2;
  const std::size_t table = table_first ? 0 : 20, image = table_first ? 2 : 0;
  CHECK(numbers[table] == 9);
  CHECK(numbers[table + 1] == 7);
  CHECK(numbers[image + 19] == 28);
  CHECK(source.target(9) == -1);
  CHECK(source.target(10) == 0);
  CHECK(source.fingerprint() == TableSource(samples.path(), "table/data:2").fingerprint());
  CHECK_THROWS_WITH(TableSource(samples.path(), std::nullopt), Catch::Matchers::Contains("--target"));
  CHECK_THROWS_WITH(TableSource(samples.path(), "nothing"), Catch::Matchers::Contains("there is no array"));
  CHECK_THROWS_WITH(TableSource(samples.path(), "data"), Catch::Matchers::Contains("several arrays"));
  CHECK_THROWS_WITH(TableSource(samples.path(), "table/data:3"), Catch::Matchers::Contains("3 columns"));
  CHECK_THROWS_WITH(TableSource(samples.path(), "table/data"), Catch::Matchers::Contains("one number for each sample"));
  CHECK_THROWS_WITH(TableSource(samples.path(), "other/data"), Catch::Matchers::Contains("nothing is there to learn"));
}

TEST_CASE("a split takes every row once, and another seed takes others") {
  const RowSplit split(1000, 0.2, 5), other(1000, 0.2, 6);
  CHECK(split.training() == 800);
  std::set<std::uint64_t> rows, held_out, held_out_by_other;
  for (std::uint64_t i = 0; i < 800; ++i) rows.insert(split.training_row(i));
  for (std::uint64_t i = 0; i < 200; ++i) {
    held_out.insert(split.held_out_row(i));
    held_out_by_other.insert(other.held_out_row(i));
  }
  CHECK(rows.size() == 800);
  CHECK(held_out.size() == 200);
  CHECK(held_out != held_out_by_other);
  rows.merge(held_out);
  CHECK(rows.size() == 1000);
  CHECK_THROWS_AS(RowSplit(10, 0.999, 1), Error);
  CHECK_THROWS_AS(RowSplit(0, 0.5, 1), Error);
}

TEST_CASE("classes are the distinct labels; columns get mean 0 and deviation 1, images as a whole") {
  const Samples samples;
  const TableSource source(samples.path(), "table/data:2");
  const model::MlpConfig config = mlp_for({}, source);
  CHECK(config.task == model::MlpTask::classes);
  CHECK(config.class_values == std::vector<double>{-1, 0, 1});
  CHECK(config.hidden == std::vector<std::int64_t>{512, 512});
  const RowSplit split(source.rows(), 0, 1);
  const model::MlpScaling scaling = scaling_of(source, split, config);
  const RowReader reader(source, config, scaling);
  RowBatch batch = reader.empty_batch(static_cast<std::int64_t>(kRows));
  for (std::uint64_t row = 0; row < kRows; ++row) reader.read(row, batch, static_cast<std::int64_t>(row));
  const std::size_t table = source.features()[0].count == 2 ? 0 : 20, image = table == 0 ? 2 : 0;
  double sum = 0, squares = 0, pixels = 0, pixel_squares = 0;
  for (std::uint64_t row = 0; row < kRows; ++row) {
    const float* numbers = batch.inputs.data() + row * 22;
    sum += numbers[table];
    squares += numbers[table] * numbers[table];
    CHECK(numbers[table + 1] == 0);  // a constant
    for (std::size_t pixel = 0; pixel < 20; ++pixel) {
      pixels += numbers[image + pixel];
      pixel_squares += numbers[image + pixel] * numbers[image + pixel];
    }
    CHECK(batch.classes[row] == row % 3);
  }
  CHECK_THAT(sum / kRows, Catch::Matchers::WithinAbs(0, 1e-5));
  CHECK_THAT(squares / (kRows - 1), Catch::Matchers::WithinAbs(1, 1e-5));  // the one that is not finite is 0
  CHECK(batch.inputs[50 * 22 + table] == 0);
  CHECK_THAT(pixels / (kRows * 20), Catch::Matchers::WithinAbs(0, 1e-5));
  CHECK_THAT(pixel_squares / (kRows * 20), Catch::Matchers::WithinAbs(1, 1e-5));
}

TEST_CASE("labels that are no whole numbers are values; a label that the model has not is an error") {
  const Samples samples;
  const TableSource first(samples.path(), "table/data:2");
  model::MlpSpec spec;
  spec.task = model::MlpTask::values;
  const model::MlpConfig values = mlp_for(spec, first);
  CHECK(values.outputs == 1);
  const TableSource gaps(samples.path(), "table/data:0");
  CHECK_THROWS_WITH(mlp_for({}, gaps), Catch::Matchers::Contains("row 50 is not finite"));
  model::MlpConfig few = mlp_for({}, first);
  few.class_values = {-1, 0};
  few.outputs = 2;
  const model::MlpScaling scaling = scaling_of(first, RowSplit(first.rows(), 0, 1), few);
  const RowReader reader(first, few, scaling);
  RowBatch batch = reader.empty_batch(1);
  CHECK_THROWS_WITH(reader.read(2, batch, 0), Catch::Matchers::Contains("no class for"));
}

TEST_CASE("each epoch has every training sample once, and a loader that begins later goes on the same way") {
  const Samples samples;
  const TableSource source(samples.path(), "table/data:2");
  const model::MlpConfig config = mlp_for({}, source);
  const RowSplit split(source.rows(), 0.2, 3);
  const model::MlpScaling scaling = scaling_of(source, split, config);
  const RowReader reader(source, config, scaling);
  const std::size_t image = source.features()[0].count == 2 ? 2 : 0;
  RowLoader whole(source, reader, split, 16, 1, 3, 1, 20, {}), rest(source, reader, split, 16, 1, 3, 11, 20, {});
  for (int epoch = 0; epoch < 2; ++epoch) {
    std::multiset<float> seen;
    for (int step = 0; step < 10; ++step) {
      const RowBatch& batch = whole.next();
      for (std::size_t row = 0; row < 16; ++row) seen.insert(batch.inputs[row * 22 + (image == 0 ? 20 : 0)]);
      if (epoch == 1) {
        const RowBatch& same = rest.next();
        CHECK(same.inputs == batch.inputs);
        CHECK(same.classes == batch.classes);
      }
    }
    CHECK(std::set<float>(seen.begin(), seen.end()).size() >= 159);
  }
}

TEST_CASE("an image moves, and its edge is repeated") {
  std::vector<float> image{1, 2, 3, 4, 5, 6};
  move_image(image, 2, 3, 1, 0);
  CHECK(image == std::vector<float>{1, 2, 3, 1, 2, 3});
  image = {1, 2, 3, 4, 5, 6};
  move_image(image, 2, 3, 0, -1);
  CHECK(image == std::vector<float>{2, 3, 3, 5, 6, 6});
  std::vector<float> colors{1, 2, 3, 4};  // two pixels of two channels
  move_image(colors, 1, 2, 0, 1);
  CHECK(colors == std::vector<float>{1, 2, 1, 2});
}
