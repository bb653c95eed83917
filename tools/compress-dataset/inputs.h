#pragma once
// The operands of compress-dataset, opened and named.
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/options.h"
#include "libcore/dataset/compress.h"
#include "libcore/dataset/shard_record.h"
#include "tools/frame/tool.h"

namespace daybreak::compress_dataset {

/// How the operands are read.
struct InputOptions {
  std::string format = "auto";
  std::optional<std::string> dtype, shape, columns, tokenizer;
  std::optional<std::int64_t> vocabulary;
  std::vector<std::string> labels;
  bool keep_original = false, decode_images = false;

  void declare(OptionSink& sink);
  void check() const;
};

/// "10,20" as a shape; 0 as the first extent is what the file holds. Error (usage).
io::Shape parse_shape(const std::string& text);

/// Opens every operand (a tar shard gives several), turns text into tokens where a tokenizer is named, checks token ids
/// and gives every input a group and a name to restore it under. Errors: as io::open_arrays(), Error (data, usage).
std::vector<dataset::CompressInput> open_inputs(const std::vector<std::string>& paths, const InputOptions& options,
                                                frame::Session& session);

/// A part of what the operands hold, and what it is of the whole.
struct ShardInputs {
  std::vector<dataset::CompressInput> inputs;
  dataset::ShardRecord record;
};
/// The same of one part: of text all is turned into tokens, but only the part's own ids are checked. values: what else
/// decides about the values, as text.
ShardInputs open_shard(const std::vector<std::string>& paths, const InputOptions& options, const dataset::Shard& shard,
                       const std::string& values, frame::Session& session);

}  // namespace daybreak::compress_dataset
