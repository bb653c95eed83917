#include "libcore/dataset/selector_examples.h"

#include <algorithm>
#include <ctime>

#include "libcore/codecs/frame.h"
#include "libcore/codecs/sample.h"
#include "libcore/codecs/select.h"
#include "libcore/dataset/chunk_form.h"

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

PipelineOutcome outcome_of(codecs::Pipeline pipeline, const codecs::ChunkType& type, codecs::ByteSpan chunk,
                           const codecs::Sample& sample) {
  const std::string what = "a chunk encoded as " + codecs::pipeline_name(pipeline) + ": ";
  PipelineOutcome outcome;
  outcome.pipeline = pipeline;
  codecs::Bytes frame;
  outcome.sample_s = seconds_of([&] {
    expect_done(codecs::encode(pipeline, type.type, sample.shape, sample.data, frame), what);
  });
  outcome.sample_bytes = frame.size();
  outcome.encode_s = seconds_of([&] {
    expect_done(codecs::encode(pipeline, type.type, type.shape, chunk, frame), what);
  });
  outcome.bytes = frame.size();
  codecs::Bytes back(chunk.size());
  for (int i = 0; i < kDecodings; ++i) {
    const double seconds = seconds_of([&] { expect_done(codecs::decode(frame, back), what); });
    outcome.decode_s = i == 0 ? seconds : std::min(outcome.decode_s, seconds);
  }
  return outcome;
}

}  // namespace

SelectorExample observe(std::string dataset, const codecs::ChunkType& type, codecs::ByteSpan chunk) {
  SelectorExample example;
  example.dataset = std::move(dataset);
  example.plain_bytes = chunk.size();
  example.values = chunk.size() / codecs::element_info(type.type).bytes;
  example.features_s = seconds_of([&] { example.features = codecs::measure_features(type.type, type.shape, chunk); });
  const codecs::Sample sample = codecs::sample_of(type.shape, chunk);
  for (const codecs::Pipeline pipeline : codecs::candidates(type.type, type.shape))
    example.outcomes.push_back(outcome_of(pipeline, type, chunk, sample));
  return example;
}

}  // namespace daybreak::dataset
