#pragma once
// What pipelines make of real chunks: what the selector learns from.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/codecs/features.h"
#include "libcore/codecs/hdf5_filter.h"
#include "libcore/codecs/pipeline.h"
#include "libcore/codecs/select.h"

namespace daybreak::dataset {

struct PipelineOutcome {
  codecs::Pipeline pipeline;
  std::uint64_t bytes = 0;             // of the chunk's frame
  double encode_s = 0, decode_s = 0;   // processor time of one thread
  struct Sampled {
    std::uint64_t bytes = 0;  // of the frame of codecs::sample_of()
    double encode_s = 0;
  };
  std::array<Sampled, codecs::kRounds.size()> samples{};  // of each round of the selector
};

struct SelectorExample {
  std::string dataset;  // where it comes from: what is judged was not learned from
  codecs::ElementType type = codecs::ElementType::u8;
  codecs::Features features;
  std::uint64_t plain_bytes = 0, values = 0;
  std::array<std::uint64_t, codecs::kRounds.size()> sample_bytes{};  // before they are encoded
  double features_s = 0;
  std::vector<PipelineOutcome> outcomes;  // all candidates, in their order

  const PipelineOutcome* outcome_of(codecs::Pipeline pipeline) const;
  /// log2 of the bits of a value.
  double log_bits(const PipelineOutcome& outcome) const;
};

/// A chunk in memory.
struct TypedChunk {
  codecs::ChunkType type;
  codecs::Bytes bytes;
};

/// The same numbers as others may keep them: in one dimension, in other types, pixels as fractions of 255. So a selector
/// sees more kinds of data than it was given.
std::vector<TypedChunk> relatives_of(const TypedChunk& chunk);

/// Encodes and decodes the chunk by every candidate. Error (bug) where one does not give the chunk back.
SelectorExample observe(std::string dataset, const TypedChunk& chunk);

}  // namespace daybreak::dataset
