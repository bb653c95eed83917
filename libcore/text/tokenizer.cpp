#include "libcore/text/tokenizer.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <thread>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/io/input_file.h"
#include "libcore/text/tokenizer_parts.h"
#include "libcore/text/unicode_classes.h"

namespace daybreak::text {
namespace {

constexpr std::size_t kPart = std::size_t{1} << 20;          // bytes of text encoded at a time
constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 30;

std::string read_text(const std::string& path) {
  const io::InputFile file(path, nullptr, kLargestFile);
  if (file.size() > kLargestFile) throw data_error(path, "expected at most 1 GiB, found " + std::to_string(file.size()) + " bytes");
  return file.text_at(0, file.size());
}

/// A stretch of text between added tokens, on its way through the pre-tokenizer.
struct Stretch {
  std::string_view text;
  bool begins_text;  // at byte 0 of the whole text
  bool continued;    // goes on from an earlier part
};

void encode_byte_level(const TokenizerParts& parts, const Stretch& stretch, BpeScratch& scratch, std::vector<std::uint32_t>& out) {
  std::string prefixed;
  std::string_view text = stretch.text;
  if (parts.pre_tokenizer.prefix != PreTokenizer::Prefix::never && !stretch.continued && !text.starts_with(' ')) {
    prefixed = " " + std::string(text);
    text = prefixed;
  }
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = word_end(parts.pre_tokenizer.pattern, text, begin);
    parts.model->encode(text.substr(begin, end - begin), scratch, out);
    begin = end;
  }
}

void encode_metaspace(const TokenizerParts& parts, const Stretch& stretch, BpeScratch& scratch, std::vector<std::uint32_t>& out) {
  const PreTokenizer& rule = parts.pre_tokenizer;
  std::string text = replace_all(stretch.text, " ", rule.replacement);
  const bool wanted = rule.prefix == PreTokenizer::Prefix::always || (rule.prefix == PreTokenizer::Prefix::first && stretch.begins_text);
  if (wanted && !stretch.continued && !text.starts_with(rule.replacement)) text.insert(0, rule.replacement);
  const std::string_view all = text;
  for (std::size_t begin = 0; begin < all.size();) {
    const std::size_t next = rule.split ? all.find(rule.replacement, begin + 1) : std::string_view::npos;
    const std::size_t end = std::min(next, all.size());
    parts.model->encode(all.substr(begin, end - begin), scratch, out);
    begin = end;
  }
}

void encode_stretch(const TokenizerParts& parts, const Stretch& stretch, BpeScratch& scratch, std::vector<std::uint32_t>& out) {
  switch (parts.pre_tokenizer.kind) {
    case PreTokenizer::Kind::byte_level: return encode_byte_level(parts, stretch, scratch, out);
    case PreTokenizer::Kind::metaspace: return encode_metaspace(parts, stretch, scratch, out);
    case PreTokenizer::Kind::none: return parts.model->encode(stretch.text, scratch, out);
  }
}

/// Text between raw added tokens: normalized, cut at normalized added tokens, then encoded.
void encode_normalized(const TokenizerParts& parts, const Stretch& stretch, bool match_special, BpeScratch& scratch,
                       std::vector<std::uint32_t>& out) {
  std::string normal;
  std::string_view text = stretch.text;
  if (!parts.normalizer.empty()) text = normal = normalize(parts.normalizer, text, stretch.continued);
  for (const auto& piece : parts.normalized_tokens.split(text, match_special)) {
    if (piece.token != nullptr)
      out.push_back(piece.token->id);
    else
      encode_stretch(parts, {text.substr(piece.begin, piece.end - piece.begin), stretch.begins_text && piece.begin == 0,
                             stretch.continued && piece.begin == 0}, scratch, out);
  }
}

void encode_into(const TokenizerParts& parts, std::string_view text, bool first, bool match_special, std::vector<std::uint32_t>& out) {
  auto scratch = parts.scratch.borrow();
  for (const auto& piece : parts.raw_tokens.split(text, match_special)) {
    if (piece.token != nullptr)
      out.push_back(piece.token->id);
    else
      encode_normalized(parts, {text.substr(piece.begin, piece.end - piece.begin), first && piece.begin == 0,
                                !first && piece.begin == 0}, match_special, *scratch, out);
  }
}

/// What the space after a cut is when the merges see it.
char32_t space_symbol(const TokenizerParts& parts) {
  const std::string spelled = parts.pre_tokenizer.kind == PreTokenizer::Kind::metaspace
                                  ? parts.pre_tokenizer.replacement
                                  : normalize(parts.normalizer, " ", true);
  const CodePoint point = spelled.empty() ? CodePoint{kStrayByte, 0} : code_point_at(spelled, 0);
  return point.value;
}

/// Encodes a sequence of parts on up to `threads` threads; the results stand in the order of the parts.
class ParallelEncoding {
 public:
  ParallelEncoding(const Tokenizer& tokenizer, const std::vector<std::string_view>& parts, bool match_special)
      : tokenizer_(tokenizer), parts_(parts), match_special_(match_special), results_(parts.size()) {}

  std::vector<std::vector<std::uint32_t>> run(std::size_t threads) {
    std::vector<std::jthread> helpers;  // joined too where there is no memory for another one
    try {
      while (helpers.size() + 1 < std::min(threads, parts_.size())) helpers.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      // Fewer threads give the same ids.
    }
    work();
    helpers.clear();  // joins them
    if (failure_) std::rethrow_exception(failure_);
    return std::move(results_);
  }

 private:
  void work() {
    try {
      for (std::size_t i = next_++; i < parts_.size(); i = next_++)
        results_[i] = tokenizer_.encode_part(parts_[i], i == 0, match_special_);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      failure_ = std::current_exception();
    }
  }

  const Tokenizer& tokenizer_;
  const std::vector<std::string_view>& parts_;
  const bool match_special_;
  std::vector<std::vector<std::uint32_t>> results_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::exception_ptr failure_;
};

/// The next part of `text` of about kPart bytes that last_cut() allows.
std::string_view next_part(const Tokenizer& tokenizer, std::string_view text) {
  for (std::size_t size = kPart; size < text.size(); size *= 2)
    if (const std::size_t cut = tokenizer.last_cut(text.substr(0, size))) return text.substr(0, cut);
  return text;
}

}  // namespace

Tokenizer Tokenizer::load(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const bool directory = fs::is_directory(path, ignored);
  const std::string file = directory ? (fs::path(path) / "tokenizer.json").string() : path;
  auto parts = read_tokenizer_json(read_text(file), file);
  const std::string config = (fs::path(file).parent_path() / "tokenizer_config.json").string();
  if (fs::exists(config, ignored)) read_tokenizer_config(*parts, read_text(config), config);
  return Tokenizer(std::move(parts));
}

Tokenizer Tokenizer::parse(std::string_view json, const std::string& name) { return Tokenizer(read_tokenizer_json(json, name)); }

std::vector<std::uint32_t> Tokenizer::encode(std::string_view text, bool add_special_tokens) const {
  return encode(text, EncodeOptions{add_special_tokens});
}

std::vector<std::uint32_t> Tokenizer::encode(std::string_view text, const EncodeOptions& options) const {
  std::vector<std::uint32_t> ids;
  if (options.add_special_tokens) ids = parts_->prefix;
  for (bool first = true; !text.empty(); first = false) {
    const std::string_view part = next_part(*this, text);
    encode_into(*parts_, part, first, options.match_special_tokens, ids);
    text.remove_prefix(part.size());
  }
  if (options.add_special_tokens) ids.insert(ids.end(), parts_->suffix.begin(), parts_->suffix.end());
  return ids;
}

std::vector<std::uint32_t> Tokenizer::encode_parallel(std::string_view text, const EncodeOptions& options, int threads) const {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    pieces.push_back(next_part(*this, text));
    text.remove_prefix(pieces.back().size());
  }
  ParallelEncoding encoding(*this, pieces, options.match_special_tokens);
  const auto results = encoding.run(static_cast<std::size_t>(std::max(threads, 1)));
  std::vector<std::uint32_t> ids;
  if (options.add_special_tokens) ids = parts_->prefix;
  for (const auto& result : results) ids.insert(ids.end(), result.begin(), result.end());
  if (options.add_special_tokens) ids.insert(ids.end(), parts_->suffix.begin(), parts_->suffix.end());
  return ids;
}

std::size_t Tokenizer::last_cut(std::string_view text) const {
  if (!parts_->may_cut) return 0;
  const bool merges_decide = parts_->pre_tokenizer.kind == PreTokenizer::Kind::none ||
                             (parts_->pre_tokenizer.kind == PreTokenizer::Kind::metaspace && !parts_->pre_tokenizer.split);
  const char32_t space = space_symbol(*parts_);
  for (std::size_t at = text.rfind(' '); at != std::string_view::npos && at > 0; at = text.rfind(' ', at - 1)) {
    const CodePoint left = code_point_before(text, at);
    if ((char_class(left.value) & kSpace) != 0) continue;
    if (!merges_decide || !parts_->model->may_join(left.value, space)) return at;
  }
  return 0;
}

std::vector<std::uint32_t> Tokenizer::encode_part(std::string_view part, bool first, bool match_special_tokens) const {
  std::vector<std::uint32_t> ids;
  encode_into(*parts_, part, first, match_special_tokens, ids);
  return ids;
}

std::span<const std::uint32_t> Tokenizer::prefix_ids() const { return parts_->prefix; }
std::span<const std::uint32_t> Tokenizer::suffix_ids() const { return parts_->suffix; }

std::string Tokenizer::decode(std::span<const std::uint32_t> ids, bool skip_special_tokens) const {
  std::vector<std::string> tokens;
  tokens.reserve(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto entry = parts_->entries.find(ids[i]);
    if (entry == parts_->entries.end())
      throw data_error("token " + std::to_string(i), "the id " + std::to_string(ids[i]) + " is not in the vocabulary of " + name());
    if (!entry->second.special || !skip_special_tokens) tokens.push_back(entry->second.text);
  }
  return decode_tokens(parts_->decoder, std::move(tokens));
}

std::uint32_t Tokenizer::vocabulary_size() const { return parts_->vocabulary_size; }
std::optional<std::uint32_t> Tokenizer::bos_id() const { return parts_->bos; }
std::optional<std::uint32_t> Tokenizer::eos_id() const { return parts_->eos; }
std::optional<std::uint32_t> Tokenizer::id_of(std::string_view token) const { return parts_->id_of(token); }
const std::string& Tokenizer::name() const { return parts_->name; }
const std::string& Tokenizer::hash() const { return parts_->hash; }

}  // namespace daybreak::text
