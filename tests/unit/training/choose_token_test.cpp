// How the next token is chosen.
#include <array>
#include <cmath>

#include "libcore/training/sampler.h"
#include "tests/support/catch.hpp"

using namespace daybreak::training;

TEST_CASE("at temperature 0 the likeliest token wins, the first of equals") {
  CHECK(choose_token(std::array{0.5f, 3.0f, -1.0f, 3.0f}, {}, 0.99) == 1);
}

TEST_CASE("tokens are drawn as often as the softmax says") {
  const std::array<float, 3> logits{std::log(1.0f), std::log(2.0f), std::log(5.0f)};  // 1/8, 2/8, 5/8
  SampleOptions options;
  options.temperature = 1;
  std::array<int, 3> drawn{};
  for (int i = 0; i < 800; ++i) ++drawn[choose_token(logits, options, (i + 0.5) / 800)];
  CHECK(drawn == std::array{100, 200, 500});
  options.top_k = 2;
  drawn = {};
  for (int i = 0; i < 700; ++i) ++drawn[choose_token(logits, options, (i + 0.5) / 700)];
  CHECK(drawn == std::array{0, 200, 500});
  options.temperature = 0.5;  // odds squared: 4 to 25
  drawn = {};
  for (int i = 0; i < 290; ++i) ++drawn[choose_token(logits, options, (i + 0.5) / 290)];
  CHECK(drawn == std::array{0, 40, 250});
}

TEST_CASE("a draw of almost one stays within the vocabulary") {
  SampleOptions options;
  options.temperature = 1;
  CHECK(choose_token(std::array{1.0f, 1.0f, 1.0f}, options, std::nextafter(1.0, 0.0)) == 2);
  options.top_k = 9;
  CHECK(choose_token(std::array{1.0f, 1.0f}, options, 0) == 0);
}
