#include "libcore/codecs/context_tables.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "libcore/codecs/cost.h"
#include "libcore/codecs/symbols.h"

namespace daybreak::codecs {
namespace {

using Histogram = std::array<std::uint32_t, 256>;

/// A context's counts without the zeros.
struct Sparse {
  std::size_t context;
  std::uint64_t total = 0;
  std::vector<std::pair<std::uint8_t, std::uint32_t>> counts;
};

std::vector<Sparse> nonempty(std::span<const std::uint32_t> histograms) {
  std::vector<Sparse> found;
  for (std::size_t context = 0; context < histograms.size() / 256; ++context) {
    Sparse sparse{context, 0, {}};
    for (std::size_t s = 0; s < 256; ++s)
      if (const std::uint32_t count = histograms[context * 256 + s]; count > 0) {
        sparse.counts.emplace_back(static_cast<std::uint8_t>(s), count);
        sparse.total += count;
      }
    if (sparse.total > 0) found.push_back(std::move(sparse));
  }
  return found;
}

void add(const Sparse& sparse, Histogram& to) {
  for (const auto& [symbol, count] : sparse.counts) to[symbol] += count;
}

/// What each symbol costs by a histogram's odds; symbols that it lacks cost two bits more than one that came once.
std::array<std::uint64_t, 256> symbol_costs(const Histogram& counts) {
  const std::uint64_t total = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}), all = log2_cost(total);
  std::array<std::uint64_t, 256> costs;
  for (std::size_t s = 0; s < 256; ++s) costs[s] = counts[s] > 0 ? all - log2_cost(counts[s]) : all + 2 * kOneBit;
  return costs;
}

std::uint64_t cost_of(const Sparse& sparse, const std::array<std::uint64_t, 256>& costs) {
  std::uint64_t cost = 0;
  for (const auto& [symbol, count] : sparse.counts) cost += count * costs[symbol];
  return cost;
}

std::uint64_t own_cost(const Sparse& sparse) {
  std::uint64_t own = 0;
  for (const auto& counted : sparse.counts) own += counted.second * log2_cost(counted.second);
  return sparse.total * log2_cost(sparse.total) - own;
}

/// About what the table takes in the stream.
std::uint64_t table_cost(const Histogram& counts) {
  constexpr std::uint64_t kSymbolBits = 8, kTableBits = 96;
  const auto used =
      static_cast<std::uint64_t>(std::count_if(counts.begin(), counts.end(), [](auto count) { return count > 0; }));
  return (kTableBits + kSymbolBits * used) * kOneBit;
}

/// First tables: the largest context, then always the one that the tables so far serve worst.
std::vector<Histogram> choose_seeds(const std::vector<Sparse>& contexts) {
  std::vector<Histogram> seeds;
  std::vector<std::uint64_t> loss(contexts.size(), ~std::uint64_t{0});
  const auto by_total = [](const Sparse& a, const Sparse& b) { return a.total < b.total; };
  auto worst =
      static_cast<std::size_t>(std::max_element(contexts.begin(), contexts.end(), by_total) - contexts.begin());
  while (seeds.size() < rans::kMostTables) {
    Histogram seed{};
    add(contexts[worst], seed);
    seeds.push_back(seed);
    const auto costs = symbol_costs(seed);
    for (std::size_t i = 0; i < contexts.size(); ++i) {
      const std::uint64_t coded = cost_of(contexts[i], costs), own = own_cost(contexts[i]);
      loss[i] = std::min(loss[i], coded > own ? coded - own : 0);
    }
    worst = static_cast<std::size_t>(std::max_element(loss.begin(), loss.end()) - loss.begin());
    if (loss[worst] < table_cost(seed) / 2) break;
  }
  return seeds;
}

/// The table that most of the contexts have.
std::size_t commonest(std::span<const std::size_t> chosen, std::size_t tables) {
  std::vector<std::size_t> counts(tables);
  for (const std::size_t table : chosen) ++counts[table];
  return static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

/// What it costs in the map to say that a context has each table. Contexts that never come have the commonest.
std::vector<std::uint64_t> naming_costs(std::span<const std::size_t> chosen, std::size_t contexts, std::size_t tables) {
  std::vector<std::uint64_t> counts(tables);
  for (const std::size_t table : chosen) ++counts[table];
  *std::max_element(counts.begin(), counts.end()) += contexts - chosen.size();
  for (std::uint64_t& count : counts) count = log2_cost(contexts) - log2_cost(std::max<std::uint64_t>(1, count));
  return counts;
}

/// Gives every context to the table that serves it best, and makes the tables anew of what they were given. `naming`:
/// what each table costs besides.
std::vector<std::size_t> assign(const std::vector<Sparse>& contexts, const std::vector<std::uint64_t>& naming,
                                std::vector<Histogram>& tables) {
  std::vector<std::array<std::uint64_t, 256>> costs;
  for (const Histogram& table : tables) costs.push_back(symbol_costs(table));
  std::vector<Histogram> next(tables.size());
  std::vector<std::size_t> chosen;
  for (const Sparse& sparse : contexts) {
    std::size_t best = 0;
    std::uint64_t best_cost = ~std::uint64_t{0};
    for (std::size_t t = 0; t < tables.size(); ++t) {
      const std::uint64_t cost = cost_of(sparse, costs[t]) + naming[t];
      if (cost < best_cost) best = t, best_cost = cost;
    }
    chosen.push_back(best);
    add(sparse, next[best]);
  }
  std::vector<std::size_t> kept_as(tables.size());
  tables.clear();
  for (std::size_t t = 0; t < next.size(); ++t)
    if (std::any_of(next[t].begin(), next[t].end(), [](auto count) { return count > 0; })) {
      kept_as[t] = tables.size();
      tables.push_back(next[t]);
    }
  for (std::size_t& table : chosen) table = kept_as[table];
  return chosen;
}

/// Tables that merge, two at a time, as long as that saves bits.
class Merger {
 public:
  explicit Merger(std::vector<Histogram>& tables) : tables_(tables), into_(tables.size()) {
    std::iota(into_.begin(), into_.end(), std::size_t{0});
    for (const Histogram& table : tables_) costs_.push_back(entropy_cost(table) + table_cost(table));
    savings_.assign(tables_.size() * tables_.size(), 0);
    for (std::size_t a = 0; a < tables_.size(); ++a) update(a);
  }

  /// Where each table went.
  const std::vector<std::size_t>& run() {
    for (;;) {
      const auto best = std::max_element(savings_.begin(), savings_.end());
      if (savings_.empty() || *best <= 0) return into_;
      const auto at = static_cast<std::size_t>(best - savings_.begin());
      merge(at / tables_.size(), at % tables_.size());
    }
  }

 private:
  bool alive(std::size_t table) const { return into_[table] == table; }

  void merge(std::size_t a, std::size_t b) {
    for (std::size_t s = 0; s < 256; ++s) tables_[a][s] += tables_[b][s];
    costs_[a] = entropy_cost(tables_[a]) + table_cost(tables_[a]);
    for (std::size_t& target : into_)
      if (target == b) target = a;
    for (std::size_t other = 0; other < tables_.size(); ++other) saving(b, other) = saving(other, b) = 0;
    update(a);
  }

  void update(std::size_t a) {
    for (std::size_t b = 0; b < tables_.size(); ++b) {
      if (b == a || !alive(b)) continue;
      Histogram both = tables_[a];
      for (std::size_t s = 0; s < 256; ++s) both[s] += tables_[b][s];
      saving(std::min(a, b), std::max(a, b)) = static_cast<std::int64_t>(costs_[a] + costs_[b]) -
                                               static_cast<std::int64_t>(entropy_cost(both) + table_cost(both));
    }
  }

  std::int64_t& saving(std::size_t a, std::size_t b) { return savings_[a * tables_.size() + b]; }

  std::vector<Histogram>& tables_;
  std::vector<std::size_t> into_;
  std::vector<std::uint64_t> costs_;
  std::vector<std::int64_t> savings_;
};

}  // namespace

ContextTables cluster_contexts(std::span<const std::uint32_t> histograms) {
  ContextTables result;
  result.table_of.assign(histograms.size() / 256, 0);
  const std::vector<Sparse> contexts = nonempty(histograms);
  if (contexts.empty()) {
    result.tables.push_back(rans::normalize(Histogram{}));
    return result;
  }
  std::vector<Histogram> tables = choose_seeds(contexts);
  const std::vector<std::uint64_t> nothing(tables.size());
  assign(contexts, nothing, tables);
  std::vector<std::size_t> chosen = assign(contexts, nothing, tables);
  const std::vector<std::size_t> into = Merger(tables).run();
  std::vector<std::size_t> number(tables.size());
  std::vector<Histogram> merged;
  for (std::size_t t = 0; t < tables.size(); ++t)
    if (into[t] == t) number[t] = merged.size(), merged.push_back(tables[t]);
  for (std::size_t& table : chosen) table = number[into[table]];
  // Few symbols of a context seldom gain what it costs to say that it has another table than most.
  constexpr int kRounds = 2;
  for (int round = 0; round < kRounds; ++round)
    chosen = assign(contexts, naming_costs(chosen, result.table_of.size(), merged.size()), merged);
  for (const Histogram& table : merged) result.tables.push_back(rans::normalize(table));
  const std::size_t most = commonest(chosen, merged.size());
  std::fill(result.table_of.begin(), result.table_of.end(), static_cast<std::uint8_t>(most));
  for (std::size_t i = 0; i < contexts.size(); ++i)
    result.table_of[contexts[i].context] = static_cast<std::uint8_t>(chosen[i]);
  return result;
}

void write_context_tables(const ContextTables& tables, ByteWriter& out) {
  out.byte(static_cast<std::uint8_t>(tables.tables.size() - 1));
  if (tables.tables.size() > 1) write_symbols(tables.table_of, out);
  rans::write_frequencies(tables.tables, out);
}

bool read_context_tables(ByteReader& in, std::size_t contexts, ContextTables& tables) {
  const std::size_t count = in.byte() + std::size_t{1};
  if (count > rans::kMostTables) return false;
  tables.table_of.assign(contexts, 0);
  if (count > 1 && !read_symbols(in, tables.table_of)) return false;
  if (std::any_of(tables.table_of.begin(), tables.table_of.end(), [&](std::uint8_t table) { return table >= count; }))
    return false;
  tables.tables.resize(count);
  return rans::read_frequencies(in, tables.tables);
}

Scratch<rans::DecodeEntry> decode_entries(const ContextTables& tables) {
  Scratch<rans::DecodeEntry> entries(tables.tables.size() * rans::kScale);
  for (std::size_t t = 0; t < tables.tables.size(); ++t)
    rans::fill_decode_table(tables.tables[t], std::span(entries).subspan(t * rans::kScale, rans::kScale));
  return entries;
}

}  // namespace daybreak::codecs
