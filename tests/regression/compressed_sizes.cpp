// The bytes that each pipeline makes of each array, against tables under version control: a codec that came to write
// more, fewer or other bytes shows in a review.
//
//   compressed_sizes TABLE            compares TABLE with what is made now; prints the difference and ends with 1
//   compressed_sizes TABLE --update   writes TABLE anew
//   compressed_sizes TABLE --real DATA_FOLDER [--update]   the beginnings of the files of the folder, by the choice
//   alone
//
// Ends with 77 where the table was made with other versions of zstd or Blosc, whose bytes are theirs to change.
#include <blosc.h>
#include <zstd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "libcore/codecs/frame.h"
#include "libcore/codecs/candidates.h"
#include "libcore/codecs/select.h"
#include "libcore/dataset/chunk_encoder.h"
#include "libcore/io/array_file.h"
#include "tests/regression/arrays.h"

namespace fs = std::filesystem;
using namespace daybreak;
using Lines = std::vector<std::string>;

namespace {

constexpr std::size_t kKeyWidth = 42 + 1 + 40;  // of a line, in front of the bytes
constexpr int kDiffers = 1, kUsage = 64, kFault = 70, kSkipped = 77;

std::string line_of(const std::string& array, const std::string& pipeline, const std::string& bytes) {
  char text[200];
  std::snprintf(text, sizeof text, "%-42s %-40s %9s", array.c_str(), pipeline.c_str(), bytes.c_str());
  return text;
}

std::string header() {
  return std::string("# zstd ") + ZSTD_versionString() + ", Blosc " + BLOSC_VERSION_STRING;
}

/// The frame of one pipeline, decoded and compared.
std::size_t frame_bytes(codecs::Pipeline& pipeline, const test::NamedArray& array) {
  const codecs::ChunkType type = dataset::chunk_type(array.info.type, array.info.shape);
  const codecs::ByteSpan data = dataset::codec_bytes(array.data);
  codecs::Bytes frame, decoded(data.size());
  codecs::FrameHeader used;
  if (codecs::encode(pipeline, type.type, type.shape, data, frame) != codecs::Status::ok ||
      codecs::decode(frame, decoded) != codecs::Status::ok || !std::equal(data.begin(), data.end(), decoded.begin()) ||
      codecs::read_header(frame, used) != codecs::Status::ok)
    throw std::runtime_error(array.info.name + " does not come back by " + codecs::pipeline_name(pipeline));
  pipeline = used.pipeline;
  return frame.size();
}

/// A line for each candidate; "-" where it does not hold the array or makes nothing smaller.
void add_candidates(Lines& lines, const test::NamedArray& array) {
  const codecs::ChunkType type = dataset::chunk_type(array.info.type, array.info.shape);
  for (const codecs::Pipeline candidate : codecs::candidates(type.type, type.shape)) {
    codecs::Pipeline used = candidate;
    const std::size_t bytes = frame_bytes(used, array);
    lines.push_back(
        line_of(array.info.name, codecs::pipeline_name(candidate), used == candidate ? std::to_string(bytes) : "-"));
  }
}

/// What readers get: our choice by each preference, and the form for readers without our plugin.
void add_choices(Lines& lines, const test::NamedArray& array, std::initializer_list<const char*> preferences) {
  const codecs::ChunkType type = dataset::chunk_type(array.info.type, array.info.shape);
  constexpr codecs::Objective kObjectives[]{codecs::kSmallest, codecs::kBalanced, codecs::kFastest};
  const codecs::Objective* objective = kObjectives;
  for (const char* name : preferences) {
    codecs::Pipeline chosen = codecs::best_pipeline(type.type, type.shape, dataset::codec_bytes(array.data),
                                                    {&codecs::builtin_selector(), *objective++});
    const std::size_t bytes = frame_bytes(chosen, array);
    lines.push_back(line_of(array.info.name, name + (" = " + codecs::pipeline_name(chosen)), std::to_string(bytes)));
  }
  dataset::Choice unused;
  const dataset::ChunkEncoder blosc(dataset::Audience::h5py, dataset::Effort::best, type);
  const dataset::EncodedChunk encoded = blosc.encode_trying_all(array.data, {}, unused);
  lines.push_back(line_of(array.info.name, "h5py = " + encoded.form.name(), std::to_string(encoded.bytes.size())));
}

Lines generated_table() {
  Lines lines{header(), line_of("# array", "pipeline", "bytes")};
  for (const test::NamedArray& array : test::generated_arrays()) {
    lines.push_back(line_of(array.info.name, "plain", std::to_string(array.data.size())));
    add_candidates(lines, array);
    add_choices(lines, array, {"size", "balanced", "speed"});
  }
  return lines;
}

/// Whole steps of the first axis, as far as they fit 256 KiB; the first such part of a single step that is larger.
test::NamedArray beginning(const io::ArraySource& source) {
  constexpr std::uint64_t kBytes = 256 << 10;
  test::NamedArray part{source.info(), {}};
  for (std::size_t axis = 0; part.info.bytes() > kBytes && axis < part.info.shape.size(); ++axis) {
    const std::uint64_t step = part.info.bytes() / part.info.shape[axis];
    part.info.shape[axis] = std::clamp<std::uint64_t>(kBytes / step, 1, part.info.shape[axis]);
  }
  part.data.resize(part.info.bytes());
  source.read(0, part.data);
  return part;
}

Lines real_table(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const char* kind : {"arrays", "images", "tokens", "weights"})
    for (const auto& entry : fs::recursive_directory_iterator(folder / kind))
      if (entry.is_regular_file()) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  Lines lines{header(), line_of("# array", "pipeline", "bytes")};
  for (const fs::path& path : paths) {
    const std::vector<io::ArrayFile> files = io::open_arrays(path.string(), {});
    if (files[0].format == "bytes" || files[0].arrays.empty()) continue;
    const auto largest = std::max_element(
        files[0].arrays.begin(), files[0].arrays.end(),
        [](const auto& one, const auto& other) { return one->info().bytes() < other->info().bytes(); });
    test::NamedArray array = beginning(**largest);
    array.info.name = path.extension() == ".zst" ? path.stem().string() : path.filename().string();
    lines.push_back(line_of(array.info.name, "plain", std::to_string(array.data.size())));
    add_choices(lines, array, {"size"});
  }
  return lines;
}

Lines read_lines(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + " cannot be read; write it with --update");
  Lines lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

/// What diff -u0 would print of lines that keep their order.
void print_difference(const Lines& wanted, const Lines& found) {
  const auto key = [](const std::string& line) { return line.substr(0, line.find(" = ")).substr(0, kKeyWidth); };
  auto next = found.begin();
  for (const std::string& line : wanted) {
    const auto same =
        std::find_if(next, found.end(), [&](const std::string& other) { return key(other) == key(line); });
    if (same == found.end()) {
      std::printf("-%s\n", line.c_str());
      continue;
    }
    for (; next != same; ++next) std::printf("+%s\n", next->c_str());
    if (*same != line) std::printf("-%s\n+%s\n", line.c_str(), same->c_str());
    next = same + 1;
  }
  for (; next != found.end(); ++next) std::printf("+%s\n", next->c_str());
}

int compare(const Lines& wanted, const Lines& found) {
  if (wanted == found) return 0;
  if (wanted.empty() || wanted[0] != found[0]) {
    std::printf("skipped: the table was made with %s; here is %s\n", wanted.empty() ? "nothing" : wanted[0].c_str() + 2,
                found[0].c_str() + 2);
    return kSkipped;
  }
  print_difference(wanted, found);
  std::printf("Other bytes than the table has. If that is meant, write it anew with --update and review the change.\n");
  return kDiffers;
}

int run(const Lines& words) {
  const bool update = words.back() == "--update";
  const bool real = words.size() > 2 && words[1] == "--real";
  if (words.size() != 1u + (real ? 2 : 0) + (update ? 1 : 0)) {
    std::fprintf(stderr, "compressed_sizes: expected TABLE [--real DATA_FOLDER] [--update]\n");
    return kUsage;
  }
  if (real && !fs::is_directory(words[2])) {
    std::printf("skipped: no real data\n");
    return kSkipped;
  }
  const Lines found = real ? real_table(words[2]) : generated_table();
  if (!update) return compare(read_lines(words[0]), found);
  std::ofstream file(words[0]);
  for (const std::string& line : found) file << line << '\n';
  if (!file.flush()) throw std::runtime_error(words[0] + " cannot be written");
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  return argc < 2 ? run({"", ""}) : run({argv + 1, argv + argc});
} catch (const std::exception& failure) {
  std::fprintf(stderr, "compressed_sizes: %s\n", failure.what());
  return kFault;
}
