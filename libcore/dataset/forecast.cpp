#include "libcore/dataset/forecast.h"

#include <algorithm>
#include <utility>

#include "libcore/dataset/chunk_encoder.h"
#include "libcore/dataset/load_selector.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

/// Some chunks of an array as an array of their own, and how much less that is.
struct Excerpt {
  std::unique_ptr<io::ArraySource> array;
  std::uint64_t chunks = 0;
  double share = 1;  // of the whole array's bytes
};

Excerpt excerpt_of(const io::ArraySource& source, const ChunkGrid& grid) {
  io::ArrayInfo info = source.info();
  const std::uint64_t chunks = std::min(kForecastChunks, grid.count);
  std::vector<std::byte> bytes;
  for (std::uint64_t i = 0; i < chunks; ++i) {
    const ChunkPlace place = grid.place((2 * i + 1) * grid.count / (2 * chunks));
    const std::size_t from = bytes.size();
    bytes.resize(from + place.valid_bytes);
    source.read(place.offset_bytes, std::span(bytes).subspan(from));
  }
  const double share = static_cast<double>(bytes.size()) / static_cast<double>(info.bytes());
  std::fill_n(info.shape.begin(), grid.axis, std::uint64_t{1});
  info.shape[grid.axis] = bytes.size() / (grid.chunk_bytes / grid.chunk[grid.axis]);
  return {io::memory_array(std::move(info), std::move(bytes)), chunks, share};
}

class Forecaster {
 public:
  Forecaster(const LossBounds& bounds, const CompressOptions& options, const Surroundings& around)
      : bounds_(bounds), options_(options), around_(around) {
    if (options.selector) model_ = load_selector(*options.selector);
  }

  ArrayForecast run(const CompressInput& input, const io::ArraySource& source) {
    around_.stop.check();
    const ChunkGrid grid = make_grid(source.info(), options_.chunk_target());
    if (!grid.chunked()) return {source.info().bytes(), 0, 1, {}};
    Excerpt excerpt = excerpt_of(source, grid);
    std::vector<CompressInput> alone(1);
    alone[0].file = {input.file.name, input.file.format, {}, input.file.attributes, {}};
    alone[0].file.arrays.push_back(std::move(excerpt.array));
    alone[0].notes = input.notes;
    if (bounds_.any()) lose(alone, bounds_, options_, around_);
    ArrayForecast found = encode(alone[0], grid.chunk);
    found.chunks = excerpt.chunks;
    found.output_bytes = static_cast<std::uint64_t>(static_cast<double>(found.output_bytes) / excerpt.share);
    if (found.decode_ns) *found.decode_ns = static_cast<std::uint64_t>(static_cast<double>(*found.decode_ns) / excerpt.share);
    return found;
  }

 private:
  ArrayForecast encode(const CompressInput& excerpt, const io::Shape& chunk) const {
    const io::ArraySource& source = *excerpt.file.arrays[0];
    const ChunkGrid grid = grid_of_chunks(source.info(), chunk, excerpt.file.name);
    const codecs::ChunkType type = chunk_type(source.info().type, grid.chunk);
    const bool lossy = !excerpt.lossy_forms.empty() && excerpt.lossy_forms[0];
    const codecs::Selector selector{options_.selector ? &model_ : &codecs::builtin_selector(), options_.objective()};
    const ChunkEncoder encoder(parse_audience(options_.reader), parse_effort(options_.effort), type, selector);
    ArrayForecast found;
    if (!lossy) found.decode_ns = 0;
    if (!excerpt.losses.empty()) found.loss = excerpt.losses[0];
    Choice choice;
    for (std::uint64_t i = 0; i < grid.count; ++i) {
      around_.stop.check();
      const ChunkPlace place = grid.place(i);
      if (lossy) {
        const auto frame = encode_lossy_chunk(*excerpt.lossy_forms[0], type, read_smooth_chunk(source, grid, place)).frame;
        found.output_bytes += frame.empty() ? grid.chunk_bytes : frame.size();
        continue;
      }
      std::vector<std::byte> bytes(grid.chunk_bytes);
      source.read(place.offset_bytes, std::span(bytes).first(place.valid_bytes));
      const EncodedChunk encoded = i == 0 ? encoder.encode_trying_all(bytes, {}, choice)
                                          : encoder.encode_by_choice(bytes, {}, choice);
      found.output_bytes += encoded.bytes.size();
      *found.decode_ns += encoded.decode_ns;
    }
    return found;
  }

  const LossBounds& bounds_;
  const CompressOptions& options_;
  const Surroundings& around_;
  codecs::SelectorModel model_;  // where the options name one
};

}  // namespace

std::vector<ArrayForecast> forecast(const std::vector<CompressInput>& inputs, const LossBounds& bounds,
                                    const CompressOptions& options, const Surroundings& around) {
  Forecaster forecaster(bounds, options, around);
  std::vector<ArrayForecast> found;
  for (const CompressInput& input : inputs)
    for (const io::ArraySource* source : input.written()) found.push_back(forecaster.run(input, *source));
  return found;
}

}  // namespace daybreak::dataset
