#pragma once
// Byte pair encoding: symbols of a word, joined pair by pair in the order of the merges' ranks.
#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace daybreak::text {

inline constexpr std::uint32_t kNoToken = 0xFFFFFFFF;

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const;
};
using Vocabulary = std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>>;

/// A map from pairs of 32-bit numbers to two more, with one probe in most cases. Pairs of kNoToken are not storable.
class PairTable {
 public:
  struct Value {
    std::uint32_t rank, id;
  };
  void insert(std::uint32_t left, std::uint32_t right, Value value);  // replaces an earlier value
  const Value* find(std::uint32_t left, std::uint32_t right) const;

 private:
  struct Slot {
    std::uint64_t key = ~std::uint64_t{0};
    Value value{};
  };
  std::size_t place_of(std::uint64_t key) const;
  std::vector<Slot> slots_ = std::vector<Slot>(64);
  std::size_t used_ = 0;
};

/// What tokenizer.json says of the model.
struct BpeDefinition {
  Vocabulary vocabulary;
  std::vector<std::pair<std::string, std::string>> merges;  // by rank
  std::optional<std::string> unknown_token;
  bool fuse_unknown = false, byte_fallback = false, ignore_merges = false;
  bool byte_level = false;  // words are bytes, spelled in the vocabulary by GPT-2's alphabet
};

/// Scratch of one encoding thread, with a cache of words. Bounded but for the symbols of the longest word.
class BpeScratch {
 public:
  struct Symbol {
    std::uint32_t id, previous, next;
  };
  struct Candidate {
    std::uint64_t order;  // rank, then position
    std::uint32_t id;
  };
  struct Remembered {
    std::string word;
    std::vector<std::uint32_t> ids;
  };
  std::vector<std::uint32_t> ids, ranks;
  std::vector<Symbol> symbols;
  std::vector<Candidate> queue;
  std::vector<Remembered> cache = std::vector<Remembered>(std::size_t{1} << 14);
};

/// Immutable after construction; all members are thread-safe given a scratch of one's own.
class BpeModel {
 public:
  /// Thrown by the constructor: which merge is wrong (or nothing for unk_token) and why.
  struct Problem {
    std::optional<std::size_t> merge;
    std::string text;
  };
  explicit BpeModel(BpeDefinition definition);

  /// Appends the ids of one pre-tokenized word. Symbols that the vocabulary lacks become bytes (byte_fallback), the unknown
  /// token, or nothing where there is none, as in `tokenizers`. Time: n log n of the longest stretch that merges could join.
  void encode(std::string_view word, BpeScratch& scratch, std::vector<std::uint32_t>& out) const;
  /// True where some merge could join the two symbols into one token, so that a text must not be cut between them.
  bool may_join(char32_t left, char32_t right) const;
  /// True where text can be cut into stretches by may_join without changing ids.
  bool cuts_by_symbol() const { return cuts_by_symbol_; }

  bool byte_level() const { return definition_.byte_level; }
  const Vocabulary& vocabulary() const { return definition_.vocabulary; }

 private:
  void read_symbols();
  void read_merges();
  void encode_stretch(std::string_view word, BpeScratch& scratch, std::vector<std::uint32_t>& out) const;
  bool encode_whole(std::string_view word, std::vector<std::uint32_t>& out) const;
  void spell(std::string_view word, std::vector<std::uint32_t>& ids) const;
  void merge_short(BpeScratch& scratch) const;
  void merge_long(BpeScratch& scratch) const;
  void propose(BpeScratch& scratch, std::uint32_t left) const;
  std::uint32_t id_of_code(char32_t code) const;

  BpeDefinition definition_;
  PairTable merges_, joints_;
  std::array<std::uint32_t, 256> byte_ids_{};                    // the token of each byte: of the alphabet, or <0xNN>
  std::vector<std::uint32_t> low_codes_;                         // tokens of single code points below 65,536
  std::unordered_map<char32_t, std::uint32_t> high_codes_;
  std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> whole_words_;  // by bytes, for ignore_merges
  std::uint32_t unknown_id_ = kNoToken;
  bool all_bytes_ = false, cuts_by_symbol_ = false;
};

/// Lends scratch to threads, so that the cache of words outlives one call.
class ScratchPool {
 public:
  class Loan {
   public:
    Loan(ScratchPool& pool, std::unique_ptr<BpeScratch> scratch) : pool_(pool), scratch_(std::move(scratch)) {}
    ~Loan();
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    BpeScratch& operator*() { return *scratch_; }

   private:
    ScratchPool& pool_;
    std::unique_ptr<BpeScratch> scratch_;
  };
  Loan borrow();

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<BpeScratch>> idle_;
};

/// GPT-2's alphabet: the code point that spells each byte (printable Latin-1 is itself, the rest follows from U+0100).
const std::array<char32_t, 256>& byte_alphabet();
/// The bytes that a token spells in that alphabet; nothing where it holds another character.
std::optional<std::string> bytes_of_token(std::string_view token);

}  // namespace daybreak::text
