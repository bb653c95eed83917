#pragma once
// What pipelines make of real chunks: what the selector learns from.
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/codecs/features.h"
#include "libcore/codecs/hdf5_filter.h"
#include "libcore/codecs/pipeline.h"

namespace daybreak::dataset {

struct PipelineOutcome {
  codecs::Pipeline pipeline;
  std::uint64_t bytes = 0;         // of the chunk's frame
  std::uint64_t sample_bytes = 0;  // of the frame of codecs::sample_of()
  double encode_s = 0, decode_s = 0, sample_s = 0;  // processor time of one thread
};

struct SelectorExample {
  std::string dataset;  // where it comes from: what is judged was not learned from
  codecs::Features features;
  std::uint64_t plain_bytes = 0, values = 0;
  double features_s = 0;
  std::vector<PipelineOutcome> outcomes;  // all candidates, in their order
};

/// Encodes and decodes the chunk by every candidate. Error (bug) where one does not give the chunk back.
SelectorExample observe(std::string dataset, const codecs::ChunkType& type, codecs::ByteSpan chunk);

}  // namespace daybreak::dataset
