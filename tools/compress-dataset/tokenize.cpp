#include "tools/compress-dataset/tokenize.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/dataset/hash.h"
#include "libcore/dataset/restore.h"

namespace daybreak::compress_dataset {
namespace {

/// Ids in memory as an array of the narrowest type that holds the vocabulary.
class TokenSource : public io::ArraySource {
 public:
  TokenSource(const std::vector<std::uint32_t>& ids, std::uint32_t vocabulary) {
    constexpr std::uint32_t kNarrow = 65536;
    info_ = {"tokens", vocabulary <= kNarrow ? io::DType::u16 : io::DType::u32, {ids.size()}};
    bytes_.resize(info_.bytes());
    const std::size_t width = io::dtype_bytes(info_.type);
    for (std::size_t i = 0; i < ids.size(); ++i) std::memcpy(bytes_.data() + i * width, &ids[i], width);
  }
  const io::ArrayInfo& info() const override { return info_; }
  void read(std::uint64_t offset, std::span<std::byte> out) const override {
    std::memcpy(out.data(), bytes_.data() + offset, out.size());
  }

 private:
  io::ArrayInfo info_;
  std::vector<std::byte> bytes_;
};

std::string text_of(const io::ArrayFile& file) {
  if (file.format != "text" || file.arrays.empty())
    throw usage_error(file.name + ": --tokenizer wants text, but this is " + file.format,
                      "add --input-format text where it is text");
  std::string text(file.arrays[0]->info().bytes(), '\0');
  if (!text.empty()) file.arrays[0]->read(0, std::as_writable_bytes(std::span(text)));
  return text;
}

}  // namespace

io::Attribute text_note(const std::string& owner, const std::string& name, std::string_view value) {
  const auto bytes = std::as_bytes(std::span(value));
  return {owner, name, io::DType::u8, true, {value.size()}, {bytes.begin(), bytes.end()}};
}

io::Attribute integer_note(const std::string& owner, const std::string& name, std::uint64_t value) {
  const auto bytes = std::as_bytes(std::span(&value, 1));
  return {owner, name, io::DType::u64, false, {}, {bytes.begin(), bytes.end()}};
}

void tokenize(std::vector<dataset::CompressInput>& inputs, const std::string& tokenizer, bool keeps_original,
              frame::Session& session) {
  const text::Tokenizer reader = text::Tokenizer::load(tokenizer);
  session.input(reader.name());
  for (dataset::CompressInput& input : inputs) {
    session.stop().check();
    const std::string text = text_of(input.file);
    const std::vector<std::uint32_t> ids = reader.encode_parallel(text, {}, static_cast<int>(session.threads()));
    auto tokens = std::make_unique<TokenSource>(ids, reader.vocabulary_size());
    if (keeps_original) {
      input.file.arrays[0] = std::move(tokens);  // the original itself stands behind it
    } else {
      if (reader.decode(ids, false) != text)
        throw data_error(input.file.name, "does not come back from the tokens of " + reader.name(),
                         "add --keep-original to keep the text beside them");
      input.file.arrays.clear();
      input.file.arrays.push_back(std::move(tokens));
      input.file.pieces.reset();
      dataset::Hash128 hash;
      hash.add(std::as_bytes(std::span(text)));
      input.decoded = dataset::DecodedOriginal{reader.hash(), text.size(), hash.hex()};
    }
    input.file.format = "tokens";
    input.notes.push_back(text_note("tokens", "tokenizer", reader.hash()));
    input.notes.push_back(integer_note("tokens", "vocabulary_size", reader.vocabulary_size()));
  }
}

text::Tokenizer decoder_of(const dataset::KeptInput& input, const std::optional<std::string>& tokenizer,
                           frame::Session& session) {
  if (!tokenizer)
    throw usage_error("\"" + input.name + "\" is kept as tokens, which need their tokenizer",
                      "add --tokenizer DIR, the one it was made with");
  text::Tokenizer reader = text::Tokenizer::load(*tokenizer);
  session.input(reader.name());
  if (reader.hash() != input.decoded_by)
    throw data_error(reader.name(), "is not the tokenizer that \"" + input.name + "\" was made with: hash " +
                                        reader.hash() + ", expected " + input.decoded_by);
  return reader;
}

void restore_text(const dataset::Archive& archive, const dataset::KeptInput& input, const std::string& folder,
                  const text::Tokenizer& tokenizer) {
  const io::ArrayInfo& info = archive.layout().arrays.at(input.first_array).info;
  const std::size_t width = io::dtype_bytes(info.type);
  std::vector<std::byte> bytes(info.bytes());
  archive.read(input.first_array, 0, bytes);
  std::vector<std::uint32_t> ids(bytes.size() / width, 0);
  for (std::size_t i = 0; i < ids.size(); ++i)
    std::memcpy(&ids[i], bytes.data() + i * width, std::min<std::size_t>(width, 4));
  const std::string text = tokenizer.decode(ids, false);
  dataset::Hash128 hash;
  hash.add(std::as_bytes(std::span(text)));
  if (hash.hex() != input.xxh3)
    throw data_error(archive.reader().name(), "\"" + input.name + "\" does not match its hash",
                     "the file is damaged; fetch or write it again");
  dataset::restore_text_file(dataset::restored_path(folder, input), text);
}

}  // namespace daybreak::compress_dataset
