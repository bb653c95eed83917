#include "libcore/codecs/lane_stream.h"

#include <algorithm>

#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs {
namespace lookup {

std::span<const Kernel* const> kernels() {
#ifdef __x86_64__
  static const Kernel* const all[] = {&avx512vbmi::kernel()};
  return usable_kernels<Kernel>(all);
#else
  return {};
#endif
}

}  // namespace lookup

namespace {

constexpr std::size_t whole_groups(std::size_t count) {
  return (count + rans::kLanes - 1) / rans::kLanes * rans::kLanes;
}

/// The symbol that a table takes most often, which costs the least to say.
std::uint8_t most_frequent(const rans::Frequencies& table) {
  return static_cast<std::uint8_t>(std::max_element(table.begin(), table.end()) - table.begin());
}

}  // namespace

void LaneWriter::put(ByteSpan symbols, std::span<const std::uint16_t> contexts) {
  for (std::size_t i = 0; i < symbols.size(); ++i) ++histograms_[256u * contexts[i] + symbols[i]];
  symbols_.insert(symbols_.end(), symbols.begin(), symbols.end());
  contexts_.insert(contexts_.end(), contexts.begin(), contexts.end());
  while (symbols_.size() < whole_groups(symbols_.size())) {
    padding_.push_back(symbols_.size());
    symbols_.push_back(0);
    contexts_.push_back(contexts.back());
  }
}

void LaneWriter::write(ByteWriter& out) const {
  ContextTables tables = cluster_contexts(histograms_);
  // Contexts that never come repeat the one before, which makes the map short.
  for (std::size_t context = 1; context < tables.table_of.size(); ++context) {
    const auto counts = std::span(histograms_).subspan(256 * context, 256);
    if (std::all_of(counts.begin(), counts.end(), [](std::uint32_t count) { return count == 0; }))
      tables.table_of[context] = tables.table_of[context - 1];
  }
  Bytes table_of(contexts_.size()), symbols = symbols_;
  for (std::size_t i = 0; i < table_of.size(); ++i) table_of[i] = tables.table_of[contexts_[i]];
  for (const std::size_t place : padding_) symbols[place] = most_frequent(tables.tables[table_of[place]]);
  write_context_tables(tables, out);
  out.block(rans::encode(symbols, table_of, tables.tables));
}

bool LaneReader::open(ByteReader& in, std::size_t contexts) {
  ContextTables tables;
  if (!read_context_tables(in, contexts, tables)) return false;
  entries_ = decode_entries(tables);
  table_of_.assign(tables.table_of.begin(), tables.table_of.end());
  table_of_.resize(table_of_.size() + lookup::kEntries);
  ByteReader block(in.block());
  std::fill(std::begin(lanes_.states), std::end(lanes_.states), rans::kLowest);
  if (block.left() > 0)
    for (std::uint32_t& state : lanes_.states) state = block.fixed<std::uint32_t>();
  const ByteSpan words = block.bytes(block.left());
  lanes_.words = words.data(), lanes_.end = words.data() + words.size();
  return in.ok() && block.ok();
}

void LaneReader::find_tables(std::size_t first, std::span<const std::uint16_t> contexts,
                             std::span<std::uint8_t> tables) const {
  const std::uint8_t* const table_of = table_of_.data() + first;
  const auto kernels = lookup::kernels();
  std::size_t i = 0;
  if (!kernels.empty()) i = kernels.back()->find(table_of, contexts.data(), tables.data(), contexts.size());
  for (; i < contexts.size(); ++i) tables[i] = table_of[contexts[i]];
}

void LaneReader::get(ByteSpan tables, std::span<std::uint8_t> symbols) {
  const std::size_t whole = symbols.size() / rans::kLanes * rans::kLanes, left = symbols.size() - whole;
  const rans::LaneKernel& kernel = rans::best_kernel();
  rans::decode_symbols(kernel, lanes_, entries_.data(), tables.first(whole), symbols.first(whole));
  if (left == 0) return;
  std::array<std::uint8_t, rans::kLanes> padded_tables, padded;
  padded_tables.fill(tables.back());
  std::copy_n(tables.begin() + static_cast<std::ptrdiff_t>(whole), left, padded_tables.begin());
  rans::decode_symbols(kernel, lanes_, entries_.data(), padded_tables, padded);
  std::copy_n(padded.begin(), left, symbols.begin() + static_cast<std::ptrdiff_t>(whole));
}

bool LaneReader::finished() const {
  return lanes_.words == lanes_.end && std::all_of(std::begin(lanes_.states), std::end(lanes_.states),
                                                   [](std::uint32_t x) { return x == rans::kLowest; });
}

}  // namespace daybreak::codecs
