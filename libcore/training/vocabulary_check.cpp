#include "libcore/training/vocabulary_check.h"

#include <algorithm>
#include <span>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/dataset/ordered_work.h"

namespace daybreak::training {
namespace {

/// What a thread takes: several chunks of a dataset, so that few of them are decoded for two threads.
constexpr std::uint64_t kPiece = std::uint64_t{1} << 22;
/// What it reads at once: little enough to stay in its cache.
constexpr std::uint64_t kBlock = std::uint64_t{1} << 15;

/// Throws for the first of these tokens that is outside; `first` is its place in the stream.
void check_block(const TokenSource& source, std::uint64_t first, std::span<const std::uint32_t> tokens,
                 std::uint64_t vocabulary) {
  // The largest first, in a loop without a branch: nearly always the whole answer.
  std::uint32_t largest = 0;
  for (const std::uint32_t token : tokens) largest = std::max(largest, token);
  if (largest < vocabulary) return;
  const auto outside =
      std::find_if(tokens.begin(), tokens.end(), [&](std::uint32_t token) { return token >= vocabulary; });
  const std::uint64_t position = first + static_cast<std::uint64_t>(outside - tokens.begin());
  throw data_error(source.name(),
                   "token " + std::to_string(*outside) + " at position " + std::to_string(position) +
                       " is outside the model's vocabulary of " + std::to_string(vocabulary),
                   "make the data with the tokenizer of this model");
}

void check_piece(const TokenSource& source, TokenRange piece, std::uint64_t vocabulary) {
  std::vector<std::uint32_t> buffer(kBlock);
  for (std::uint64_t done = 0; done < piece.count; done += kBlock) {
    const auto tokens = std::span(buffer).first(std::min(kBlock, piece.count - done));
    source.read(piece.first + done, tokens);
    check_block(source, piece.first + done, tokens, vocabulary);
  }
}

}  // namespace

void check_vocabulary(const TokenSource& source, TokenRange range, std::uint64_t vocabulary, std::int64_t threads,
                      const StopToken& stop, ProgressSink& progress) {
  if (source.type_vocabulary() <= vocabulary) return;
  progress.begin("check tokens", range.count, "tokens");
  const auto piece_of = [&](std::uint64_t index) {
    return TokenRange{range.first + index * kPiece, std::min(kPiece, range.count - index * kPiece)};
  };
  const auto check = [&](std::uint64_t index) {
    stop.check();
    const TokenRange piece = piece_of(index);
    check_piece(source, piece, vocabulary);
    return piece.count;
  };
  dataset::in_order<std::uint64_t>((range.count + kPiece - 1) / kPiece, threads, check,
                                   [&](std::uint64_t, std::uint64_t count) { progress.advance(count); });
}

}  // namespace daybreak::training
