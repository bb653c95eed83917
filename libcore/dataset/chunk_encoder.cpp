#include "libcore/dataset/chunk_encoder.h"

#include <blosc.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "libcore/base/error.h"

namespace daybreak::dataset {
namespace {

constexpr double kClose = 1.02;       // a runner-up within this factor is worth a try on the next chunks
constexpr std::size_t kCheapest = 1;  // the form of forms_for() that costs least
constexpr double kWorse = 1.10;       // a chunk this much worse than promised has other data in it

/// Encodes into `out`, which keeps its capacity between calls. Returns the bytes, or 0 where the form gains nothing.
std::size_t encode(std::span<const std::byte> chunk, std::size_t element_bytes, const Form& form,
                   std::vector<std::byte>& out) {
  out.resize(chunk.size() + BLOSC_MAX_OVERHEAD);
  // One block as long as the chunk: readers decode whole chunks, and longer blocks find more repeats.
  const int length = blosc_compress_ctx(form.level, form.shuffle, element_bytes, chunk.size(), chunk.data(), out.data(),
                                        out.size(), form.compressor, chunk.size(), 1);
  if (length < 0) throw Error(ExitStatus::bug, "Blosc cannot encode a chunk as " + form.name());
  return static_cast<std::size_t>(length) < chunk.size() ? static_cast<std::size_t>(length) : 0;
}

void verify(std::span<const std::byte> chunk, const EncodedChunk& encoded, const Form& form) {
  std::vector<std::byte> back(chunk.size());
  const int length = blosc_decompress_ctx(encoded.bytes.data(), back.data(), back.size(), 1);
  if (length != static_cast<int>(chunk.size()) || std::memcmp(back.data(), chunk.data(), chunk.size()) != 0)
    throw Error(ExitStatus::bug, "a chunk encoded as " + form.name() + " does not decode to the same bytes");
}

struct Trial {
  std::size_t form = 0, bytes = 0;
};

/// Tries the listed forms; the smallest frame is left in the result. `trials` receives the sizes of those that gain.
EncodedChunk smallest(std::span<const std::byte> chunk, std::size_t element_bytes, const std::vector<Form>& forms,
                      const std::vector<std::size_t>& candidates, std::vector<Trial>& trials) {
  EncodedChunk best;
  best.stored = true;
  std::size_t best_bytes = chunk.size();
  std::vector<std::byte> buffer;
  for (const std::size_t index : candidates) {
    const std::size_t bytes =
        forms[index].compressor == nullptr ? 0 : encode(chunk, element_bytes, forms[index], buffer);
    if (bytes == 0) continue;
    trials.push_back({index, bytes});
    if (bytes >= best_bytes) continue;
    best_bytes = bytes;
    best.form = index;
    best.stored = false;
    buffer.resize(bytes);
    std::swap(best.bytes, buffer);
  }
  if (best.stored) {
    best.bytes.assign(chunk.begin(), chunk.end());
  } else {
    best.bytes.shrink_to_fit();
    verify(chunk, best, forms[best.form]);
  }
  return best;
}

/// The level that costs ten times the others.
bool is_deep(const Form& form) {
  constexpr int kDeepest = 9;
  return form.level == kDeepest;
}

/// Blosc's own code of a compressor.
unsigned compressor_code(const char* name) {
  return static_cast<unsigned>(blosc_compname_to_compcode(name));
}

}  // namespace

Effort parse_effort(std::string_view name) {
  if (name == "fast") return Effort::fast;
  if (name == "normal") return Effort::normal;
  if (name == "best") return Effort::best;
  throw usage_error("expected fast, normal or best, found '" + std::string(name) + "'");
}

std::string Form::name() const {
  if (compressor == nullptr) return "stored";
  constexpr const char* kShuffles[] = {"", "-shuffle", "-bitshuffle"};
  return std::string(compressor) + std::to_string(level) + kShuffles[shuffle];
}

std::vector<Form> forms_for(Effort effort, std::size_t element_bytes) {
  std::vector<Form> forms{{nullptr, 0, 0}};
  const auto add = [&](const char* compressor, int level) {
    for (const int shuffle : {BLOSC_NOSHUFFLE, BLOSC_SHUFFLE, BLOSC_BITSHUFFLE})
      if (shuffle != BLOSC_SHUFFLE || element_bytes > 1) forms.push_back({compressor, level, shuffle});
  };
  add(BLOSC_LZ4_COMPNAME, 5);
  add(BLOSC_ZSTD_COMPNAME, effort == Effort::fast ? 1 : 5);
  if (effort == Effort::best) add(BLOSC_ZSTD_COMPNAME, 9);
  return forms;
}

EncodedChunk encode_trying_all(std::span<const std::byte> chunk, std::size_t element_bytes,
                               const std::vector<Form>& forms, Choice& choice) {
  std::vector<std::size_t> quick, deep;
  for (std::size_t i = 0; i < forms.size(); ++i)
    if (!is_deep(forms[i])) quick.push_back(i);
  std::vector<Trial> trials;
  EncodedChunk best = smallest(chunk, element_bytes, forms, quick, trials);
  // The slow level gains most without shuffling, where it finds repeats, else keeps the order of the quick ones.
  for (std::size_t i = 0; i < forms.size(); ++i)
    if (is_deep(forms[i]) &&
        (forms[i].shuffle == BLOSC_NOSHUFFLE || (!best.stored && forms[i].shuffle == forms[best.form].shuffle)))
      deep.push_back(i);
  if (EncodedChunk deepest = smallest(chunk, element_bytes, forms, deep, trials);
      deepest.bytes.size() < best.bytes.size())
    best = std::move(deepest);
  std::stable_sort(trials.begin(), trials.end(), [](const Trial& a, const Trial& b) { return a.bytes < b.bytes; });
  choice = {};
  if (trials.empty()) return best;
  choice.first = trials[0].form;
  choice.ratio = static_cast<double>(trials[0].bytes) / static_cast<double>(chunk.size());
  if (trials.size() > 1) {
    choice.second = trials[1].form;
    choice.second_is_close = static_cast<double>(trials[1].bytes) <= kClose * static_cast<double>(trials[0].bytes);
  }
  return best;
}

EncodedChunk encode_by_choice(std::span<const std::byte> chunk, std::size_t element_bytes,
                              const std::vector<Form>& forms, const Choice& choice) {
  Choice unused;
  std::vector<Trial> trials;
  if (forms[choice.first].compressor == nullptr) {
    // Nothing helped the neighbor. The cheapest form tells whether this chunk is another matter.
    EncodedChunk cheap = smallest(chunk, element_bytes, forms, {kCheapest}, trials);
    return cheap.stored ? cheap : encode_trying_all(chunk, element_bytes, forms, unused);
  }
  std::vector<std::size_t> candidates{choice.first};
  if (choice.second_is_close) candidates.push_back(choice.second);
  std::sort(candidates.begin(), candidates.end());
  EncodedChunk best = smallest(chunk, element_bytes, forms, candidates, trials);
  const double promised = kWorse * choice.ratio * static_cast<double>(chunk.size());
  if (static_cast<double>(best.bytes.size()) <= promised) return best;
  return encode_trying_all(chunk, element_bytes, forms, unused);
}

std::vector<unsigned> blosc_filter_parameters(std::size_t element_bytes, std::uint64_t chunk_bytes) {
  constexpr unsigned kFilterRevision = 2, kLevel = 5;
  return {
      kFilterRevision, BLOSC_VERSION_FORMAT, static_cast<unsigned>(element_bytes), static_cast<unsigned>(chunk_bytes),
      kLevel,          BLOSC_SHUFFLE,        compressor_code(BLOSC_ZSTD_COMPNAME)};
}

}  // namespace daybreak::dataset
