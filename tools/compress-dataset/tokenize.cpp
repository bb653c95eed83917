#include "tools/compress-dataset/tokenize.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/dataset/hash.h"
#include "libcore/dataset/restore.h"
#include "libcore/dataset/shard.h"
#include "libcore/io/stretches.h"

namespace daybreak::compress_dataset {
namespace {

/// Ids as an array of the narrowest type that holds the vocabulary.
std::unique_ptr<io::ArraySource> token_array(const std::vector<std::uint32_t>& ids, std::uint32_t vocabulary) {
  constexpr std::uint32_t kNarrow = 65536;
  const io::ArrayInfo info{"tokens", vocabulary <= kNarrow ? io::DType::u16 : io::DType::u32, {ids.size()}};
  std::vector<std::byte> bytes(info.bytes());
  const std::size_t width = io::dtype_bytes(info.type);
  for (std::size_t i = 0; i < ids.size(); ++i) std::memcpy(bytes.data() + i * width, &ids[i], width);
  return io::memory_array(info, std::move(bytes));
}

std::string text_of(const io::ArrayFile& file) {
  if (file.format != "text" || file.arrays.empty())
    throw usage_error(file.name + ": --tokenizer wants text, but this is " + file.format,
                      "add --input-format text where it is text");
  std::string text(file.arrays[0]->info().bytes(), '\0');
  if (!text.empty()) file.arrays[0]->read(0, std::as_writable_bytes(std::span(text)));
  return text;
}

dataset::DecodedOriginal decoded_original(const text::Tokenizer& tokenizer, const std::string& text) {
  dataset::Hash128 hash;
  hash.add(std::as_bytes(std::span(text)));
  return {tokenizer.hash(), text.size(), hash.hex()};
}

}  // namespace

void tokenize(std::vector<dataset::CompressInput>& inputs, const std::string& tokenizer, bool keeps_original,
              const std::optional<dataset::Shard>& shard, frame::Session& session) {
  const text::Tokenizer reader = text::Tokenizer::load(tokenizer);
  session.input(reader.name());
  for (dataset::CompressInput& input : inputs) {
    session.stop().check();
    const std::string text = text_of(input.file);
    const std::vector<std::uint32_t> ids = reader.encode_parallel(text, {}, static_cast<int>(session.threads()));
    auto tokens = token_array(ids, reader.vocabulary_size());
    if (keeps_original) {
      input.file.arrays[0] = std::move(tokens);  // the original itself stands behind it
    } else {
      if (reader.decode(ids, false) != text)
        throw data_error(input.file.name, "does not come back from the tokens of " + reader.name(),
                         "add --keep-original to keep the text beside them");
      input.file.arrays.clear();
      input.file.arrays.push_back(std::move(tokens));
      input.file.pieces.reset();
      input.decoded = decoded_original(reader, text);
      if (shard) {
        const dataset::SampleRun own = dataset::rows_of(*shard, ids.size());
        input.decoded_part = decoded_original(reader, reader.decode(std::span(ids).subspan(own.first, own.count), false));
      }
    }
    input.file.format = "tokens";
    input.notes.push_back(io::text_attribute("tokens", "tokenizer", reader.hash()));
    input.notes.push_back(io::integer_attribute("tokens", "vocabulary_size", reader.vocabulary_size()));
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
