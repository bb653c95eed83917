#include "libcore/dataset/collect_examples.h"

#include <algorithm>
#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/dataset/chunk_form.h"
#include "libcore/dataset/chunk_grid.h"
#include "libcore/dataset/ordered_work.h"

namespace daybreak::dataset {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSmallChunk = std::uint64_t{256} << 10, kLargeChunk = std::uint64_t{1} << 20;
constexpr std::uint64_t kShortestArray = std::uint64_t{4} << 10;
constexpr std::uint64_t kLargestRelative = std::uint64_t{2} << 20;

/// One chunk to be looked at.
struct Place {
  const io::ArraySource* source;
  ChunkGrid grid;
  std::uint64_t ordinal;
  bool relatives;
};

/// `most` of the chunks of a file, evenly spread.
std::vector<Place> places_in(const std::vector<io::ArrayFile>& files, std::uint64_t chunk_bytes, std::uint64_t most) {
  std::vector<Place> all;
  for (const io::ArrayFile& file : files)
    for (const auto& source : file.arrays) {
      const io::ArrayInfo& info = source->info();
      // An array that fits the small chunk need not be seen twice.
      if (info.bytes() < kShortestArray || (chunk_bytes == kLargeChunk && info.bytes() <= kSmallChunk)) continue;
      const ChunkGrid grid = make_grid(info, chunk_bytes);
      for (std::uint64_t ordinal = 0; ordinal < grid.count; ++ordinal) all.push_back({source.get(), grid, ordinal, false});
    }
  if (all.size() <= most) return all;
  std::vector<Place> chosen;
  for (std::uint64_t i = 0; i < most; ++i) chosen.push_back(all[most == 1 ? 0 : (all.size() - 1) * i / (most - 1)]);
  return chosen;
}

TypedChunk read_chunk(const Place& place) {
  const io::ArrayInfo& info = place.source->info();
  const ChunkPlace at = place.grid.place(place.ordinal);
  TypedChunk chunk{chunk_type(info.type, place.grid.chunk), codecs::Bytes(place.grid.chunk_bytes)};
  const auto valid = std::as_writable_bytes(std::span(chunk.bytes)).first(at.valid_bytes);
  place.source->read(at.offset_bytes, valid);
  return chunk;
}

std::vector<SelectorExample> observe_all(const std::string& name, const Place& place, const Surroundings& around) {
  const TypedChunk chunk = read_chunk(place);
  std::vector<SelectorExample> examples{observe(name, chunk)};
  if (!place.relatives) return examples;
  for (const TypedChunk& relative : relatives_of(chunk)) {
    around.stop.check();
    if (relative.bytes.size() <= kLargestRelative) examples.push_back(observe(name, relative));
  }
  return examples;
}

}  // namespace

void CollectOptions::declare(OptionSink& sink) {
  sink.count("chunks", &chunks, "N", "Chunks of a file to learn from, of each of two sizes", OptionSink::Range{1, 1000});
}

std::vector<LessonFile> files_below(const std::vector<std::string>& paths) {
  std::vector<LessonFile> files;
  for (const std::string& path : paths) {
    std::error_code unreachable;  // is told where the file is opened
    if (!fs::is_directory(path, unreachable)) {
      files.push_back({path, path});
      continue;
    }
    std::vector<std::string> below;
    try {
      for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path))
        if (entry.is_regular_file() && !entry.path().filename().string().starts_with('.'))
          below.push_back(entry.path().string());
    } catch (const fs::filesystem_error& failure) {
      throw system_error("open", failure.path1().empty() ? path : failure.path1().string(), failure.code().value());
    }
    std::sort(below.begin(), below.end());
    if (below.empty()) throw Error(ExitStatus::no_input, path + ": no file is in this folder");
    for (const std::string& file : below) {
      const fs::path inside = fs::path(file).lexically_relative(path);
      files.push_back({file, inside.has_parent_path() ? (fs::path(path) / *inside.begin()).string() : file});
    }
  }
  return files;
}

std::vector<SelectorExample> collect_examples(const std::string& dataset, const std::vector<io::ArrayFile>& files,
                                              const CollectOptions& options, const Surroundings& around) {
  const auto most = static_cast<std::uint64_t>(options.chunks);
  std::vector<Place> places = places_in(files, kSmallChunk, most);
  for (std::size_t i = 0; i < places.size(); i += 2) places[i].relatives = true;
  const std::vector<Place> large = places_in(files, kLargeChunk, most);
  places.insert(places.end(), large.begin(), large.end());
  std::vector<SelectorExample> examples;
  const auto work = [&](std::uint64_t i) {
    around.stop.check();
    return observe_all(dataset, places[i], around);
  };
  const auto take = [&](std::uint64_t i, std::vector<SelectorExample> some) {
    around.progress.advance(places[i].grid.chunk_bytes);
    std::move(some.begin(), some.end(), std::back_inserter(examples));
  };
  in_order<std::vector<SelectorExample>>(places.size(), around.threads, work, take);
  return examples;
}

}  // namespace daybreak::dataset
