#include "libcore/dataset/compress.h"

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/dataset/archive.h"
#include "libcore/dataset/check.h"
#include "libcore/dataset/originals.h"
#include "libcore/dataset/write_arrays.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

constexpr std::int64_t kSmallestChunk = std::int64_t{1} << 12, kLargestChunk = std::int64_t{1} << 28;

void write_attributes(Hdf5Writer& writer, const CompressInput& input, const KeptInput& kept) {
  const std::string group = input.group.substr(0, input.group.empty() ? 0 : input.group.size() - 1);
  const auto put = [&](io::Attribute attribute) {
    attribute.owner = attribute.owner.empty() ? group : input.group + attribute.owner;
    writer.attribute(attribute);
  };
  for (const io::Attribute& attribute : input.file.attributes) put(attribute);
  for (const io::Attribute& attribute : input.notes) put(attribute);
  writer.text_attribute(group, "daybreak_source", kept.name);
  writer.integer_attribute(group, kSourceBytes, kept.bytes);
  if (!kept.xxh3.empty()) writer.text_attribute(group, kSourceHash, kept.xxh3);
}

}  // namespace

void CompressOptions::declare(OptionSink& sink) {
  sink.choice("reader", &reader, {"h5py", "plugin", "plain"},
              "Who can read it: h5py with Blosc, our plugin too, HDF5 alone");
  sink.choice("effort", &effort, {"fast", "normal", "best"}, "How hard to try; all decode about equally fast");
  sink.choice("prefer", &prefer, {"size", "balanced", "speed"}, "What chunks are chosen for: few bytes, or a quick read too");
  sink.text("for-bandwidth", &link, "RATE", "Choose for the soonest decoded, read at such as 200MB/s");
  sink.file("selector", &selector, "Foretell by this file of train-selector, not the built-in model");
  sink.bytes("chunk", &chunk_bytes, "Bytes of a chunk, in whole rows, the unit that readers decode; 1MiB");
}

void check_chunk_bytes(std::int64_t bytes) {
  if (bytes < kSmallestChunk || bytes > kLargestChunk)
    throw usage_error("--chunk: expected 4KiB to 256MiB, found " + std::to_string(bytes), "1MiB suits most readers");
}

void CompressOptions::check() const {
  if (chunk_bytes) check_chunk_bytes(*chunk_bytes);
  parse_effort(effort);
  parse_audience(reader);
  objective();
}

codecs::Objective CompressOptions::objective() const {
  if (!link) return prefer == "speed" ? codecs::kFastest : prefer == "balanced" ? codecs::kBalanced : codecs::kSmallest;
  if (prefer != "size")
    throw usage_error("--for-bandwidth and --prefer exclude each other", "balanced is 200MB/s, speed 2GB/s");
  constexpr std::int64_t kMega = 1000000, kMost = 1000000;
  std::string_view rate = *link;
  const bool a_second = rate.ends_with("/s");
  if (a_second) rate.remove_suffix(2);
  const std::int64_t mega = a_second ? parse_bytes(rate) / kMega : 0;
  if (mega < 1 || mega > kMost)
    throw usage_error("--for-bandwidth: expected 1MB/s to 1TB/s, found '" + *link + "'", "200MB/s suits a shared network disk");
  return {static_cast<std::uint32_t>(mega)};
}

Layout compress(const std::vector<CompressInput>& inputs, const CompressOptions& options, const std::string& path,
                const std::string& shown_as, const Surroundings& around, const ShardRecord* shard) {
  Layout layout;
  layout.tool = kTool;
  layout.arrays = plan_arrays(inputs, options);
  std::string literals;
  layout.inputs = keep_inputs(inputs, literals, around.stop);
  if (shard != nullptr) layout.shard = *shard;
  if (shard != nullptr && shard->shard.index == 1) layout.whole = keep_uncut(inputs, literals);
  std::vector<Supply> supplies;
  for (const CompressInput& input : inputs)
    for (std::size_t i = 0; const io::ArraySource* source : input.written()) {
      const bool loses = i < input.lossy_forms.size() && input.lossy_forms[i];
      supplies.push_back({source, loses ? &*input.lossy_forms[i] : nullptr});
      ++i;
    }
  const auto kept_literals = io::memory_array(kLiterals, literals);
  if (!literals.empty()) {
    supplies.push_back({kept_literals.get()});
    KeptArray array;
    array.info = kept_literals->info();
    array.grid = make_grid(array.info, options.chunk_target());
    layout.arrays.push_back(std::move(array));
  }

  Hdf5Writer writer(path, shown_as);
  around.progress.begin("compress", total_bytes(layout), "B");
  write_arrays(writer, layout, supplies, options, around);
  for (std::size_t i = 0; i < inputs.size(); ++i) write_attributes(writer, inputs[i], layout.inputs[i]);
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
