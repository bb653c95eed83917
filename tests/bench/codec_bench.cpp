// The codecs on real data, beside zstd: for each array of the data folder the size by pipeline and the speed of
// decoding. What is measured was decoded and compared first. Chunks are 4 MiB of whole rows, the same for all. One
// thread.
//
//   bench_codecs [--all] [NAME...]   NAME: part of a path below DAYBREAK_DATA; --all: a line for each pipeline that
//   applies
#include <zstd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>

#include "libcore/codecs/frame.h"
#include "libcore/codecs/candidates.h"
#include "libcore/codecs/rans.h"
#include "libcore/codecs/rans_lanes.h"
#include "libcore/codecs/select.h"

namespace fs = std::filesystem;
using namespace daybreak::codecs;

namespace {

constexpr std::size_t kChunkBytes = 4 << 20;
constexpr int kRepetitions = 5;

struct Array {
  std::string name;
  ElementType type;
  std::vector<std::uint64_t> shape;
  Bytes data;
};

/// What a part of the compressed form costs and how fast it comes back.
struct Figure {
  std::size_t bytes = 0;
  double decode_s = 0, encode_s = 0;
  bool equal = true;
};

/// Processor time, which other programs on the machine disturb less than they do wall time.
double seconds_of(const std::function<void()>& work) {
  const std::clock_t start = std::clock();
  work();
  return std::max(1.0, static_cast<double>(std::clock() - start)) / CLOCKS_PER_SEC;
}

double best_of(const std::function<void()>& work) {
  double best = seconds_of(work);
  for (int i = 1; i < kRepetitions; ++i) best = std::min(best, seconds_of(work));
  return best;
}

Bytes read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  Bytes bytes(std::istreambuf_iterator<char>(in), {});
  if (path.extension() != ".zst") return bytes;
  Bytes plain(std::size_t{64} << 20);
  const std::size_t size = ZSTD_decompress(plain.data(), plain.size(), bytes.data(), bytes.size());
  plain.resize(ZSTD_isError(size) ? 0 : size);
  return plain;
}

/// The array of a .npy file as NumPy writes it; an empty name where its type is none of ours.
Array parse_npy(const std::string& name, const Bytes& bytes) {
  static const std::map<std::string, ElementType> kTypes{
      {"<f4", ElementType::f32}, {"<f8", ElementType::f64}, {"<i4", ElementType::i32}, {"<i8", ElementType::i64},
      {"<i2", ElementType::i16}, {"<u2", ElementType::u16}, {"|u1", ElementType::u8},  {"<u4", ElementType::u32}};
  const std::size_t length = bytes[8] | std::size_t{bytes[9]} << 8;
  const std::string header(bytes.begin() + 10, bytes.begin() + 10 + static_cast<std::ptrdiff_t>(length));
  const auto descr = header.find('\'', header.find("descr") + 6) + 1;
  const auto type = kTypes.find(header.substr(descr, header.find('\'', descr) - descr));
  if (type == kTypes.end()) return {};
  Array array{name, type->second, {}, Bytes(bytes.begin() + 10 + static_cast<std::ptrdiff_t>(length), bytes.end())};
  const char* at = header.c_str() + header.find('(') + 1;
  for (char* end = nullptr; *at != ')'; at = end + std::strspn(end, ", "))
    array.shape.push_back(std::strtoull(at, &end, 10));
  return array;
}

Array whole_file(const std::string& name, ElementType type, std::vector<std::uint64_t> shape, Bytes bytes,
                 std::size_t header) {
  return {name, type, std::move(shape), Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(header), bytes.end())};
}

/// All tensors of one element type one after the other: what a checkpoint is to a codec of flat arrays.
Array parse_safetensors(const std::string& name, const Bytes& bytes) {
  const auto header = static_cast<std::size_t>(load_little<std::uint64_t>(bytes.data()));
  const std::string text(bytes.begin() + 8, bytes.begin() + 8 + static_cast<std::ptrdiff_t>(header));
  ElementType type = ElementType::f32;
  if (text.find("\"F16\"") != text.npos) type = ElementType::f16;
  if (text.find("\"I16\"") != text.npos || text.find("\"I8\"") != text.npos) return {};
  Array array{name, type, {}, Bytes(bytes.begin() + 8 + static_cast<std::ptrdiff_t>(header), bytes.end())};
  array.data.resize(array.data.size() / element_info(type).bytes * element_info(type).bytes);
  array.shape = {array.data.size() / element_info(type).bytes};
  return array;
}

Array load(const fs::path& root, const fs::path& path) {
  const std::string name = fs::relative(path, root).string();
  Bytes bytes = read_file(path);
  const auto has = [&](const char* part) { return name.find(part) != name.npos; };
  if (has(".npy")) return parse_npy(name, bytes);
  if (has(".safetensors")) return parse_safetensors(name, bytes);
  if (has("mnist_t10k_images")) return whole_file(name, ElementType::u8, {10000, 28, 28}, bytes, 16);
  if (has("kodak_19") || has("kodak_20")) return whole_file(name, ElementType::u8, {768, 512, 3}, bytes, 0);
  if (has("kodak")) return whole_file(name, ElementType::u8, {512, 768, 3}, bytes, 0);
  if (has("cl100k")) return whole_file(name, ElementType::u32, {bytes.size() / 4}, bytes, 0);
  if (has("gpt2.bin") || has("gpt2_train")) return whole_file(name, ElementType::u16, {bytes.size() / 2}, bytes, 0);
  return {};
}

/// The same numbers in other types, as the notes' table has them.
std::vector<Array> derived(const Array& array) {
  std::vector<Array> more;
  if (array.name.find("mnist") != array.name.npos) {
    Array pixels{array.name + " /255", ElementType::f32, array.shape, Bytes(4 * array.data.size())};
    for (std::size_t i = 0; i < array.data.size(); ++i) {
      const float pixel = static_cast<float>(array.data[i]) / 255.0f;
      std::memcpy(pixels.data.data() + 4 * i, &pixel, 4);
    }
    more.push_back(std::move(pixels));
  }
  const bool weights =
      array.name.find("weights") != array.name.npos || array.name.find("glove_wink") != array.name.npos;
  if (weights && array.type == ElementType::f32) {
    Array brief{array.name + " bf16", ElementType::bf16, array.shape, {}};
    for (std::size_t i = 0; i < array.data.size(); i += 4) {
      const auto bits = load_little<std::uint32_t>(array.data.data() + i);
      const std::uint32_t rounded = bits + 0x7FFF + (bits >> 16 & 1);  // no NaNs here
      brief.data.push_back(static_cast<std::uint8_t>(rounded >> 16));
      brief.data.push_back(static_cast<std::uint8_t>(rounded >> 24));
    }
    more.push_back(std::move(brief));
  }
  return more;
}

/// Calls visit(shape, bytes) for each chunk of whole rows.
void for_chunks(const Array& array, const std::function<void(std::span<const std::uint64_t>, ByteSpan)>& visit) {
  std::vector<std::uint64_t> shape = array.shape;
  const std::size_t rows = shape[0], row = array.data.size() / rows,
                    rows_each = std::max<std::size_t>(1, kChunkBytes / row);
  for (std::size_t start = 0; start < rows; start += rows_each) {
    shape[0] = std::min(rows_each, rows - start);
    visit(shape, ByteSpan(array.data).subspan(start * row, shape[0] * row));
  }
}

using Choose = std::function<Pipeline(std::span<const std::uint64_t>, ByteSpan)>;

/// What a choice of pipelines makes of the array; `used` names them.
Figure measure(const Array& array, const Choose& choose, std::string& used) {
  Figure figure;
  std::map<std::string, int> names;
  for_chunks(array, [&](std::span<const std::uint64_t> shape, ByteSpan data) {
    Bytes frame, out(data.size());
    figure.encode_s += seconds_of([&] { (void)encode(choose(shape, data), array.type, shape, data, frame); });
    figure.equal = decode(frame, out) == Status::ok && std::equal(out.begin(), out.end(), data.begin(), data.end()) &&
                   figure.equal;
    figure.decode_s += best_of([&] { (void)decode(frame, out); });
    figure.bytes += frame.size();
    FrameHeader header;
    if (read_header(frame, header) == Status::ok) ++names[pipeline_name(header.pipeline)];
  });
  for (const auto& [name, chunks] : names) used += (used.empty() ? "" : " ") + name;
  return figure;
}

Figure measure_zstd(const Array& array, int level) {
  Figure figure;
  for_chunks(array, [&](std::span<const std::uint64_t>, ByteSpan data) {
    Bytes frame(ZSTD_compressBound(data.size())), out(data.size());
    std::size_t size = 0;
    figure.encode_s +=
        seconds_of([&] { size = ZSTD_compress(frame.data(), frame.size(), data.data(), data.size(), level); });
    figure.decode_s += best_of([&] { (void)ZSTD_decompress(out.data(), out.size(), frame.data(), size); });
    figure.equal = std::equal(out.begin(), out.end(), data.begin(), data.end()) && figure.equal;
    figure.bytes += size;
  });
  return figure;
}

void print(const char* what, const Array& array, const Figure& figure) {
  const double bytes = static_cast<double>(array.data.size());
  std::printf("  %-32s %8.3f  decode %6.0f MB/s  encode %5.0f MB/s%s\n", what,
              bytes / static_cast<double>(figure.bytes), bytes / figure.decode_s / 1e6, bytes / figure.encode_s / 1e6,
              figure.equal ? "" : "  DIFFERS");
}

bool run(const Array& array, bool all) {
  std::printf("%s %s %zu bytes\n", array.name.c_str(), element_info(array.type).name, array.data.size());
  bool equal = true;
  for (const int level : {3, 19}) print(level == 3 ? "zstd -3" : "zstd -19", array, measure_zstd(array, level));
  if (all)
    for (const Pipeline pipeline : candidates(array.type, array.shape)) {
      std::string used;
      const Figure figure = measure(
          array, [&](auto, auto) { return pipeline; }, used);
      equal = figure.equal && equal;
      if (used == pipeline_name(pipeline)) print(used.c_str(), array, figure);
    }
  std::string used;
  const Figure best = measure(
      array,
      [&](std::span<const std::uint64_t> shape, ByteSpan data) {
        return best_pipeline(array.type, shape, data);
      },
      used);
  print(("best: " + used).c_str(), array, best);
  return best.equal && equal;
}

/// Symbols a second of the entropy decoder alone, by kernel.
void measure_kernels() {
  constexpr std::size_t kSymbols = 1 << 20;
  Bytes symbols(kSymbols), contexts(kSymbols);
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < kSymbols; ++i) {
    state = state * 1664525 + 1013904223;
    symbols[i] = static_cast<std::uint8_t>((state >> 24) * (state >> 16 & 0xFF) >> 9);
    contexts[i] = static_cast<std::uint8_t>(state >> 10 & 15);
  }
  std::array<std::uint32_t, 256> counts{};
  for (const std::uint8_t symbol : symbols) ++counts[symbol];
  const std::vector<rans::Frequencies> tables(16, rans::normalize(counts));
  std::vector<rans::DecodeEntry> entries(16 * rans::kScale);
  for (std::size_t t = 0; t < 16; ++t)
    rans::fill_decode_table(tables[t], std::span(entries).subspan(t * rans::kScale, rans::kScale));
  for (const bool by_context : {false, true}) {
    const ByteSpan side = by_context ? ByteSpan(contexts) : ByteSpan();
    const Bytes coded = rans::encode(symbols, side, tables);
    for (const rans::LaneKernel* kernel : rans::kernels()) {
      Bytes out(kSymbols);
      const bool equal = rans::decode(coded, side, entries, out, *kernel) && out == symbols;
      const double seconds = best_of([&] { (void)rans::decode(coded, side, entries, out, *kernel); });
      std::printf("rans %-8s %-14s %5.2f G symbols/s%s\n", kernel->name, by_context ? "16 contexts" : "order 0",
                  kSymbols / seconds / 1e9, equal ? "" : "  DIFFERS");
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const char* folder = std::getenv("DAYBREAK_DATA");
  const fs::path root = folder ? folder : "../shared/data";
  if (!fs::exists(root)) {
    std::printf("no data at %s: set DAYBREAK_DATA\n", root.c_str());
    return 1;
  }
  bool all = false, equal = true;
  std::vector<std::string> wanted;
  for (int i = 1; i < argc; ++i) {
    all = all || argv[i] == std::string("--all");
    if (argv[i] != std::string("--all")) wanted.emplace_back(argv[i]);
  }
  measure_kernels();
  std::vector<fs::path> paths;
  for (const char* part : {"arrays", "images", "tokens", "weights"})
    for (const auto& entry : fs::recursive_directory_iterator(root / part))
      if (entry.is_regular_file()) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  for (const fs::path& path : paths) {
    const auto named = [&](const std::string& part) { return path.string().find(part) != std::string::npos; };
    if (!wanted.empty() && std::none_of(wanted.begin(), wanted.end(), named)) continue;
    const Array array = load(root, path);
    if (array.name.empty() || array.data.empty()) continue;
    equal = run(array, all) && equal;
    for (const Array& more : derived(array)) equal = run(more, all) && equal;
  }
  return equal ? 0 : 1;
}
