#include "libcore/dataset/write_arrays.h"

#include <algorithm>
#include <deque>
#include <future>
#include <memory>

#include "libcore/base/hex.h"
#include "libcore/dataset/hash.h"
#include "libcore/dataset/journaled_encoder.h"
#include "libcore/dataset/load_selector.h"
#include "libcore/dataset/ordered_work.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

// What a group learned is known to the groups from the kBehind-th after it on, which by then need not wait for it, and
// to so many of them: the same whatever the number of threads.
constexpr std::uint64_t kBehind = 4, kRemembered = 16;
constexpr std::uint64_t kExploring = 4;  // every so many groups one pipeline more is tried

/// What a group's first chunk found out, for the others.
struct GroupChoice {
  std::promise<Choice> promise;
  std::shared_future<Choice> choice = promise.get_future().share();
};

/// One chunk on its way from the encoders to the writer.
struct Encoded {
  std::vector<std::byte> plain;  // without padding
  EncodedChunk chunk;            // empty for an array without chunks
  NonFiniteCount non_finite;
};

/// One array while it is written.
struct Stream {
  Supply supply;
  JournaledEncoder encoder;
  std::uint64_t first_job = 0, first_group = 0;
  std::unique_ptr<Hash128> hash = std::make_unique<Hash128>();
};

/// All that decides about the encoding of a chunk, whatever the array.
codecs::Bytes encoding_setup(const CompressOptions& options, const codecs::Selector& selector) {
  const codecs::Bytes written = codecs::write_selector(*selector.model);
  const Digest128 model = hash128(std::as_bytes(std::span(written)));
  codecs::ByteWriter out;
  for (const std::string& text : {std::string(kTool), options.reader, options.effort})
    out.block(codec_bytes(std::as_bytes(std::span(text))));
  out.fixed(selector.objective.link_mb_s);
  out.fixed(model.low);
  out.fixed(model.high);
  return out.take();
}

/// All arrays of a file as one list of jobs, so that many small arrays keep all threads busy too.
class Run {
 public:
  Run(const CompressOptions& options, Hdf5Writer& writer, std::vector<KeptArray>& arrays,
      const std::vector<Supply>& supplies, Journal* journal)
      : audience_(parse_audience(options.reader)), writer_(writer), arrays_(arrays) {
    if (options.selector) model_ = load_selector(*options.selector);
    const codecs::Selector selector{options.selector ? &model_ : &codecs::builtin_selector(), options.objective()};
    codecs::Bytes setup;
    if (journal != nullptr) setup = encoding_setup(options, selector);
    std::uint64_t groups = 0;
    for (std::size_t i = 0; i < supplies.size(); ++i) {
      const codecs::ChunkType type = chunk_type(arrays[i].info.type, arrays[i].grid.chunk);
      ChunkEncoder encoder(audience_, parse_effort(options.effort), type, selector, arrays[i].alone());
      streams_.push_back({supplies[i], {std::move(encoder), setup, journal}, jobs_, groups});
      arrays[i].non_finite = {};  // what another file counted
      jobs_ += arrays[i].parts();
      groups += arrays[i].parts() / kChunksOfAChoice + 1;
    }
    choices_.resize(groups);
  }

  std::vector<std::uint64_t> write(const Surroundings& around) {
    const auto work = [&](std::uint64_t job) {
      around.stop.check();
      Encoded encoded = encode(job);
      encoded.non_finite = count_non_finite(arrays_[stream_of(job)].info.type, encoded.plain);
      return encoded;
    };
    const auto take = [&](std::uint64_t job, const Encoded& encoded) {
      around.stop.check();
      around.progress.advance(encoded.plain.size());
      put(job, encoded);
    };
    in_order<Encoded>(jobs_, around.threads, work, take);
    for (std::size_t i = 0; i < streams_.size(); ++i)
      if (!arrays_[i].alone()) arrays_[i].xxh3 = streams_[i].hash->hex();
    return std::move(hashes_);
  }

 private:
  std::size_t stream_of(std::uint64_t job) const {
    const auto behind = std::upper_bound(streams_.begin(), streams_.end(), job,
                                         [](std::uint64_t value, const Stream& one) { return value < one.first_job; });
    return static_cast<std::size_t>(behind - streams_.begin()) - 1;
  }

  Encoded encode(std::uint64_t job) {
    const std::size_t index = stream_of(job);
    const Stream& stream = streams_[index];
    const ChunkGrid& grid = arrays_[index].grid;
    Encoded result;
    if (!grid.chunked()) {
      result.plain.resize(arrays_[index].info.bytes());
      if (!result.plain.empty()) stream.supply.source->read(0, result.plain);
      return result;
    }
    const std::uint64_t ordinal = job - stream.first_job;
    const ChunkPlace place = grid.place(ordinal);
    if (stream.supply.lossy != nullptr) return encode_lossy(stream, place, grid);
    result.plain.resize(grid.chunk_bytes);
    const std::span<std::byte> valid = std::span(result.plain).first(place.valid_bytes);
    stream.supply.source->read(place.offset_bytes, valid);
    result.chunk = encode_chunk(stream, ordinal, result.plain);
    result.plain.resize(place.valid_bytes);
    return result;
  }

  static Encoded encode_lossy(const Stream& stream, const ChunkPlace& place, const ChunkGrid& grid) {
    Encoded result;
    const std::vector<std::byte> chunk = read_smooth_chunk(*stream.supply.source, grid, place);
    result.chunk = stream.encoder.encode_lossy(*stream.supply.lossy, chunk, result.plain);
    result.plain.resize(place.valid_bytes);
    return result;
  }

  EncodedChunk encode_chunk(const Stream& stream, std::uint64_t ordinal, std::span<const std::byte> bytes) {
    const std::uint64_t number = ordinal / kChunksOfAChoice;
    GroupChoice& group = choices_[stream.first_group + number];
    if (ordinal % kChunksOfAChoice != 0)
      return stream.encoder.encode_by_choice(bytes, lookback(stream, number), group.choice.get());
    try {
      Lookback before = lookback(stream, number);
      before.explore = number % kExploring == kExploring - 1;
      Choice choice;
      EncodedChunk result = stream.encoder.encode_trying_all(bytes, before, choice);
      group.promise.set_value(choice);
      return result;
    } catch (...) {
      group.promise.set_exception(std::current_exception());
      throw;
    }
  }

  /// What is known to the group of that number.
  Lookback lookback(const Stream& stream, std::uint64_t number) {
    Lookback before;
    for (std::uint64_t back = kBehind; back < kBehind + kRemembered && back <= number; ++back)
      before.experience.add(choices_[stream.first_group + number - back].choice.get().seen);
    return before;
  }

  void put(std::uint64_t job, const Encoded& encoded) {
    const std::size_t index = stream_of(job);
    Stream& stream = streams_[index];
    KeptArray& array = arrays_[index];
    const std::uint64_t ordinal = job - stream.first_job;
    array.non_finite.add(encoded.non_finite);
    if (array.alone()) {
      array.xxh3 = hex64(hash64(encoded.plain));
    } else {
      stream.hash->add(encoded.plain);
      hashes_.push_back(hash64(encoded.plain));
    }
    const Form& form = encoded.chunk.form;
    if (array.alone() && form.kind == Form::Kind::stored) {
      array.grid = whole_grid(array.info);  // neither a pipeline nor an index
      writer_.write_whole(array.info, encoded.plain);
      array.stored_bytes = encoded.plain.size();
      array.pipelines["stored"] = 1;
      return;
    }
    const codecs::ChunkType& type = stream.encoder.type();
    if (ordinal == 0)
      writer_.begin_chunked(array.info, array.grid, array.alone() ? filters_of(form, type) : filters_for(audience_, type));
    writer_.write_chunk(array.grid.place(ordinal), form, encoded.chunk.bytes);
    array.stored_bytes += encoded.chunk.bytes.size();
    array.plugin_chunks += form.kind == Form::Kind::frame ? 1 : 0;
    ++array.pipelines[form.name()];
  }

  Audience audience_;
  codecs::SelectorModel model_;  // where the options name one
  Hdf5Writer& writer_;
  std::vector<KeptArray>& arrays_;
  std::vector<Stream> streams_;
  std::deque<GroupChoice> choices_;
  std::vector<std::uint64_t> hashes_;
  std::uint64_t jobs_ = 0;
};

/// Writes the arrays that have a source; returns the hashes of the chunks of all, in their order.
std::vector<std::uint64_t> write_supplied(Hdf5Writer& writer, std::vector<KeptArray>& arrays,
                                          const std::vector<Supply>& supplies, const CompressOptions& options,
                                          const Surroundings& around) {
  std::vector<KeptArray> here;
  std::vector<Supply> sources;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    if (supplies[i].source == nullptr) continue;
    here.push_back(std::move(arrays[i]));
    sources.push_back(supplies[i]);
  }
  const std::vector<std::uint64_t> written = Run(options, writer, here, sources, around.journal).write(around);
  std::vector<std::uint64_t> hashes;
  auto next = here.begin();
  auto hash = written.begin();
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    if (supplies[i].source == nullptr) {
      hashes.insert(hashes.end(), supplies[i].hashes.begin(), supplies[i].hashes.end());
      continue;
    }
    arrays[i] = std::move(*next++);
    const auto own = static_cast<std::ptrdiff_t>(arrays[i].alone() ? 0 : arrays[i].parts());
    hashes.insert(hashes.end(), hash, hash + own);
    hash += own;
  }
  return hashes;
}

}  // namespace

void write_own(Hdf5Writer& writer, const io::ArrayInfo& info, std::span<const std::byte> bytes,
               CompressOptions options, const Surroundings& around) {
  options.selector.reset();  // learned for the user's arrays, not for ours
  const auto source = io::memory_array(info, {bytes.begin(), bytes.end()});
  std::vector<KeptArray> one(1);
  one[0].info = info;
  one[0].grid = make_grid(info, options.chunk_target());
  Run(options, writer, one, {{source.get()}}, nullptr).write(around);
}

void write_arrays(Hdf5Writer& writer, Layout& layout, const std::vector<Supply>& supplies,
                  const CompressOptions& options, const Surroundings& around) {
  const std::vector<std::uint64_t> hashes = write_supplied(writer, layout.arrays, supplies, options, around);
  const auto hash_bytes = std::as_bytes(std::span(hashes));
  Hash128 of_hashes;
  of_hashes.add(hash_bytes);
  layout.hashes_xxh3 = of_hashes.hex();
  if (!hashes.empty())
    write_own(writer, {kChunkHashes, io::DType::u64, {hashes.size()}}, hash_bytes, options, around);
  const std::string manifest = layout_json(layout).dump();
  const auto manifest_bytes = std::as_bytes(std::span(manifest));
  write_own(writer, {kManifest, io::DType::u8, {manifest.size()}}, manifest_bytes, options, around);
  writer.text_attribute("", kManifestHash, hex64(hash64(manifest_bytes)));
  writer.text_attribute("", kToolAttribute, layout.tool);
}

}  // namespace daybreak::dataset
