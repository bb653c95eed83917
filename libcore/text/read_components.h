#pragma once
// The parts of tokenizer.json around the model. Each reader refuses by name what it does not know.
#include "libcore/text/json_node.h"
#include "libcore/text/tokenizer_parts.h"

namespace daybreak::text {

/// null, Prepend, Replace of a string, and Sequence of these.
Normalizer read_normalizer(const JsonNode& root);
/// null, ByteLevel, Metaspace, and Sequence of Split (one of the known patterns) and ByteLevel.
PreTokenizer read_pre_tokenizer(const JsonNode& root);
/// null, ByteLevel, Metaspace, Replace of a string, ByteFallback, Fuse, Strip, and Sequence of these.
std::vector<DecoderStep> read_decoder(const JsonNode& root);
/// null, ByteLevel (only offsets), TemplateProcessing, and Sequence of these: fills prefix and suffix.
void read_post_processor(const JsonNode& root, TokenizerParts& parts);

}  // namespace daybreak::text
