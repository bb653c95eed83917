#include "tools/frame/registry.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace daybreak::frame {
namespace {

/// Letters that are left out, put in, replaced, or swapped with their neighbor.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

void Registry::add(Option option) {
  for (const Option& other : options_)
    if (other.name == option.name || (option.letter != 0 && other.letter == option.letter))
      throw std::logic_error("option --" + option.name + " is declared twice");
  if (option.group.empty()) option.group = group_;
  options_.push_back(std::move(option));
}

const Option* Registry::find(std::string_view name) const {
  const auto found = std::find_if(options_.begin(), options_.end(),
                                  [&](const Option& option) { return !option.operand && option.name == name; });
  return found == options_.end() ? nullptr : &*found;
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t distance = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const std::string& candidate : known) {
    const bool begins = word.size() >= 2 && candidate.starts_with(word);
    const std::size_t here = begins ? 1 : edit_distance(word, candidate);
    if (here < distance) {
      distance = here;
      best = candidate;
    }
  }
  return best;
}

}  // namespace daybreak::frame
