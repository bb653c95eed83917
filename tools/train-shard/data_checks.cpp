#include "tools/train-shard/data_checks.h"

#include <optional>

#include "libcore/base/error.h"
#include "libcore/text/tokenizer.h"
#include "libcore/training/vocabulary_check.h"

namespace daybreak::train_shard {
namespace {

/// What tells a tokenizer from another.
struct Mark {
  std::string name, hash;
  std::optional<std::uint64_t> vocabulary;
};

std::string described(const Mark& mark) {
  return "hash " + mark.hash + (mark.vocabulary ? ", " + std::to_string(*mark.vocabulary) + " tokens" : "");
}

/// Other ids in the same places are silent nonsense; yet a file that was only written anew has another hash as well.
void compare(const training::TokenSource& source, const Mark& expected, frame::Session& session) {
  const Mark found{source.name(), *source.tokenizer(), source.vocabulary()};
  if (found.hash == expected.hash) return;
  const std::string message = "was made with another tokenizer (" + described(found) + ") than " + expected.name +
                              " (" + described(expected) + ")";
  if (found.vocabulary && expected.vocabulary && *found.vocabulary != *expected.vocabulary)
    throw data_error(source.name(), message,
                     "make the data with the tokenizer of this model: compress-dataset --tokenizer DIR");
  session.log().warning(source.name() + ": " + message + "; its ids may mean something else");
}

void compare_with_folder(const training::TokenSource& source, const std::filesystem::path& folder,
                         frame::Session& session) {
  const std::filesystem::path file = folder / "tokenizer.json";
  if (folder.empty() || !std::filesystem::exists(file)) return;
  if (source.tokenizer()) {
    const text::Tokenizer tokenizer = text::Tokenizer::load(session.input(file.string()));
    compare(source, {tokenizer.name(), tokenizer.hash(), tokenizer.vocabulary_size()}, session);
  } else if (!source.says_tokens() && source.type_vocabulary() == 256) {
    session.log().warning(source.name() + ": holds the bytes of a text, but the model reads tokens of " +
                          file.string() + " (make the data with compress-dataset --tokenizer " + folder.string() + ")");
  }
}

}  // namespace

void require_sequence(const training::TokenSource& source, training::TokenRange range, std::int64_t context,
                      const std::string& what) {
  if (range.count > static_cast<std::uint64_t>(context)) return;
  throw data_error(source.name(),
                   what + " hold " + std::to_string(range.count) + " tokens, fewer than a sequence of " +
                       std::to_string(context) + " and its target",
                   "give more data or a smaller --context");
}

void check_tokens(const training::TokenSource& source, training::TokenRange range, const model::Config& config,
                  const std::filesystem::path& tokenizer_folder, frame::Session& session) {
  const auto vocabulary = static_cast<std::uint64_t>(config.vocabulary);
  if (const auto told = source.vocabulary(); told && *told > vocabulary)
    throw data_error(source.name(),
                     "was made for a vocabulary of " + std::to_string(*told) +
                         " tokens, expected at most the model's " + std::to_string(vocabulary),
                     "make the data with the tokenizer of this model");
  compare_with_folder(source, tokenizer_folder, session);
  training::check_vocabulary(source, range, vocabulary, session.threads(), session.stop(), session.progress());
}

void check_same_tokenizer(const training::TokenSource& source, const training::TokenSource& reference,
                          frame::Session& session) {
  if (source.tokenizer() && reference.tokenizer())
    compare(source, {reference.name(), *reference.tokenizer(), reference.vocabulary()}, session);
}

}  // namespace daybreak::train_shard
