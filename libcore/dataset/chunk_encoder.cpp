#include "libcore/dataset/chunk_encoder.h"

#include <blosc.h>

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/codecs/select.h"

namespace daybreak::dataset {
namespace {

constexpr double kClose = 1.02;       // a runner-up within this factor is worth a try on the next chunks
constexpr double kCloseFrame = 1.10;  // the same for what needs no plugin, where the best does
constexpr double kPluginCost = 1.02;  // a frame of ours must be smaller by this factor
constexpr double kWorse = 1.10;       // a chunk this much worse than promised has other data in it
constexpr int kDeepest = 9;           // the level that costs ten times the others

std::vector<Form> forms_for(Audience audience, Effort effort, std::size_t element_bytes) {
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
  return forms;
}

/// A form that was tried, and what it costs: its bytes, and what they cost readers.
struct Trial {
  Form form;
  double cost = 0;
};

/// The trials of one chunk; the best one's bytes are kept.
class Trials {
 public:
  Trials(std::span<const std::byte> chunk, const codecs::ChunkType& type) : chunk_(chunk), type_(type) {
    best_cost_ = static_cast<double>(chunk.size());
  }

  void run(const Form& form) {
    if (!encode(form, type_, chunk_, buffer_)) return;
    const double cost = static_cast<double>(buffer_.size()) * (form.kind == Form::Kind::frame ? kPluginCost : 1);
    tried_.push_back({form, cost});
    if (cost >= best_cost_) return;
    best_cost_ = cost;
    best_.form = form;
    std::swap(best_.bytes, buffer_);
  }

  const Form& best() const { return best_.form; }

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

  /// The best is no more than `factor` times what was promised.
  bool within(double factor, const Choice& promised) const {
    return best_cost_ <= factor * promised.ratio * static_cast<double>(chunk_.size());
  }

 private:
  std::span<const std::byte> chunk_;
  const codecs::ChunkType& type_;
  std::vector<Trial> tried_;
  EncodedChunk best_;
  double best_cost_ = 0;
  std::vector<std::byte> buffer_;
};

}  // namespace

ChunkEncoder::ChunkEncoder(Audience audience, Effort effort, codecs::ChunkType type)
    : audience_(audience),
      type_(std::move(type)),
      forms_(forms_for(audience, effort, codecs::element_info(type_.type).bytes)) {}

EncodedChunk ChunkEncoder::encode_trying_all(std::span<const std::byte> chunk, Choice& choice) const {
  Trials trials(chunk, type_);
  const auto is_deep = [](const Form& form) { return form.kind == Form::Kind::blosc && form.level == kDeepest; };
  for (const Form& form : forms_)
    if (!is_deep(form)) trials.run(form);
  // The slow level gains most without shuffling, where it finds repeats, else keeps the order of the quick ones.
  const Form quick = trials.best();
  for (const Form& form : forms_)
    if (is_deep(form) && (form.shuffle == BLOSC_NOSHUFFLE ||
                          (quick.kind != Form::Kind::stored && form.shuffle == quick.shuffle)))
      trials.run(form);
  if (audience_ == Audience::plugin) {
    Form frame{Form::Kind::frame};
    frame.pipeline = codecs::best_pipeline(type_.type, type_.shape, codec_bytes(chunk), codecs::Preference::size);
    if (frame.pipeline.code != codecs::Code::stored) trials.run(frame);
  }
  choice = trials.choice();
  return trials.take();
}

EncodedChunk ChunkEncoder::encode_by_choice(std::span<const std::byte> chunk, const Choice& choice) const {
  Choice unused;
  Trials trials(chunk, type_);
  if (choice.first.kind == Form::Kind::stored) {
    // Nothing helped the neighbor. The cheapest form tells whether this chunk is another matter.
    trials.run(forms_.front());
    return trials.best().kind == Form::Kind::stored ? trials.take() : encode_trying_all(chunk, unused);
  }
  trials.run(choice.first);
  if (choice.second_is_close) trials.run(choice.second);
  return trials.within(kWorse, choice) ? trials.take() : encode_trying_all(chunk, unused);
}

}  // namespace daybreak::dataset
