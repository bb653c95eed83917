#include "libcore/text/bpe.h"

#include <algorithm>

#include "libcore/base/utf8.h"

namespace daybreak::text {
namespace {

constexpr std::size_t kShortWord = 32;         // symbols up to which repeated scans beat a queue
constexpr std::size_t kCachedWordBytes = 48;
constexpr std::uint32_t kEnd = 0xFFFFFFFF;     // no neighbor
constexpr std::uint32_t kNoRank = 0xFFFFFFFF;

std::string byte_token(unsigned byte) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  return {'<', '0', 'x', kHex[byte >> 4], kHex[byte & 15], '>'};
}

bool later(const BpeScratch::Candidate& a, const BpeScratch::Candidate& b) { return a.order > b.order; }

}  // namespace

BpeModel::BpeModel(BpeDefinition definition) : definition_(std::move(definition)) {
  read_symbols();
  read_merges();
}

void BpeModel::read_symbols() {
  const Vocabulary& vocabulary = definition_.vocabulary;
  if (definition_.unknown_token) {
    const auto found = vocabulary.find(*definition_.unknown_token);
    if (found == vocabulary.end())
      throw Problem{std::nullopt, "the token \"" + *definition_.unknown_token + "\" is not in the vocabulary"};
    unknown_id_ = found->second;
  }
  all_bytes_ = true;
  for (unsigned byte = 0; byte < 256; ++byte) {
    std::string spelled;
    append_utf8(spelled, byte_alphabet()[byte]);
    const auto found = vocabulary.find(definition_.byte_level ? spelled : byte_token(byte));
    byte_ids_[byte] = found == vocabulary.end() ? kNoToken : found->second;
    all_bytes_ &= found != vocabulary.end();
  }
  if (definition_.byte_level && definition_.ignore_merges)
    for (const auto& [token, id] : vocabulary)
      if (auto bytes = bytes_of_token(token)) whole_words_.emplace(std::move(*bytes), id);
  if (definition_.byte_level) return;
  low_codes_.assign(0x10000, kNoToken);
  for (const auto& [token, id] : vocabulary) {
    if (token.empty() || token.size() > 4) continue;
    const CodePoint point = code_point_at(token, 0);
    if (point.value == kStrayByte || point.length != token.size()) continue;
    if (point.value < low_codes_.size())
      low_codes_[point.value] = id;
    else
      high_codes_[point.value] = id;
  }
}

void BpeModel::read_merges() {
  bool joins_fallback = false;
  const auto is_fallback = [&](std::uint32_t id) {
    return id == unknown_id_ || (definition_.byte_fallback && std::find(byte_ids_.begin(), byte_ids_.end(), id) != byte_ids_.end());
  };
  for (std::size_t rank = 0; rank < definition_.merges.size(); ++rank) {
    const auto& [left, right] = definition_.merges[rank];
    const std::string joined = left + right;
    const std::string* parts[] = {&left, &right, &joined};
    std::uint32_t ids[3];
    for (int i = 0; i < 3; ++i) {
      const auto found = definition_.vocabulary.find(*parts[i]);
      if (found == definition_.vocabulary.end()) throw Problem{rank, "the token \"" + *parts[i] + "\" is not in the vocabulary"};
      ids[i] = found->second;
    }
    merges_.insert(ids[0], ids[1], {static_cast<std::uint32_t>(rank), ids[2]});
    joins_fallback |= is_fallback(ids[0]) || is_fallback(ids[1]);
    for (std::size_t at = 0; at < joined.size() && !definition_.byte_level;) {
      const CodePoint here = code_point_at(joined, at);
      at += here.length;
      if (at < joined.size()) joints_.insert(here.value, code_point_at(joined, at).value, {});
    }
  }
  cuts_by_symbol_ = !definition_.byte_level && !definition_.ignore_merges && !joins_fallback &&
                    (!definition_.byte_fallback || all_bytes_);
  definition_.merges = {};
}

std::uint32_t BpeModel::id_of_code(char32_t code) const {
  if (code < low_codes_.size()) return low_codes_[code];
  const auto found = high_codes_.find(code);
  return found == high_codes_.end() ? kNoToken : found->second;
}

bool BpeModel::may_join(char32_t left, char32_t right) const {
  const bool known_left = id_of_code(left) != kNoToken, known_right = id_of_code(right) != kNoToken;
  // Two unknown symbols may become one unknown token.
  if (!known_left && !known_right) return !definition_.byte_fallback && definition_.fuse_unknown;
  return known_left && known_right && joints_.find(left, right) != nullptr;
}

void BpeModel::encode(std::string_view word, BpeScratch& scratch, std::vector<std::uint32_t>& out) const {
  if (word.empty() || encode_whole(word, out)) return;
  if (!cuts_by_symbol_) return encode_stretch(word, scratch, out);
  CodePoint left = code_point_at(word, 0);
  std::size_t begin = 0;
  for (std::size_t at = left.length; at < word.size();) {
    const CodePoint right = code_point_at(word, at);
    if (!may_join(left.value, right.value)) {
      encode_stretch(word.substr(begin, at - begin), scratch, out);
      begin = at;
    }
    at += right.length;
    left = right;
  }
  encode_stretch(word.substr(begin), scratch, out);
}

/// ignore_merges: a word that is a token is that token, whatever the merges would make of it.
bool BpeModel::encode_whole(std::string_view word, std::vector<std::uint32_t>& out) const {
  if (!definition_.ignore_merges) return false;
  const Vocabulary& words = definition_.byte_level ? whole_words_ : definition_.vocabulary;
  const auto found = words.find(word);
  if (found == words.end()) return false;
  out.push_back(found->second);
  return true;
}

void BpeModel::encode_stretch(std::string_view word, BpeScratch& scratch, std::vector<std::uint32_t>& out) const {
  BpeScratch::Remembered* slot = nullptr;
  if (word.size() <= kCachedWordBytes) {
    slot = &scratch.cache[TextHash{}(word) % scratch.cache.size()];
    if (slot->word == word) {
      out.insert(out.end(), slot->ids.begin(), slot->ids.end());
      return;
    }
  }
  scratch.ids.clear();
  spell(word, scratch.ids);
  if (scratch.ids.size() > kShortWord)
    merge_long(scratch);
  else
    merge_short(scratch);
  out.insert(out.end(), scratch.ids.begin(), scratch.ids.end());
  if (slot != nullptr) {
    slot->word = word;
    slot->ids = scratch.ids;
  }
}

/// The symbols of a word before any merge.
void BpeModel::spell(std::string_view word, std::vector<std::uint32_t>& ids) const {
  bool unknown_waits = false;  // an unknown token is emitted with the next known symbol, so that it can grow
  const auto flush = [&] {
    if (unknown_waits) ids.push_back(unknown_id_);
    unknown_waits = false;
  };
  for (std::size_t at = 0, length = 1; at < word.size(); at += length) {
    const auto first = static_cast<unsigned char>(word[at]);
    std::uint32_t id = byte_ids_[first];
    if (!definition_.byte_level) {
      const CodePoint point = code_point_at(word, at);
      length = point.length;
      id = id_of_code(point.value);
    }
    if (id != kNoToken) {
      flush();
      ids.push_back(id);
      continue;
    }
    const std::string_view bytes = word.substr(at, length);
    const auto token_of = [&](char byte) { return byte_ids_[static_cast<unsigned char>(byte)]; };
    if (definition_.byte_fallback && !definition_.byte_level &&
        std::none_of(bytes.begin(), bytes.end(), [&](char byte) { return token_of(byte) == kNoToken; })) {
      for (const char byte : bytes) ids.push_back(token_of(byte));
      continue;
    }
    if (unknown_id_ == kNoToken) continue;
    if (!definition_.fuse_unknown) flush();
    unknown_waits = true;
  }
  flush();
}

/// Joins the best pair, leftmost first, until no merge applies.
void BpeModel::merge_short(BpeScratch& scratch) const {
  auto& ids = scratch.ids;
  auto& ranks = scratch.ranks;  // of the pair (i, i + 1)
  if (ids.size() < 2) return;
  const auto rank_of = [&](std::size_t i) {
    const PairTable::Value* merge = i + 1 < ids.size() ? merges_.find(ids[i], ids[i + 1]) : nullptr;
    return merge == nullptr ? kNoRank : merge->rank;
  };
  ranks.resize(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) ranks[i] = rank_of(i);
  for (;;) {
    const auto best = static_cast<std::size_t>(std::min_element(ranks.begin(), ranks.end()) - ranks.begin());
    if (ranks[best] == kNoRank) return;
    ids[best] = merges_.find(ids[best], ids[best + 1])->id;
    ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    ranks.erase(ranks.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    ranks[best] = rank_of(best);
    if (best > 0) ranks[best - 1] = rank_of(best - 1);
  }
}

/// Queues the merge of symbol `left` with its right neighbor, if there is one.
void BpeModel::propose(BpeScratch& scratch, std::uint32_t left) const {
  const BpeScratch::Symbol& symbol = scratch.symbols[left];
  if (symbol.next == kEnd) return;
  const PairTable::Value* merge = merges_.find(symbol.id, scratch.symbols[symbol.next].id);
  if (merge == nullptr) return;
  scratch.queue.push_back({std::uint64_t{merge->rank} << 32 | left, merge->id});
  std::push_heap(scratch.queue.begin(), scratch.queue.end(), later);
}

/// The same as merge_short() with a priority queue over a linked list: n log n.
void BpeModel::merge_long(BpeScratch& scratch) const {
  auto& symbols = scratch.symbols;
  const auto count = static_cast<std::uint32_t>(scratch.ids.size());
  symbols.resize(count);
  scratch.queue.clear();
  for (std::uint32_t i = 0; i < count; ++i)
    symbols[i] = {scratch.ids[i], i == 0 ? kEnd : i - 1, i + 1 == count ? kEnd : i + 1};
  for (std::uint32_t i = 0; i < count; ++i) propose(scratch, i);
  while (!scratch.queue.empty()) {
    const BpeScratch::Candidate top = scratch.queue.front();
    std::pop_heap(scratch.queue.begin(), scratch.queue.end(), later);
    scratch.queue.pop_back();
    const auto position = static_cast<std::uint32_t>(top.order);
    BpeScratch::Symbol& left = symbols[position];
    if (left.id == kNoToken || left.next == kEnd) continue;
    BpeScratch::Symbol& right = symbols[left.next];
    const PairTable::Value* merge = merges_.find(left.id, right.id);
    if (merge == nullptr || merge->id != top.id) continue;  // one of the two has changed since
    left.id = merge->id;
    left.next = right.next;
    right.id = kNoToken;
    if (left.next != kEnd) symbols[left.next].previous = position;
    if (left.previous != kEnd) propose(scratch, left.previous);
    propose(scratch, position);
  }
  scratch.ids.clear();
  for (const auto& symbol : symbols)
    if (symbol.id != kNoToken) scratch.ids.push_back(symbol.id);
  // One endless word must not hold its memory for the life of the tokenizer.
  if (symbols.capacity() > (std::size_t{1} << 20)) {
    symbols = {};
    scratch.queue = {};
  }
}

}  // namespace daybreak::text
