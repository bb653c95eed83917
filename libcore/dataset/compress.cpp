#include "libcore/dataset/compress.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <future>
#include <memory>

#include "libcore/base/error.h"
#include "libcore/base/hex.h"
#include "libcore/dataset/archive.h"
#include "libcore/dataset/check.h"
#include "libcore/dataset/hash.h"
#include "libcore/dataset/hdf5_writer.h"
#include "libcore/dataset/ordered_work.h"
#include "libcore/dataset/originals.h"

namespace daybreak::dataset {
namespace {

constexpr const char* kTool = "compress-dataset " DAYBREAK_VERSION;
constexpr const char* kToolAttribute = "daybreak_tool";
constexpr std::uint64_t kGroup = 16;  // chunks that share the choice of the first of them
constexpr std::int64_t kSmallestChunk = std::int64_t{1} << 12, kLargestChunk = std::int64_t{1} << 28;

/// What a group's first chunk found out, for the others.
struct GroupChoice {
  std::promise<Choice> promise;
  std::shared_future<Choice> choice = promise.get_future().share();
};

/// One chunk on its way from the encoders to the writer.
struct Encoded {
  std::vector<std::byte> plain;  // without padding
  EncodedChunk chunk;            // empty for an array without chunks
};

/// Where an array's elements come from, and how they lose, where they do.
struct Supply {
  const io::ArraySource* source;
  const LossyForm* lossy = nullptr;
};

/// One array while it is written.
struct Stream {
  Supply supply;
  ChunkEncoder encoder;
  std::uint64_t first_job = 0, first_group = 0;
  std::unique_ptr<Hash128> hash = std::make_unique<Hash128>();
};

/// All arrays of a file as one list of jobs, so that many small arrays keep all threads busy too.
class Run {
 public:
  Run(const CompressOptions& options, Hdf5Writer& writer, std::vector<KeptArray>& arrays,
      const std::vector<Supply>& supplies)
      : audience_(parse_audience(options.reader)), writer_(writer), arrays_(arrays) {
    std::uint64_t groups = 0;
    for (std::size_t i = 0; i < supplies.size(); ++i) {
      const codecs::ChunkType type = chunk_type(arrays[i].info.type, arrays[i].grid.chunk);
      streams_.push_back({supplies[i], {audience_, parse_effort(options.effort), type}, jobs_, groups});
      jobs_ += arrays[i].hashes();
      groups += arrays[i].hashes() / kGroup + 1;
    }
    choices_.resize(groups);
  }

  std::vector<std::uint64_t> write(const Surroundings& around) {
    const auto work = [&](std::uint64_t job) {
      around.stop.check();
      return encode(job);
    };
    const auto take = [&](std::uint64_t job, const Encoded& encoded) {
      around.stop.check();
      around.progress.advance(encoded.plain.size());
      put(job, encoded);
    };
    in_order<Encoded>(jobs_, around.threads, work, take);
    for (std::size_t i = 0; i < streams_.size(); ++i) arrays_[i].xxh3 = streams_[i].hash->hex();
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
    const codecs::ChunkType& type = stream.encoder.type();
    LossyChunk chunk = encode_lossy_chunk(*stream.supply.lossy, type, read_smooth_chunk(*stream.supply.source, grid, place));
    Encoded result{std::move(chunk.decoded), {}};
    if (chunk.frame.empty()) {
      result.chunk.bytes = result.plain;
    } else {
      result.chunk.form.kind = Form::Kind::frame;
      result.chunk.form.pipeline = chunk.pipeline;
      result.chunk.bytes = std::move(chunk.frame);
      verify(result.chunk.form, type, result.plain, result.chunk.bytes);
    }
    result.plain.resize(place.valid_bytes);
    return result;
  }

  EncodedChunk encode_chunk(const Stream& stream, std::uint64_t ordinal, std::span<const std::byte> bytes) {
    GroupChoice& group = choices_[stream.first_group + ordinal / kGroup];
    if (ordinal % kGroup != 0) return stream.encoder.encode_by_choice(bytes, group.choice.get());
    try {
      Choice choice;
      EncodedChunk result = stream.encoder.encode_trying_all(bytes, choice);
      group.promise.set_value(choice);
      return result;
    } catch (...) {
      group.promise.set_exception(std::current_exception());
      throw;
    }
  }

  void put(std::uint64_t job, const Encoded& encoded) {
    const std::size_t index = stream_of(job);
    Stream& stream = streams_[index];
    KeptArray& array = arrays_[index];
    const std::uint64_t ordinal = job - stream.first_job;
    stream.hash->add(encoded.plain);
    hashes_.push_back(hash64(encoded.plain));
    if (!array.grid.chunked()) {
      writer_.write_whole(array.info, encoded.plain);
      array.stored_bytes = encoded.plain.size();
      array.pipelines["stored"] = 1;
      return;
    }
    const Form& form = encoded.chunk.form;
    if (ordinal == 0) writer_.begin_chunked(array.info, array.grid, filters_for(audience_, stream.encoder.type()));
    writer_.write_chunk(array.grid.place(ordinal), form, encoded.chunk.bytes);
    array.stored_bytes += encoded.chunk.bytes.size();
    array.plugin_chunks += form.kind == Form::Kind::frame ? 1 : 0;
    ++array.pipelines[form.name()];
  }

  Audience audience_;
  Hdf5Writer& writer_;
  std::vector<KeptArray>& arrays_;
  std::vector<Stream> streams_;
  std::deque<GroupChoice> choices_;
  std::vector<std::uint64_t> hashes_;
  std::uint64_t jobs_ = 0;
};

/// Bytes in memory as an array.
class MemorySource : public io::ArraySource {
 public:
  MemorySource(io::ArrayInfo info, std::span<const std::byte> bytes) : info_(std::move(info)), bytes_(bytes) {}
  const io::ArrayInfo& info() const override { return info_; }
  void read(std::uint64_t offset, std::span<std::byte> out) const override {
    std::memcpy(out.data(), bytes_.data() + offset, out.size());
  }

 private:
  io::ArrayInfo info_;
  std::span<const std::byte> bytes_;
};

void write_own(Hdf5Writer& writer, const io::ArrayInfo& info, std::span<const std::byte> bytes,
               const CompressOptions& options, const Surroundings& around) {
  const MemorySource source(info, bytes);
  std::vector<KeptArray> one(1);
  one[0].info = info;
  one[0].grid = make_grid(info, static_cast<std::uint64_t>(options.chunk_bytes));
  Run(options, writer, one, {{&source}}).write(around);
}

/// All arrays, then what the tool keeps beside them; completes the layout.
void write_arrays(Hdf5Writer& writer, Layout& layout, const std::vector<Supply>& supplies,
                  const CompressOptions& options, const Surroundings& around) {
  const std::vector<std::uint64_t> hashes = Run(options, writer, layout.arrays, supplies).write(around);
  const auto hash_bytes = std::as_bytes(std::span(hashes));
  Hash128 of_hashes;
  of_hashes.add(hash_bytes);
  layout.hashes_xxh3 = of_hashes.hex();
  write_own(writer, {kChunkHashes, io::DType::u64, {hashes.size()}}, hash_bytes, options, around);
  const std::string manifest = layout_json(layout).dump();
  const auto manifest_bytes = std::as_bytes(std::span(manifest));
  write_own(writer, {kManifest, io::DType::u8, {manifest.size()}}, manifest_bytes, options, around);
  writer.text_attribute("", kManifestHash, hex64(hash64(manifest_bytes)));
  writer.text_attribute("", kToolAttribute, layout.tool);
}

/// An array of a dataset file.
class ArchiveSource : public io::ArraySource {
 public:
  ArchiveSource(const Archive& archive, std::size_t array) : archive_(archive), array_(array) {}
  const io::ArrayInfo& info() const override { return archive_.layout().arrays[array_].info; }
  void read(std::uint64_t offset, std::span<std::byte> out) const override { archive_.read(array_, offset, out); }

 private:
  const Archive& archive_;
  std::size_t array_;
};

void write_attributes(Hdf5Writer& writer, const CompressInput& input, const KeptInput& kept) {
  const std::string group = input.group.substr(0, input.group.empty() ? 0 : input.group.size() - 1);
  const auto put = [&](io::Attribute attribute) {
    attribute.owner = attribute.owner.empty() ? group : input.group + attribute.owner;
    writer.attribute(attribute);
  };
  for (const io::Attribute& attribute : input.file.attributes) put(attribute);
  for (const io::Attribute& attribute : input.notes) put(attribute);
  writer.text_attribute(group, "daybreak_source", kept.name);
  writer.integer_attribute(group, "daybreak_source_bytes", kept.bytes);
  if (!kept.xxh3.empty()) writer.text_attribute(group, "daybreak_source_xxh3", kept.xxh3);
}

}  // namespace

void CompressOptions::declare(OptionSink& sink) {
  sink.choice("reader", &reader, {"h5py", "plugin", "plain"},
              "Who can read it: h5py with Blosc, our plugin too, HDF5 alone");
  sink.choice("effort", &effort, {"fast", "normal", "best"}, "How hard to try; all decode about equally fast");
  sink.bytes("chunk", &chunk_bytes, "Bytes of a chunk; whole rows, the unit that readers decode");
}

void CompressOptions::check() const {
  if (chunk_bytes < kSmallestChunk || chunk_bytes > kLargestChunk)
    throw usage_error("--chunk: expected 4KiB to 256MiB, found " + std::to_string(chunk_bytes),
                      "1MiB suits most readers");
  parse_effort(effort);
  parse_audience(reader);
}

Layout compress(const std::vector<CompressInput>& inputs, const CompressOptions& options, const std::string& path,
                const std::string& shown_as, const Surroundings& around) {
  Layout layout;
  layout.tool = kTool;
  layout.arrays = plan_arrays(inputs, options);
  std::string literals;
  layout.inputs = keep_inputs(inputs, literals, around.stop);
  std::vector<Supply> supplies;
  for (const CompressInput& input : inputs)
    for (std::size_t i = 0; const io::ArraySource* source : input.written()) {
      const bool loses = i < input.lossy_forms.size() && input.lossy_forms[i];
      supplies.push_back({source, loses ? &*input.lossy_forms[i] : nullptr});
      ++i;
    }
  const MemorySource kept_literals({kLiterals, io::DType::u8, {literals.size()}}, std::as_bytes(std::span(literals)));
  if (!literals.empty()) {
    supplies.push_back({&kept_literals});
    KeptArray array;
    array.info = kept_literals.info();
    array.grid = make_grid(array.info, static_cast<std::uint64_t>(options.chunk_bytes));
    layout.arrays.push_back(std::move(array));
  }

  Hdf5Writer writer(path, shown_as);
  around.progress.begin("compress", total_bytes(layout), "B");
  write_arrays(writer, layout, supplies, options, around);
  for (std::size_t i = 0; i < inputs.size(); ++i) write_attributes(writer, inputs[i], layout.inputs[i]);
  writer.close();
  return layout;
}

Layout convert(const Archive& archive, const CompressOptions& options, const std::string& path,
               const std::string& shown_as, const Surroundings& around) {
  Layout layout = archive.layout();
  layout.tool = kTool;
  std::vector<ArchiveSource> arrays;
  arrays.reserve(layout.arrays.size());
  std::vector<Supply> supplies;
  for (KeptArray& array : layout.arrays) {
    array.grid = make_grid(array.info, static_cast<std::uint64_t>(options.chunk_bytes));
    array.stored_bytes = array.plugin_chunks = 0;
    array.pipelines.clear();
    supplies.push_back({&arrays.emplace_back(archive, arrays.size())});
  }
  Hdf5Writer writer(path, shown_as);
  around.progress.begin("convert", total_bytes(layout), "B");
  write_arrays(writer, layout, supplies, options, around);
  for (std::size_t i = 0; i < layout.arrays.size(); ++i)
    if (layout.arrays[i].xxh3 != archive.layout().arrays[i].xxh3)
      throw data_error(archive.reader().name() + ": dataset '" + layout.arrays[i].info.name + "'",
                       "does not match its hash", "the file is damaged; fetch or write it again");
  for (const io::Attribute& attribute : archive.reader().attributes())
    if (!attribute.owner.empty() || (attribute.name != kManifestHash && attribute.name != kToolAttribute))
      writer.attribute(attribute);
  writer.close();
  return layout;
}

void verify(const std::string& path, const Layout& written, const Surroundings& around) {
  const Archive archive(path);
  around.progress.begin("verify", total_bytes(written), "B");
  for (std::size_t i = 0; i < written.arrays.size(); ++i)
    if (checked_hash(archive, i, around) != written.arrays[i].xxh3)
      throw Error(ExitStatus::bug, "\"" + written.arrays[i].info.name + "\" does not read back as it was written");
}

}  // namespace daybreak::dataset
