#pragma once
// Does a dataset fit the model that is to read it?
#include <cstdint>
#include <filesystem>
#include <string>

#include "libcore/model/config.h"
#include "libcore/training/token_source.h"
#include "tools/frame/tool.h"

namespace daybreak::train_shard {

/// Throws Error (data, with both lengths) where the range is shorter than a sequence of `context` tokens and its
/// target. what: "the validation data".
void require_sequence(const training::TokenSource& source, training::TokenRange range, std::int64_t context,
                      const std::string& what);

/// Throws Error (data) where the data was made for a larger vocabulary than the model's or with a tokenizer of another
/// size than the one in `tokenizer_folder` ("": the model has none), or holds a token outside the model's vocabulary.
/// Warns of another tokenizer of the same size, and of bytes for a model that reads tokens. Reads the whole range.
void check_tokens(const training::TokenSource& source, training::TokenRange range, const model::Config& config,
                  const std::filesystem::path& tokenizer_folder, frame::Session& session);

/// The same between the tokenizers of two datasets, where both record one.
void check_same_tokenizer(const training::TokenSource& source, const training::TokenSource& reference,
                          frame::Session& session);

}  // namespace daybreak::train_shard
