#include "libcore/codecs/parts.h"

#include <algorithm>

#include "libcore/codecs/steps.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kFewestRows = 32;

/// What a part may be: numbers of any kind, in any order or a smooth one.
constexpr Pipeline kCandidates[] = {
    {Map::ordered, Predict::none, Code::bins},       {Map::ordered, Predict::none, Code::planes},
    {Map::ordered, Predict::none, Code::runs},       {Map::ordered, Predict::none, Code::sparse},
    {Map::ordered, Predict::none, Code::zstd},       {Map::ordered, Predict::delta, Code::bins},
    {Map::ordered, Predict::delta, Code::neighbors}, {Map::ordered, Predict::delta2, Code::neighbors},
    {Map::folded, Predict::none, Code::bins},        {Map::folded, Predict::none, Code::block_bins},
    {Map::grid, Predict::none, Code::bins},          {Map::grid, Predict::none, Code::planes},
    {Map::grid, Predict::none, Code::zstd},          {Map::grid, Predict::delta, Code::bins},
    {Map::grid, Predict::delta, Code::neighbors},    {Map::grid, Predict::delta2, Code::neighbors},
    {Map::grid_folded, Predict::none, Code::bins},   {Map::tokens, Predict::none, Code::bins},
    {Map::tokens, Predict::none, Code::planes},      {Map::tokens, Predict::none, Code::zstd},
    {Map::tokens, Predict::delta, Code::bins},       {Map::tokens, Predict::delta, Code::neighbors},
    {Map::ranked, Predict::none, Code::zstd},        {Map::ordered, Predict::none, Code::fractions},
    {Map::mirrored, Predict::none, Code::zstd}};

Bytes gather(ByteSpan data, std::size_t column, std::size_t columns, std::size_t element) {
  Bytes gathered;
  gathered.reserve(data.size() / columns);
  for (std::size_t at = column * element; at < data.size(); at += columns * element)
    gathered.insert(gathered.end(), data.begin() + static_cast<std::ptrdiff_t>(at),
                    data.begin() + static_cast<std::ptrdiff_t>(at + element));
  return gathered;
}

void scatter(ByteSpan gathered, std::size_t column, std::size_t columns, std::size_t element,
             std::span<std::uint8_t> out) {
  const std::uint8_t* from = gathered.data();
  for (std::size_t at = column * element; at < out.size(); at += columns * element, from += element)
    std::copy_n(from, element, out.data() + at);
}

ArrayShape line_of(std::size_t elements) {
  return {elements, 0, 0, elements};
}

template <class Word>
bool write_part(Pipeline pipeline, ElementType type, ByteSpan part, ByteWriter& out) {
  ByteWriter coded;
  if (!write_steps<Word>(pipeline, type, line_of(part.size() / element_info(type).bytes), part, coded)) return false;
  out.byte(static_cast<std::uint8_t>(pipeline.map));
  out.byte(static_cast<std::uint8_t>(pipeline.predict));
  out.byte(static_cast<std::uint8_t>(pipeline.code));
  out.block(coded.span());
  return true;
}

template <class Word>
bool read_part(ElementType type, ByteReader& in, std::span<std::uint8_t> part) {
  const std::uint8_t map = in.byte(), predict = in.byte(), code = in.byte();
  ByteReader coded(in.block());
  const bool plain = code < static_cast<std::uint8_t>(Code::columns) || code == static_cast<std::uint8_t>(Code::fractions);
  const bool known = map < kMaps && predict < kPredictions && plain;
  return in.ok() && known &&
         read_steps<Word>({static_cast<Map>(map), static_cast<Predict>(predict), static_cast<Code>(code)}, type, coded,
                          part);
}

/// What each candidate makes of a part.
template <class Word>
std::vector<std::size_t> measure_part(ElementType type, ByteSpan part) {
  return measure_steps<Word>(kCandidates, type, line_of(part.size() / element_info(type).bytes), part);
}

/// The cheapest candidate for each stretch, where to change it costs kChange bytes.
std::vector<std::size_t> cheapest_path(const std::vector<std::vector<std::size_t>>& sizes) {
  constexpr std::size_t kChange = 64, kFar = kNotApplicable / 2;
  std::vector<std::size_t> cost(std::size(kCandidates));
  std::vector<std::vector<std::size_t>> from;
  for (const auto& stretch : sizes) {
    const auto best = static_cast<std::size_t>(std::min_element(cost.begin(), cost.end()) - cost.begin());
    std::vector<std::size_t> next(cost.size()), before(cost.size());
    for (std::size_t i = 0; i < cost.size(); ++i) {
      before[i] = cost[best] + kChange < cost[i] ? best : i;
      const std::size_t so_far = std::min(cost[best] + kChange, cost[i]);
      next[i] = std::min(kFar, so_far + std::min(stretch[i], kFar - so_far));
    }
    cost.swap(next);
    from.push_back(std::move(before));
  }
  std::vector<std::size_t> path(sizes.size());
  std::size_t at = static_cast<std::size_t>(std::min_element(cost.begin(), cost.end()) - cost.begin());
  for (std::size_t i = sizes.size(); i-- > 0; at = from[i][at]) path[i] = at;
  return path;
}

}  // namespace

template <class Word>
bool write_columns(ElementType type, const ArrayShape& shape, ByteSpan data, ByteWriter& out) {
  if (shape.last < 2 || shape.last > kMostColumns || shape.count / shape.last < kFewestRows) return false;
  out.varint(shape.last);
  for (std::size_t i = 0; i < shape.last; ++i) {
    const Bytes column = gather(data, i, shape.last, element_info(type).bytes);
    const auto sizes = measure_part<Word>(type, column);
    const auto least = static_cast<std::size_t>(std::min_element(sizes.begin(), sizes.end()) - sizes.begin());
    if (!write_part<Word>(kCandidates[least], type, column, out)) return false;
  }
  return true;
}

template <class Word>
bool read_columns(ElementType type, ByteReader& in, std::span<std::uint8_t> out) {
  const auto columns = static_cast<std::size_t>(in.varint(kMostColumns));
  const std::size_t element = element_info(type).bytes;
  if (columns == 0 || out.size() % (columns * element) != 0) return false;
  Bytes column(out.size() / columns);
  for (std::size_t i = 0; i < columns; ++i) {
    if (!read_part<Word>(type, in, column)) return false;
    scatter(column, i, columns, element, out);
  }
  return in.finished();
}

template <class Word>
bool write_stretches(ElementType type, ByteSpan data, ByteWriter& out) {
  constexpr std::size_t kMostStretches = 16, kShortest = 2048;
  const std::size_t element = element_info(type).bytes, count = data.size() / element;
  if (count < kFewestStretched) return false;
  const std::size_t bytes = std::max(kShortest, (count + kMostStretches - 1) / kMostStretches) * element;
  std::vector<std::vector<std::size_t>> sizes;
  for (std::size_t at = 0; at < data.size(); at += bytes)
    sizes.push_back(measure_part<Word>(type, data.subspan(at, std::min(bytes, data.size() - at))));
  const std::vector<std::size_t> path = cheapest_path(sizes);
  if (std::count(path.begin(), path.end(), path[0]) == static_cast<std::ptrdiff_t>(path.size())) return false;
  for (std::size_t from = 0, to = 0; from < path.size(); from = to) {
    while (to < path.size() && path[to] == path[from]) ++to;
    const ByteSpan part = data.subspan(from * bytes, std::min(to * bytes, data.size()) - from * bytes);
    out.varint(part.size() / element);
    if (!write_part<Word>(kCandidates[path[from]], type, part, out)) return false;
  }
  return true;
}

template <class Word>
bool read_stretches(ElementType type, ByteReader& in, std::span<std::uint8_t> out) {
  const std::size_t element = element_info(type).bytes;
  while (!out.empty()) {
    const auto part = out.first(static_cast<std::size_t>(in.varint(out.size() / element)) * element);
    if (part.empty() || !read_part<Word>(type, in, part)) return false;
    out = out.subspan(part.size());
  }
  return in.finished();
}

#define DAYBREAK_INSTANTIATE(Word)                                                          \
  template bool write_columns<Word>(ElementType, const ArrayShape&, ByteSpan, ByteWriter&); \
  template bool read_columns<Word>(ElementType, ByteReader&, std::span<std::uint8_t>);      \
  template bool write_stretches<Word>(ElementType, ByteSpan, ByteWriter&);                  \
  template bool read_stretches<Word>(ElementType, ByteReader&, std::span<std::uint8_t>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
