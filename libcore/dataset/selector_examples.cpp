#include "libcore/dataset/selector_examples.h"

#include <algorithm>
#include <cmath>
#include <ctime>

#include "libcore/codecs/frame.h"
#include "libcore/codecs/sample.h"
#include "libcore/codecs/candidates.h"
#include "libcore/dataset/chunk_form.h"
#include "libcore/dataset/real_values.h"

namespace daybreak::dataset {
namespace {

constexpr int kDecodings = 3;

double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <class Work>
double seconds_of(Work work) {
  const double start = thread_seconds();
  work();
  return thread_seconds() - start;
}

using Samples = std::array<codecs::Sample, codecs::kRounds.size()>;

PipelineOutcome try_pipeline(codecs::Pipeline pipeline, const codecs::ChunkType& type, codecs::ByteSpan chunk,
                           const Samples& samples) {
  const std::string what = "a chunk encoded as " + codecs::pipeline_name(pipeline) + ": ";
  PipelineOutcome outcome;
  outcome.pipeline = pipeline;
  codecs::Bytes frame;
  const auto encode = [&](std::span<const std::uint64_t> shape, codecs::ByteSpan data) {
    return seconds_of([&] { expect_done(codecs::encode(pipeline, type.type, shape, data, frame), what); });
  };
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (samples[i].data.size() == chunk.size()) continue;
    outcome.samples[i].encode_s = encode(samples[i].shape, samples[i].data);
    outcome.samples[i].bytes = frame.size();
  }
  outcome.encode_s = encode(type.shape, chunk);
  outcome.bytes = frame.size();
  for (PipelineOutcome::Sampled& sampled : outcome.samples)
    if (sampled.bytes == 0) sampled = {outcome.bytes, outcome.encode_s};
  codecs::Bytes back(chunk.size());
  for (int i = 0; i < kDecodings; ++i) {
    const double seconds = seconds_of([&] { expect_done(codecs::decode(frame, back), what); });
    outcome.decode_s = i == 0 ? seconds : std::min(outcome.decode_s, seconds);
  }
  return outcome;
}

}  // namespace

const PipelineOutcome* SelectorExample::outcome_of(codecs::Pipeline pipeline) const {
  for (const PipelineOutcome& outcome : outcomes)
    if (outcome.pipeline == pipeline) return &outcome;
  return nullptr;
}

double SelectorExample::log_bits(const PipelineOutcome& outcome) const {
  return std::log2(8.0 * static_cast<double>(outcome.bytes) / static_cast<double>(values));
}

std::vector<TypedChunk> relatives_of(const TypedChunk& chunk) {
  const codecs::ElementInfo info = codecs::element_info(chunk.type.type);
  std::vector<TypedChunk> relatives;
  if (chunk.type.shape.size() > 1) relatives.push_back({{chunk.type.type, {chunk.bytes.size() / info.bytes}}, chunk.bytes});
  const auto own_type = static_cast<io::DType>(chunk.type.type);
  if (!is_number(own_type)) return relatives;
  std::vector<double> values(chunk.bytes.size() / info.bytes);
  numbers_to_doubles(own_type, std::as_bytes(std::span(chunk.bytes)), values);
  const auto add = [&](io::DType type) {
    TypedChunk relative{chunk_type(type, {chunk.type.shape.begin(), chunk.type.shape.end()}), {}};
    relative.bytes.resize(values.size() * codecs::element_info(relative.type.type).bytes);
    from_doubles(type, values, std::as_writable_bytes(std::span(relative.bytes)));
    relatives.push_back(std::move(relative));
  };
  if (info.kind == codecs::NumberKind::real) {
    for (const io::DType type : {io::DType::bf16, io::DType::f16, io::DType::f32, io::DType::f64})
      if (type != own_type) add(type);
    return relatives;
  }
  add(io::DType::f32);
  if (chunk.type.type == codecs::ElementType::u8) {
    for (double& value : values) value = static_cast<double>(static_cast<float>(value) / 255.0F);
    add(io::DType::f32);
  }
  return relatives;
}

SelectorExample observe(std::string dataset, const TypedChunk& chunk) {
  const codecs::ChunkType& type = chunk.type;
  SelectorExample example;
  example.dataset = std::move(dataset);
  example.type = type.type;
  example.plain_bytes = chunk.bytes.size();
  example.values = chunk.bytes.size() / codecs::element_info(type.type).bytes;
  example.features_s =
      seconds_of([&] { example.features = codecs::measure_features(type.type, type.shape, chunk.bytes); });
  Samples samples;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = codecs::sample_of(type.shape, chunk.bytes, codecs::kRounds[i]);
    example.sample_bytes[i] = samples[i].data.size();
  }
  for (const codecs::Pipeline pipeline : codecs::candidates(type.type, type.shape))
    example.outcomes.push_back(try_pipeline(pipeline, type, chunk.bytes, samples));
  return example;
}

}  // namespace daybreak::dataset
