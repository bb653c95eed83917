#include "libcore/text/added_tokens.h"

#include <algorithm>

#include "libcore/base/utf8.h"
#include "libcore/text/unicode_classes.h"

namespace daybreak::text {
namespace {

bool touches_word(std::string_view text, std::size_t begin, std::size_t end) {
  const auto is_word = [](CodePoint point) { return (char_class(point.value) & kWord) != 0; };
  return (begin > 0 && is_word(code_point_before(text, begin))) || (end < text.size() && is_word(code_point_at(text, end)));
}

bool is_space(CodePoint point) { return (char_class(point.value) & kSpace) != 0; }

}  // namespace

void TokenFinder::add(const AddedToken& token, std::string_view pattern) {
  if (pattern.empty()) return;
  tokens_.insert_or_assign(std::string(pattern), &token);
  auto& lengths = lengths_[static_cast<unsigned char>(pattern.front())];
  if (std::find(lengths.begin(), lengths.end(), pattern.size()) != lengths.end()) return;
  lengths.push_back(pattern.size());
  std::sort(lengths.rbegin(), lengths.rend());
}

const AddedToken* TokenFinder::match_at(std::string_view text, std::size_t at, std::size_t& length) const {
  for (const std::size_t candidate : lengths_[static_cast<unsigned char>(text[at])]) {
    if (candidate > text.size() - at) continue;
    const auto found = tokens_.find(text.substr(at, candidate));
    if (found == tokens_.end()) continue;
    length = candidate;
    return found->second;
  }
  return nullptr;
}

std::vector<TokenFinder::Piece> TokenFinder::split(std::string_view text, bool match_special) const {
  std::vector<Piece> pieces;
  std::size_t done = 0;
  for (std::size_t at = 0, length = 1; at < text.size() && !tokens_.empty(); at += length) {
    length = 1;
    const AddedToken* token = match_at(text, at, length);
    // A token that does not count here still hides what overlaps it.
    if (token == nullptr || (token->special && !match_special)) continue;
    std::size_t begin = at, end = at + length;
    if (token->single_word && touches_word(text, begin, end)) continue;
    while (token->lstrip && begin > done && is_space(code_point_before(text, begin))) begin -= code_point_before(text, begin).length;
    while (token->rstrip && end < text.size() && is_space(code_point_at(text, end))) end += code_point_at(text, end).length;
    begin = std::max(begin, done);
    if (done < begin) pieces.push_back({done, begin, nullptr});
    pieces.push_back({begin, end, token});
    done = end;
  }
  if (done < text.size()) pieces.push_back({done, text.size(), nullptr});
  return pieces;
}

}  // namespace daybreak::text
