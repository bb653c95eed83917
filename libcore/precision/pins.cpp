// --keep: tensors whose format the user chose.
#include <regex.h>

#include "libcore/base/error.h"
#include "libcore/precision/policy.h"

namespace daybreak::precision {
namespace {

/// An extended regular expression (POSIX) that must match a whole name.
class Pattern {
 public:
  Pattern(const std::string& text, const std::string& pin) {
    const int status = regcomp(&compiled_, ("^(" + text + ")$").c_str(), REG_EXTENDED | REG_NOSUB);
    if (status == 0) return;
    char reason[128];
    regerror(status, &compiled_, reason, sizeof reason);
    throw usage_error("--keep " + pin + ": not a regular expression: " + reason);
  }
  ~Pattern() { regfree(&compiled_); }
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  bool matches(const std::string& name) const { return regexec(&compiled_, name.c_str(), 0, nullptr, 0) == 0; }

 private:
  regex_t compiled_;
};

/// Which tensors "NAME" or "re:PATTERN" means.
std::vector<std::size_t> matches(const Profile& profile, const std::string& target, const std::string& pin) {
  std::optional<Pattern> pattern;
  if (target.starts_with("re:")) pattern.emplace(target.substr(3), pin);
  std::vector<std::size_t> found;
  for (std::size_t t = 0; t < profile.tensors.size(); ++t) {
    const std::string& name = profile.tensors[t].name;
    if (pattern ? pattern->matches(name) : name == target) found.push_back(t);
  }
  if (found.empty())
    throw usage_error("--keep " + pin + " matches no tensor", "profile-precision inspect lists their names; a pattern must match a whole name");
  return found;
}

}  // namespace

std::vector<std::optional<NumberFormat>> pinned_formats(const Profile& profile, const std::vector<std::string>& keep) {
  std::vector<std::optional<NumberFormat>> pinned(profile.tensors.size());
  for (const std::string& pin : keep) {
    const auto equals = pin.rfind('=');
    if (equals == std::string::npos || equals == 0)
      throw usage_error("--keep: expected NAME=FORMAT or re:PATTERN=FORMAT, found '" + pin + "'");
    const NumberFormat format = parse_format(pin.substr(equals + 1));
    if (profile.find(format) == profile.formats.size())
      throw usage_error("--keep " + pin + ": the profile does not judge that format", "profile again with it among --formats");
    for (const std::size_t t : matches(profile, pin.substr(0, equals), pin)) {
      if (pinned[t] && *pinned[t] != format) throw usage_error("--keep " + pin + " contradicts an earlier --keep for " + profile.tensors[t].name);
      pinned[t] = format;
    }
  }
  return pinned;
}

}  // namespace daybreak::precision
