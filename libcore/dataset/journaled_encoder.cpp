#include "libcore/dataset/journaled_encoder.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace daybreak::dataset {
namespace {

using codecs::ByteReader;
using codecs::ByteWriter;

enum class Way : std::uint8_t { trying_all, by_choice, lossy };
constexpr std::int64_t kMostError = 1 << 24;  // of one chunk's forecasts; keeps sums of what is read in their range
constexpr std::uint32_t kMostCount = 1 << 8;
enum FormNumber : std::uint64_t { kStored, kFrame, kForms };  // from kForms on: the encoder's forms of libraries

void write(ByteWriter& out, codecs::Pipeline pipeline) {
  for (const auto step : {static_cast<std::uint8_t>(pipeline.map), static_cast<std::uint8_t>(pipeline.predict),
                          static_cast<std::uint8_t>(pipeline.code)})
    out.byte(step);
}

codecs::Pipeline read_pipeline(ByteReader& in) {
  const auto map = in.varint(codecs::kMaps - 1), predict = in.varint(codecs::kPredictions - 1),
             code = in.varint(codecs::kCodes - 1);
  return {static_cast<codecs::Map>(map), static_cast<codecs::Predict>(predict), static_cast<codecs::Code>(code)};
}

void write(ByteWriter& out, const Form& form, const std::vector<Form>& forms) {
  switch (form.kind) {
    case Form::Kind::stored:
      return out.varint(kStored);
    case Form::Kind::frame:
      out.varint(kFrame);
      return write(out, form.pipeline);
    default:
      out.varint(kForms + static_cast<std::uint64_t>(std::find(forms.begin(), forms.end(), form) - forms.begin()));
  }
}

Form read_form(ByteReader& in, const std::vector<Form>& forms) {
  const std::uint64_t number = in.varint(kForms + forms.size() - 1);
  if (number >= kForms) return forms[number - kForms];
  if (number == kStored) return {};
  Form form{Form::Kind::frame};
  form.pipeline = read_pipeline(in);
  return form;
}

void write(ByteWriter& out, const codecs::Prospect& prospect) {
  write(out, prospect.pipeline);
  out.fixed(static_cast<std::uint32_t>(prospect.bits));
  out.fixed(static_cast<std::uint32_t>(prospect.correction));
  for (const std::uint64_t field : {prospect.bytes, prospect.decode_ns, prospect.cost}) out.fixed(field);
}

codecs::Prospect read_prospect(ByteReader& in) {
  codecs::Prospect prospect{read_pipeline(in)};
  prospect.bits = static_cast<std::int32_t>(in.fixed<std::uint32_t>());
  prospect.correction = static_cast<std::int32_t>(in.fixed<std::uint32_t>());
  for (std::uint64_t* field : {&prospect.bytes, &prospect.decode_ns, &prospect.cost})
    *field = in.fixed<std::uint64_t>();
  return prospect;
}

void write(ByteWriter& out, const codecs::Experience& experience) {
  out.varint(experience.seen().size());
  for (const codecs::Experience::Seen& one : experience.seen()) {
    write(out, one.pipeline);
    out.varint(static_cast<std::uint64_t>(one.errors + kMostError));
    out.varint(one.count);
  }
}

codecs::Experience read_experience(ByteReader& in) {
  codecs::Experience experience;
  for (std::uint64_t left = in.varint(in.left()); left > 0 && in.ok(); --left) {
    codecs::Experience::Seen one{read_pipeline(in)};
    one.errors = static_cast<std::int64_t>(in.varint(2 * kMostError)) - kMostError;
    one.count = static_cast<std::uint32_t>(in.varint(kMostCount));
    experience.add(one);
  }
  return experience;
}

// Bindings name every member, so that whoever adds one to Choice is told by the compiler that it belongs here too.
void write(ByteWriter& out, const Choice& choice, const std::vector<Form>& forms) {
  const auto& [first, second, second_is_close, ratio, standard_ns, first_foreseen, best_foreseen, seen] = choice;
  write(out, first, forms);
  write(out, second, forms);
  out.byte(second_is_close ? 1 : 0);
  out.fixed(std::bit_cast<std::uint64_t>(ratio));
  out.fixed(standard_ns);
  write(out, first_foreseen);
  write(out, best_foreseen);
  write(out, seen);
}

Choice read_choice(ByteReader& in, const std::vector<Form>& forms) {
  Choice choice;
  auto& [first, second, second_is_close, ratio, standard_ns, first_foreseen, best_foreseen, seen] = choice;
  first = read_form(in, forms);
  second = read_form(in, forms);
  second_is_close = in.varint(1) == 1;
  ratio = std::bit_cast<double>(in.fixed<std::uint64_t>());
  standard_ns = in.fixed<std::uint64_t>();
  first_foreseen = read_prospect(in);
  best_foreseen = read_prospect(in);
  seen = read_experience(in);
  return choice;
}

ByteWriter way(Way way, const Lookback& before) {
  ByteWriter how;
  how.byte(static_cast<std::uint8_t>(way));
  how.byte(before.explore ? 1 : 0);
  write(how, before.experience);
  return how;
}

ByteWriter way(const LossyForm& form) {
  const auto& [pipeline, steps, bound, missing, chunk_target] = form;
  ByteWriter how;
  how.byte(static_cast<std::uint8_t>(Way::lossy));
  write(how, pipeline);
  how.fixed(std::bit_cast<std::uint64_t>(bound));
  for (const std::vector<double>* values : {&steps, &missing}) {
    how.varint(values->size());
    for (const double value : *values) how.fixed(std::bit_cast<std::uint64_t>(value));
  }
  how.varint(chunk_target);
  return how;
}

}  // namespace

JournaledEncoder::JournaledEncoder(ChunkEncoder encoder, const codecs::Bytes& setup, Journal* journal)
    : encoder_(std::move(encoder)), journal_(journal) {
  ByteWriter out;
  out.block(setup);
  out.byte(static_cast<std::uint8_t>(type().type));
  out.byte(encoder_.alone() ? 1 : 0);
  for (const std::uint64_t extent : type().shape) out.varint(extent);
  setup_ = out.take();
}

EncodedChunk JournaledEncoder::encode_trying_all(std::span<const std::byte> chunk, const Lookback& before,
                                                 Choice& choice) const {
  const auto encode = [&] {
    Finding made;
    made.chunk = encoder_.encode_trying_all(chunk, before, made.choice);
    return made;
  };
  Finding finding = recall(
      way(Way::trying_all, before).span(), chunk, [&] { return chunk; }, encode);
  choice = std::move(finding.choice);
  return std::move(finding.chunk);
}

EncodedChunk JournaledEncoder::encode_by_choice(std::span<const std::byte> chunk, const Lookback& before,
                                                const Choice& choice) const {
  ByteWriter how = way(Way::by_choice, before);
  write(how, choice, encoder_.forms());
  const auto encode = [&] { return Finding{encoder_.encode_by_choice(chunk, before, choice), {}}; };
  return recall(
             how.span(), chunk, [&] { return chunk; }, encode)
      .chunk;
}

EncodedChunk JournaledEncoder::encode_lossy(const LossyForm& form, std::span<const std::byte> chunk,
                                            std::vector<std::byte>& decoded) const {
  const auto encode = [&] {
    LossyChunk made = encode_lossy_chunk(form, type(), chunk);
    decoded = std::move(made.decoded);
    Finding finding;
    if (made.frame.empty()) {
      finding.chunk.bytes = decoded;
      return finding;
    }
    finding.chunk.form.kind = Form::Kind::frame;
    finding.chunk.form.pipeline = made.pipeline;
    finding.chunk.bytes = std::move(made.frame);
    verify(finding.chunk.form, type(), decoded, finding.chunk.bytes);
    return finding;
  };
  const auto expected = [&] { return std::span<const std::byte>(decoded = quantize_chunk(form, type(), chunk)); };
  return recall(way(form).span(), chunk, expected, encode).chunk;
}

template <class Expected, class Encode>
JournaledEncoder::Finding JournaledEncoder::recall(codecs::ByteSpan how, std::span<const std::byte> chunk,
                                                   const Expected& expected, const Encode& encode) const {
  if (journal_ == nullptr) return encode();
  const Digest128 key = key_of(how, chunk);
  if (std::optional<Finding> finding = find(key); finding && gives(finding->chunk, expected()))
    return std::move(*finding);
  Finding made = encode();
  keep(key, made);
  return made;
}

Digest128 JournaledEncoder::key_of(codecs::ByteSpan how, std::span<const std::byte> chunk) const {
  const Digest128 content = hash128(chunk);
  ByteWriter all;
  all.block(setup_);
  all.block(how);
  all.fixed(content.low);
  all.fixed(content.high);
  return hash128(std::as_bytes(all.span()));
}

std::optional<JournaledEncoder::Finding> JournaledEncoder::find(const Digest128& key) const {
  const auto payload = journal_->find(key);
  if (!payload) return std::nullopt;
  ByteReader in(codec_bytes(*payload));
  Finding finding;
  finding.chunk.form = read_form(in, encoder_.forms());
  finding.choice = read_choice(in, encoder_.forms());
  const auto bytes = std::as_bytes(in.bytes(in.left()));
  if (!in.ok()) return std::nullopt;
  finding.chunk.bytes.assign(bytes.begin(), bytes.end());
  return finding;
}

bool JournaledEncoder::gives(const EncodedChunk& encoded, std::span<const std::byte> chunk) const {
  std::vector<std::byte> back(chunk.size());
  if (!decode(encoded.form, type(), encoded.bytes, back) || std::memcmp(back.data(), chunk.data(), chunk.size()) != 0)
    return false;
  journal_->count_taken();
  return true;
}

void JournaledEncoder::keep(const Digest128& key, const Finding& finding) const {
  ByteWriter out;
  write(out, finding.chunk.form, encoder_.forms());
  write(out, finding.choice, encoder_.forms());
  out.bytes(codec_bytes(finding.chunk.bytes));
  journal_->append(key, std::as_bytes(out.span()));
}

}  // namespace daybreak::dataset
