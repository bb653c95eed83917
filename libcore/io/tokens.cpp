#include "libcore/io/tokens.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/file_array.h"

namespace daybreak::io {
namespace {

constexpr std::uint64_t kHeaderBytes = 1024;

struct LlmcKind {
  std::int32_t magic, version;
  DType type;
};

constexpr std::array<LlmcKind, 2> kLlmcKinds{{{20240520, 1, DType::u16}, {20240801, 7, DType::u32}}};

std::array<std::int32_t, 3> llmc_fields(const InputFile& file) {
  std::array<std::int32_t, 3> fields{};
  if (file.size() >= kHeaderBytes) file.read_at(0, std::as_writable_bytes(std::span(fields)));
  return fields;
}

const LlmcKind* llmc_kind(const std::array<std::int32_t, 3>& fields) {
  for (const LlmcKind& kind : kLlmcKinds)
    if (fields[0] == kind.magic && fields[1] == kind.version) return &kind;
  return nullptr;
}

template <class Id>
void check_ids(const ArraySource& tokens, std::uint64_t vocabulary, const std::string& where) {
  std::vector<Id> block(std::size_t{1} << 16);
  const std::uint64_t count = tokens.info().bytes() / sizeof(Id);
  for (std::uint64_t at = 0; at < count; at += block.size()) {
    const auto part = std::span(block).first(static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), count - at)));
    tokens.read(at * sizeof(Id), std::as_writable_bytes(part));
    for (std::size_t i = 0; i < part.size(); ++i)
      if (std::cmp_less(part[i], 0) || std::cmp_greater_equal(part[i], vocabulary))
        throw data_error(where, "token " + std::to_string(at + i) + " is " + std::to_string(part[i]) +
                                    ", but the vocabulary has " + std::to_string(vocabulary) + " ids",
                         "was it made with another tokenizer, or with ids of another width?");
  }
}

}  // namespace

bool is_llmc(const InputFile& file) {
  return llmc_kind(llmc_fields(file)) != nullptr;
}

ArrayFile open_llmc(const std::shared_ptr<const InputFile>& file) {
  const auto fields = llmc_fields(*file);
  const LlmcKind* kind = llmc_kind(fields);
  if (kind == nullptr)
    throw data_error(file->name(), "expected llm.c's header (magic 20240520 version 1, or magic 20240801 version 7)");
  const std::uint64_t bytes = file->size() - kHeaderBytes, size = dtype_bytes(kind->type);
  // llm.c's count is 32 bits; a file of more tokens wraps it.
  if (bytes % size != 0 || static_cast<std::uint32_t>(bytes / size) != static_cast<std::uint32_t>(fields[2]))
    throw data_error(file->name(), "the header promises " + std::to_string(fields[2]) + " tokens of " + std::to_string(size) +
                                       " bytes, but " + std::to_string(bytes) + " bytes follow", "is the file cut short?");
  ArrayFile result;
  result.name = file->name();
  result.format = "llmc";
  result.pieces = {{file->text_at(0, kHeaderBytes)}, {"", 0}};
  result.arrays.push_back(file_array(file, {"tokens", kind->type, {bytes / size}}, {kHeaderBytes}));
  return result;
}

ArrayFile open_tokens(const std::shared_ptr<const InputFile>& file, const ReadOptions& options) {
  if (is_llmc(*file)) return open_llmc(file);
  const DType type = options.dtype.value_or(DType::u16);
  if (type != DType::u16 && type != DType::u32)
    throw usage_error("tokens have 16 or 32 bits, not " + std::string(dtype_name(type)), "use --dtype uint16 or --dtype uint32");
  const std::uint64_t size = dtype_bytes(type);
  if (file->size() % size != 0)
    throw data_error(file->name(), "its " + std::to_string(file->size()) + " bytes are no whole number of tokens of " +
                                       std::to_string(size) + " bytes", "is the file cut short, or --dtype wrong?");
  const std::uint64_t count = file->size() / size;
  ArrayFile result;
  result.name = file->name();
  result.format = "tokens";
  result.pieces = {{"", 0}};
  result.arrays.push_back(file_array(file, {"tokens", type, {count}}));
  return result;
}

void check_vocabulary(const ArraySource& tokens, std::uint64_t vocabulary, const std::string& where) {
  switch (tokens.info().type) {
    case DType::u8: return check_ids<std::uint8_t>(tokens, vocabulary, where);
    case DType::i8: return check_ids<std::int8_t>(tokens, vocabulary, where);
    case DType::u16: return check_ids<std::uint16_t>(tokens, vocabulary, where);
    case DType::i16: return check_ids<std::int16_t>(tokens, vocabulary, where);
    case DType::u32: return check_ids<std::uint32_t>(tokens, vocabulary, where);
    case DType::i32: return check_ids<std::int32_t>(tokens, vocabulary, where);
    case DType::u64: return check_ids<std::uint64_t>(tokens, vocabulary, where);
    case DType::i64: return check_ids<std::int64_t>(tokens, vocabulary, where);
    default:
      throw data_error(where, "token ids are integers, but array \"" + tokens.info().name + "\" is " +
                                  std::string(dtype_name(tokens.info().type)));
  }
}

}  // namespace daybreak::io
