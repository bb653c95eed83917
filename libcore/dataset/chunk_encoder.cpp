#include "libcore/dataset/chunk_encoder.h"

#include <blosc.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/codecs/select.h"

namespace daybreak::dataset {
namespace {

constexpr double kClose = 1.02;       // a runner-up within this factor is worth a try on the next chunks
constexpr double kCloseFrame = 1.10;  // the same for what needs no plugin, where the best does
constexpr double kPluginCost = 1.02;  // a frame of ours must be smaller by this factor,
constexpr double kMuchFaster = 1.3;   // or no larger and faster to decode by this one
constexpr double kWorse = 1.03;       // a chunk this much worse than promised has other data in it,
constexpr double kBetter = 1.10;      // and so may one this much better, which another form may suit still more
constexpr double kDrifted = 1.03;     // so has one whose best forecast is this much better than that of the choice
// What a file says about an array in chunks beyond what it says about one that is stored whole: filters, an index.
constexpr std::uint64_t kDescriptionBytes = 56;
constexpr int kDeepest = 9;
constexpr std::uint64_t kSmallBytes = 64 << 10;  // zlib, whose tables are the shortest, is worth a try

std::vector<Form> forms_for(Audience audience, Effort effort, const codecs::ChunkType& type, bool alone) {
  const std::size_t element_bytes = codecs::element_info(type.type).bytes;
  std::vector<Form> forms;
  const auto add = [&](Form form, std::initializer_list<int> shuffles) {
    for (const int shuffle : shuffles) {
      if (shuffle == BLOSC_SHUFFLE && element_bytes == 1) continue;
      form.shuffle = shuffle;
      forms.push_back(form);
    }
  };
  if (audience == Audience::plain) {
    add({Form::Kind::deflate, effort == Effort::fast ? 1 : effort == Effort::normal ? 6 : kDeepest}, {0, BLOSC_SHUFFLE});
    return forms;
  }
  const std::initializer_list<int> all{BLOSC_NOSHUFFLE, BLOSC_SHUFFLE, BLOSC_BITSHUFFLE};
  add({Form::Kind::blosc, 5, 0, BLOSC_LZ4_COMPNAME}, all);
  add({Form::Kind::blosc, effort == Effort::fast ? 1 : 5, 0, BLOSC_ZSTD_COMPNAME}, all);
  if (effort == Effort::best) add({Form::Kind::blosc, kDeepest, 0, BLOSC_ZSTD_COMPNAME}, all);
  if (effort != Effort::best || type.bytes() > kSmallBytes) return forms;
  // One chunk may as well do without Blosc and its header.
  const Form zlib = alone ? Form{Form::Kind::deflate, kDeepest} : Form{Form::Kind::blosc, kDeepest, 0, BLOSC_ZLIB_COMPNAME};
  add(zlib, {BLOSC_NOSHUFFLE, BLOSC_SHUFFLE});
  return forms;
}

/// A form that was tried, and what it costs: its bytes, and what they cost readers.
struct Trial {
  Form form;
  double cost = 0;
};

/// The time that a form of libraries takes to decode, about: measured with one thread on a processor with AVX-512.
std::uint64_t decode_ns(const Form& form, std::uint64_t chunk_bytes) {
  constexpr std::uint64_t kStored = 50, kDeflate = 3000, kLz4 = 350, kZstd = 1100;  // picoseconds a byte
  if (form.kind == Form::Kind::stored) return kStored * chunk_bytes / 1000;
  if (form.kind == Form::Kind::deflate) return kDeflate * chunk_bytes / 1000;
  const std::string_view compressor = form.compressor;
  if (compressor == BLOSC_ZLIB_COMPNAME) return kDeflate * chunk_bytes / 1000;
  return (compressor == BLOSC_LZ4_COMPNAME ? kLz4 : kZstd) * chunk_bytes / 1000;
}

/// The trials of one chunk; the best one's bytes are kept.
class Trials {
 public:
  Trials(std::span<const std::byte> chunk, const codecs::ChunkType& type, codecs::Objective objective, bool alone)
      : chunk_(chunk),
        type_(type),
        objective_(objective),
        description_(alone ? kDescriptionBytes : 0),
        best_{.form = {}, .bytes = {}, .decode_ns = decode_ns(Form{}, chunk.size())},
        best_cost_(cost_of(Form{}, chunk.size(), best_.decode_ns)) {}

  void run(const Form& form) { keep(form, encode(form, type_, chunk_, buffer_), decode_ns(form, chunk_.size())); }

  /// Returns the bytes of the frame, nothing where it gains none.
  std::optional<std::size_t> run(const codecs::Prospect& prospect) {
    Form form{Form::Kind::frame};
    form.pipeline = prospect.pipeline;
    const bool gains = encode(form, type_, chunk_, buffer_);
    const std::size_t bytes = buffer_.size();
    keep(form, gains, prospect.decode_ns);
    return gains ? std::optional(bytes) : std::nullopt;
  }

  const Form& best() const { return best_.form; }
  std::uint64_t best_decode_ns() const { return best_.decode_ns; }
  /// What frames of ours are compared with: the time that the best form of libraries takes to decode.
  void set_standard(std::uint64_t nanoseconds) { standard_ns_ = nanoseconds; }

  EncodedChunk take() {
    if (best_.form.kind == Form::Kind::stored) {
      best_.bytes.assign(chunk_.begin(), chunk_.end());
    } else {
      best_.bytes.shrink_to_fit();
      verify(best_.form, type_, chunk_, best_.bytes);
    }
    return std::move(best_);
  }

  Choice choice() {
    Choice choice;
    if (tried_.empty()) return choice;
    std::stable_sort(tried_.begin(), tried_.end(), [](const Trial& a, const Trial& b) { return a.cost < b.cost; });
    choice.first = tried_[0].form;
    choice.ratio = tried_[0].cost / static_cast<double>(chunk_.size());
    if (tried_.size() < 2) return choice;
    const double close = choice.first.kind == Form::Kind::frame ? kCloseFrame : kClose;
    choice.second = tried_[1].form;
    choice.second_is_close = tried_[1].cost <= close * tried_[0].cost;
    return choice;
  }

  /// The best costs about `ratio` times the plain bytes; of frames, whose forecasts tell what has changed, also less.
  bool keeps(double ratio) const {
    const double promised = ratio * static_cast<double>(chunk_.size());
    const bool foreseen = best_.form.kind == Form::Kind::frame;
    return best_cost_ <= kWorse * promised && (foreseen || kBetter * best_cost_ >= promised);
  }

 private:
  double cost_of(const Form& form, std::size_t bytes, std::uint64_t nanoseconds) const {
    if (form.kind != Form::Kind::stored) bytes += description_;
    const auto cost = static_cast<double>(objective_.cost(bytes, nanoseconds));
    const bool much_faster = kMuchFaster * static_cast<double>(nanoseconds) <= static_cast<double>(standard_ns_);
    return form.kind == Form::Kind::frame && !much_faster ? kPluginCost * cost : cost;
  }

  /// What stands in buffer_.
  void keep(const Form& form, bool gains, std::uint64_t nanoseconds) {
    if (!gains) return;
    const double cost = cost_of(form, buffer_.size(), nanoseconds);
    tried_.push_back({form, cost});
    if (cost >= best_cost_) return;
    best_cost_ = cost;
    best_.form = form;
    best_.decode_ns = nanoseconds;
    std::swap(best_.bytes, buffer_);
  }

  std::span<const std::byte> chunk_;
  const codecs::ChunkType& type_;
  codecs::Objective objective_;
  std::uint64_t description_;  // bytes
  std::vector<Trial> tried_;
  EncodedChunk best_;
  std::uint64_t standard_ns_ = 0;
  double best_cost_;
  std::vector<std::byte> buffer_;
};

/// What is foretold of a pipeline; of one that is no candidate, nothing.
codecs::Prospect prospect_of(codecs::Pipeline pipeline, std::span<const codecs::Prospect> foreseen) {
  for (const codecs::Prospect& one : foreseen)
    if (one.pipeline == pipeline) return one;
  return {pipeline};
}

double times(std::uint64_t now, std::uint64_t then) {
  return then == 0 ? 1 : static_cast<double>(now) / static_cast<double>(then);
}

}  // namespace

ChunkEncoder::ChunkEncoder(Audience audience, Effort effort, codecs::ChunkType type, codecs::Selector selector, bool alone)
    : audience_(audience),
      type_(std::move(type)),
      selector_(selector),
      alone_(alone),
      forms_(forms_for(audience, effort, type_, alone)) {}

std::vector<codecs::Prospect> ChunkEncoder::foresee(std::span<const std::byte> chunk, const Lookback& before) const {
  return codecs::foresee(selector_, type_.type, type_.shape, codec_bytes(chunk), before.experience);
}

EncodedChunk ChunkEncoder::encode_trying_all(std::span<const std::byte> chunk, const Lookback& before,
                                             Choice& choice) const {
  Trials trials(chunk, type_, selector_.objective, alone_);
  for (const Form& form : forms_) trials.run(form);
  if (audience_ != Audience::plugin) {
    choice = trials.choice();
    return trials.take();
  }
  const std::uint64_t standard_ns = trials.best_decode_ns();
  trials.set_standard(standard_ns);
  const std::vector<codecs::Prospect> foreseen = foresee(chunk, before);
  codecs::Experience seen;
  const std::uint64_t values = chunk.size() / codecs::element_info(type_.type).bytes;
  for (const codecs::Prospect& one : codecs::finalists(selector_, type_.type, type_.shape, codec_bytes(chunk), foreseen,
                                                       before.experience, before.explore))
    if (const auto bytes = trials.run(one)) seen.learn(one, *bytes, values);
  choice = trials.choice();
  choice.seen = std::move(seen);
  choice.standard_ns = standard_ns;
  choice.best_foreseen = foreseen[0];
  choice.first_foreseen = prospect_of(choice.first.pipeline, foreseen);
  return trials.take();
}

EncodedChunk ChunkEncoder::encode_by_choice(std::span<const std::byte> chunk, const Lookback& before,
                                            const Choice& choice) const {
  Choice unused;
  Trials trials(chunk, type_, selector_.objective, alone_);
  trials.set_standard(choice.standard_ns);
  if (choice.first.kind == Form::Kind::stored) {
    // Nothing helped the neighbor. The cheapest form tells whether this chunk is another matter.
    trials.run(forms_.front());
    return trials.best().kind == Form::Kind::stored ? trials.take() : encode_trying_all(chunk, before, unused);
  }
  const auto is_frame = [](const Form& form) { return form.kind == Form::Kind::frame; };
  std::vector<codecs::Prospect> foreseen;
  const auto run = [&](const Form& form) {
    if (is_frame(form))
      trials.run(prospect_of(form.pipeline, foreseen));
    else
      trials.run(form);
  };
  if (is_frame(choice.first) || (choice.second_is_close && is_frame(choice.second))) foreseen = foresee(chunk, before);
  double promised = choice.ratio;
  if (is_frame(choice.first)) {
    const codecs::Prospect first = prospect_of(choice.first.pipeline, foreseen);
    if (times(first.cost, foreseen[0].cost) > kDrifted * times(choice.first_foreseen.cost, choice.best_foreseen.cost))
      return encode_trying_all(chunk, before, unused);
    promised *= times(first.cost, choice.first_foreseen.cost);
  }
  run(choice.first);
  if (choice.second_is_close) run(choice.second);
  return trials.keeps(promised) ? trials.take() : encode_trying_all(chunk, before, unused);
}

}  // namespace daybreak::dataset
