#pragma once
// Text into token ids, for those who train on them.
#include <optional>
#include <string>
#include <vector>

#include "libcore/dataset/archive.h"
#include "libcore/dataset/compress.h"
#include "libcore/text/tokenizer.h"
#include "tools/frame/tool.h"

namespace daybreak::compress_dataset {

/// Replaces the text of every text input by an array "tokens" (U16 up to a vocabulary of 65536, else U32) with its
/// role, vocabulary and tokenizer. The text comes back by decoding where that gives the same bytes, which is tried
/// here; else the input is refused unless its original is kept. With a shard, the text of its tokens is noted too
/// (CompressInput::decoded_part). Errors: Error (usage for inputs that are no text, data).
void tokenize(std::vector<dataset::CompressInput>& inputs, const std::string& tokenizer, bool keeps_original,
              const std::optional<dataset::Shard>& shard, frame::Session& session);

/// The tokenizer that an input's tokens were made with, from where the user says it is. Errors: Error (usage where
/// that is missing, data where it is another one).
text::Tokenizer decoder_of(const dataset::KeptInput& input, const std::optional<std::string>& tokenizer,
                           frame::Session& session);

/// Writes the text of an input whose tokens decode to it into the folder. Errors: Error (data where the file is
/// damaged, io).
void restore_text(const dataset::Archive& archive, const dataset::KeptInput& input, const std::string& folder,
                  const text::Tokenizer& tokenizer);

}  // namespace daybreak::compress_dataset
