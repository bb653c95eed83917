#include "libcore/codecs/candidates.h"

#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/parts.h"

namespace daybreak::codecs {

std::vector<Pipeline> candidates(ElementType type, std::span<const std::uint64_t> shape) {
  const ArrayShape lies = array_shape(shape, static_cast<std::size_t>(element_count(shape).value_or(0)));
  const ElementInfo info = element_info(type);
  std::vector<Pipeline> found;
  const auto add = [&](Map map, std::initializer_list<Predict> predictions, std::initializer_list<Code> codes) {
    for (const Predict predict : predictions)
      for (const Code code : codes) {
        if ((predict == Predict::median || code == Code::column_bins || code == Code::pixels) && lies.row < 2) continue;
        if (predict == Predict::lorenzo && lies.plane == 0) continue;
        if (predict == Predict::linear && lies.row > 0) continue;
        if (code == Code::pixels && predict != Predict::none) continue;
        found.push_back({map, predict, code});
      }
  };
  using enum Predict;
  const std::initializer_list<Predict> smooth{delta, delta2, median, lorenzo};
  add(Map::ordered, {none}, {Code::bins, Code::column_bins, Code::planes, Code::runs, Code::sparse, Code::pixels});
  if (lies.last >= 2 && lies.last <= kMostColumns && lies.row > 0) found.push_back({{}, {}, Code::columns});
  if (lies.row == 0 && lies.count >= kFewestStretched) found.push_back({{}, {}, Code::stretches});
  add(Map::ordered, {none}, {Code::zstd});
  add(Map::ordered, smooth, {Code::bins, Code::neighbors});
  if (info.kind != NumberKind::plain) add(Map::folded, {none}, {Code::bins, Code::column_bins, Code::block_bins});
  if (info.kind == NumberKind::real) add(Map::ordered, {none}, {Code::block_bins});
  if (info.kind != NumberKind::real && info.bytes > 1) add(Map::ordered, {none}, {Code::phrases});
  if (type == ElementType::f64) found.push_back({{}, {}, Code::fractions});
  if (type == ElementType::u8 && lies.row == 0) found.push_back({{}, {}, Code::words});
  if (info.kind != NumberKind::real) add(Map::ordered, {linear}, {Code::bins, Code::neighbors});
  if (type == ElementType::f32 || type == ElementType::f64) {
    add(Map::grid, {none}, {Code::bins, Code::column_bins, Code::planes, Code::pixels});
    add(Map::grid, smooth, {Code::bins, Code::neighbors});
    add(Map::grid, {linear}, {Code::neighbors});
    add(Map::grid_folded, {none}, {Code::bins, Code::column_bins, Code::block_bins});
  }
  if (info.bytes > 1) {
    add(Map::tokens, {none}, {Code::bins, Code::column_bins, Code::planes, Code::pixels, Code::zstd});
    add(Map::tokens, {delta, median}, {Code::bins, Code::neighbors});
    if (info.kind == NumberKind::real) add(Map::mirrored, {none}, {Code::zstd});
    add(Map::ranked, {none}, {Code::planes, Code::bins, Code::zstd});
  }
  return found;
}

}  // namespace daybreak::codecs
