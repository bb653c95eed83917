#include "libcore/precision/calibration.h"

#include "libcore/base/error.h"
#include "libcore/dataset/hdf5_writer.h"
#include "tests/support/catch.hpp"
#include "tests/unit/precision/cases.h"

using namespace daybreak;
using namespace daybreak::precision;

TEST_CASE("calibration takes whole windows that do not overlap, and knows where a token is wrong") {
  for (const std::uint64_t windows : {1u, 7u, 100u})
    for (std::uint64_t sequences = 1; sequences <= windows; sequences += 3) {
      const auto drawn = draw_windows(windows, sequences, 9);
      REQUIRE(drawn.size() == sequences);
      for (std::size_t i = 0; i < drawn.size(); ++i) {
        REQUIRE(drawn[i] < windows);
        if (i > 0) REQUIRE(drawn[i] > drawn[i - 1]);
      }
    }
  CHECK(draw_windows(1000, 10, 1) != draw_windows(1000, 10, 2));

  const auto file = scratch_file("tokens.h5");
  std::vector<std::uint16_t> tokens;
  for (std::uint16_t i = 0; i < 101; ++i) tokens.push_back(i);
  {
    dataset::Hdf5Writer writer(file, file);
    writer.write_whole({"tokens", io::DType::u16, {tokens.size()}}, std::as_bytes(std::span(tokens)));
    writer.close();
  }
  const dataset::Reader data(file);
  const Calibration text = draw_calibration(data, 35, 10, 200, 5);
  CHECK(text.sequences == 4);
  CHECK(text.tokens() == 40);
  for (std::size_t i = 0; i < text.inputs.size(); ++i) CHECK(text.targets[i] == text.inputs[i] + 1);
  for (std::int64_t s = 0; s < 4; ++s) CHECK(text.input(s)[0] % 10 == 0);
  CHECK(draw_calibration(data, 35, 10, 200, 5).tokens_xxh3 == text.tokens_xxh3);
  CHECK(draw_calibration(data, 100000, 10, 200, 5).sequences == 10);  // all there is
  CHECK_THROWS_AS(draw_calibration(data, 10, 101, 200, 5), Error);
  try {
    draw_calibration(data, 100000, 10, 64, 5);
    FAIL("a token outside the vocabulary was taken");
  } catch (const Error& error) {
    CHECK_THAT(error.what(), Catch::Matchers::Contains("token 64 at position 64"));
  }
  std::filesystem::remove(file);
}
