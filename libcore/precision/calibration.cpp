#include "libcore/precision/calibration.h"

#include <algorithm>

#include "kernels/common/philox.h"
#include "libcore/base/error.h"
#include "libcore/precision/fingerprint.h"
#include "libcore/precision/random_streams.h"

namespace daybreak::precision {
namespace {

void check_tokens(std::span<const std::uint32_t> tokens, std::uint64_t first, std::int64_t vocabulary, const dataset::Reader& data) {
  for (std::size_t i = 0; i < tokens.size(); ++i)
    if (tokens[i] >= static_cast<std::uint64_t>(vocabulary))
      throw data_error(data.name(), "token " + std::to_string(tokens[i]) + " at position " + std::to_string(first + i) +
                                        " is outside the model's vocabulary of " + std::to_string(vocabulary),
                       "make the data with the tokenizer of this model");
}

}  // namespace

std::vector<std::uint64_t> draw_windows(std::uint64_t windows, std::uint64_t sequences, std::uint64_t seed) {
  std::vector<std::uint64_t> drawn;
  for (std::uint64_t i = 0; i < sequences; ++i) {
    const std::uint64_t begin = i * windows / sequences, end = (i + 1) * windows / sequences;
    const auto words = kernels::philox_block(seed, kWindowStream, i);
    const double place = kernels::unit_interval(words[0], words[1]);
    drawn.push_back(begin + std::min(static_cast<std::uint64_t>(place * static_cast<double>(end - begin)), end - begin - 1));
  }
  return drawn;
}

Calibration draw_calibration(const dataset::Reader& data, std::int64_t tokens, std::int64_t context, std::int64_t vocabulary,
                             std::uint64_t seed) {
  if (tokens < 1 || context < 1) throw usage_error("expected at least 1 token and a context of at least 1");
  const std::size_t array = dataset::token_array_index(data);
  const std::uint64_t length = dataset::token_array(data).shape.empty() ? 0 : dataset::token_array(data).shape[0];
  const auto width = static_cast<std::uint64_t>(context);
  const std::uint64_t windows = length < 1 ? 0 : (length - 1) / width;
  if (windows == 0)
    throw data_error(data.name(), "the token stream has " + std::to_string(length) + " tokens, expected at least " + std::to_string(width + 1) +
                                      " for one sequence",
                     "give more data or a smaller --context");
  Calibration result;
  result.context = context;
  const std::uint64_t wanted = (static_cast<std::uint64_t>(tokens) + width - 1) / width;
  result.sequences = static_cast<std::int64_t>(std::min(wanted, windows));
  std::vector<std::uint32_t> sequence(static_cast<std::size_t>(context + 1));
  for (const std::uint64_t window : draw_windows(windows, static_cast<std::uint64_t>(result.sequences), seed)) {
    dataset::read_tokens(data, array, window * width, sequence);
    check_tokens(sequence, window * width, vocabulary, data);
    result.inputs.insert(result.inputs.end(), sequence.begin(), sequence.end() - 1);
    result.targets.insert(result.targets.end(), sequence.begin() + 1, sequence.end());
  }
  Fingerprint print;
  print.add(std::as_bytes(std::span(result.inputs)));
  print.add(std::as_bytes(std::span(result.targets)));
  result.tokens_xxh3 = print.text();
  return result;
}

}  // namespace daybreak::precision
