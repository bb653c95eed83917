#include "libcore/io/tar_members.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/io/archive_reader.h"

namespace daybreak::io {
namespace {

constexpr std::uint64_t kBlock = 512;
constexpr std::uint64_t kMostExtension = std::uint64_t{1} << 20;  // of a long name or a pax header
constexpr std::size_t kMostMembers = 1'000'000;

/// A run of characters up to the first NUL.
std::string_view field(std::string_view block, std::size_t at, std::size_t length) {
  const std::string_view text = block.substr(at, length);
  return text.substr(0, text.find('\0'));
}

/// What the next regular member takes from headers before it.
struct Extension {
  std::optional<std::string> name;
  std::optional<std::uint64_t> bytes;
};

class TarWalker {
 public:
  explicit TarWalker(const InputFile& file) : file_(file) {}

  std::vector<TarMember> walk() {
    while (at_ + kBlock <= file_.size()) {
      const std::string block = file_.text_at(at_, kBlock);
      if (block.find_first_not_of('\0') == std::string::npos) {
        check_end();
        return std::move(members_);
      }
      header(block);
    }
    if (at_ != file_.size()) fail("ends within a header", "is the file cut short?");
    return std::move(members_);
  }

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const {
    throw data_error(file_.name(), "the archive at byte " + std::to_string(at_) + " " + what, hint);
  }

  /// Behind the end there may be padding, which comes back with the rest, and nothing else.
  void check_end() const {
    for (std::uint64_t at = at_; at < file_.size();) {
      const std::string rest = file_.text_at(at, std::min<std::uint64_t>(kMostExtension, file_.size() - at));
      if (rest.find_first_not_of('\0') != std::string::npos)
        fail("has its end, but data behind it", "was another archive appended? pack its members anew");
      at += rest.size();
    }
  }

  void header(const std::string& block) {
    check_sum(block);
    const char type = block[156];
    const bool has_data = type == '\0' || type == '0' || type == '7' || is_extension(type);
    if (type == 'S') fail("has a sparse member", "pack it with tar without --sparse");
    if (!has_data && (type < '1' || type > '6')) fail(std::string("has a member of the unknown type '") + type + "'");
    const bool regular = has_data && !is_extension(type);
    std::uint64_t bytes = has_data ? number(block, 124, 12) : 0;
    if (regular && extension_.bytes) bytes = *extension_.bytes;
    const std::uint64_t begin = at_ + kBlock;
    if (bytes > file_.size() - begin) fail("has a member that reaches past the end", "is the file cut short?");
    const std::uint64_t padded = (bytes + kBlock - 1) / kBlock * kBlock;
    if (padded > file_.size() - begin) fail("ends within a member's padding", "is the file cut short?");
    if (is_extension(type)) {
      extend(type, begin, bytes);
    } else {
      if (regular) member(block, begin, bytes);
      extension_ = {};
    }
    at_ = begin + padded;
  }

  static bool is_extension(char type) { return type == 'x' || type == 'g' || type == 'L' || type == 'K'; }

  void member(const std::string& block, std::uint64_t begin, std::uint64_t bytes) {
    std::string name = extension_.name.value_or(plain_name(block));
    while (name.starts_with("./")) name.erase(0, 2);
    if (name.ends_with('/')) return;  // how old archives spell a folder
    check_member_name(name, file_.name());
    if (members_.size() == kMostMembers) fail("has more than a million members");
    members_.push_back({std::move(name), begin, bytes});
  }

  static std::string plain_name(const std::string& block) {
    const std::string name(field(block, 0, 100));
    const bool posix = block.compare(257, 6, std::string("ustar\0", 6)) == 0;
    const std::string prefix(posix ? field(block, 345, 155) : std::string_view());
    return prefix.empty() ? name : prefix + "/" + name;
  }

  void extend(char type, std::uint64_t begin, std::uint64_t bytes) {
    if (bytes > kMostExtension) fail("has a header of more than a mebibyte");
    const std::string text = file_.text_at(begin, bytes);
    if (type == 'L') extension_.name = text.substr(0, text.find('\0'));
    if (type == 'x' || type == 'g') pax(text, type == 'g');
  }

  /// Records "LENGTH KEY=VALUE\n".
  void pax(std::string_view text, bool global) {
    while (!text.empty()) {
      const auto blank = text.find(' ');
      const auto length = blank == std::string_view::npos ? std::nullopt : decimal(text.substr(0, blank));
      if (!length || *length <= blank + 1 || *length > text.size() || text[*length - 1] != '\n')
        fail("has a broken pax header");
      const std::string_view record = text.substr(blank + 1, *length - blank - 2);
      const auto equals = record.find('=');
      if (equals == std::string_view::npos) fail("has a broken pax header");
      pax_record(record.substr(0, equals), record.substr(equals + 1), global);
      text.remove_prefix(*length);
    }
  }

  void pax_record(std::string_view key, std::string_view value, bool global) {
    if (key.starts_with("GNU.sparse")) fail("has a sparse member", "pack it with tar without --sparse");
    if (key != "path" && key != "size") return;
    if (global) fail("has one " + std::string(key) + " for all members");
    if (key == "path") extension_.name = std::string(value);
    if (key == "size" && !(extension_.bytes = decimal(value))) fail("has a broken pax header");
  }

  static std::optional<std::uint64_t> decimal(std::string_view text) {
    constexpr std::size_t kMostDigits = 18;
    if (text.empty() || text.size() > kMostDigits) return std::nullopt;
    std::uint64_t value = 0;
    for (const char digit : text) {
      if (digit < '0' || digit > '9') return std::nullopt;
      value = 10 * value + static_cast<std::uint64_t>(digit - '0');
    }
    return value;
  }

  /// Octal digits, or the base 256 of GNU.
  std::uint64_t number(const std::string& block, std::size_t at, std::size_t length) const {
    std::uint64_t value = 0;
    if ((static_cast<unsigned char>(block[at]) & 0x80) != 0) {
      for (std::size_t i = at + 1; i < at + length; ++i) {
        if ((value >> 55) != 0 || block[at] != '\x80') fail("has a member of a size that cannot be");
        value = value << 8 | static_cast<unsigned char>(block[i]);
      }
      return value;
    }
    bool any = false;
    for (const char digit : field(block, at, length)) {
      if (digit == ' ') continue;
      if (digit < '0' || digit > '7') fail("has a number that is none");
      value = 8 * value + static_cast<std::uint64_t>(digit - '0');
      any = true;
    }
    if (!any) fail("has a member without a size");
    return value;
  }

  void check_sum(const std::string& block) const {
    constexpr std::size_t kSum = 148, kSumBytes = 8;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < block.size(); ++i)
      sum += i >= kSum && i < kSum + kSumBytes ? std::uint64_t{' '} : static_cast<unsigned char>(block[i]);
    if (sum != number(block, kSum, kSumBytes)) fail("has a header that does not match its checksum");
  }

  const InputFile& file_;
  std::uint64_t at_ = 0;
  Extension extension_;
  std::vector<TarMember> members_;
};

}  // namespace

std::vector<TarMember> tar_members(const InputFile& archive) {
  return TarWalker(archive).walk();
}

}  // namespace daybreak::io
