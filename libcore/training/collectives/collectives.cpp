#include "libcore/training/collectives/collectives.h"

#include <algorithm>

namespace daybreak::training {

std::vector<std::string> all_gathered_text(Collectives& ranks, const std::string& mine) {
  const std::vector<std::uint64_t> lengths = all_gathered(ranks, static_cast<std::uint64_t>(mine.size()));
  const std::uint64_t longest = *std::max_element(lengths.begin(), lengths.end());
  std::string padded = mine, all(longest * lengths.size(), '\0');
  padded.resize(longest);
  ranks.all_gather(std::as_bytes(std::span(padded)), std::as_writable_bytes(std::span(all)));
  std::vector<std::string> texts;
  for (std::size_t rank = 0; rank < lengths.size(); ++rank) texts.push_back(all.substr(rank * longest, lengths[rank]));
  return texts;
}

}  // namespace daybreak::training
