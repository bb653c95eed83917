#include "libcore/codecs/steps.h"

#include "libcore/codecs/bins.h"
#include "libcore/codecs/context_bins.h"
#include "libcore/codecs/delta.h"
#include "libcore/codecs/fractions.h"
#include "libcore/codecs/grid_map.h"
#include "libcore/codecs/lattice_map.h"
#include "libcore/codecs/levels.h"
#include "libcore/codecs/linear.h"
#include "libcore/codecs/lorenzo.h"
#include "libcore/codecs/median.h"
#include "libcore/codecs/neighbors.h"
#include "libcore/codecs/order_map.h"
#include "libcore/codecs/parts.h"
#include "libcore/codecs/phrases.h"
#include "libcore/codecs/pixels.h"
#include "libcore/codecs/planes.h"
#include "libcore/codecs/runs.h"
#include "libcore/codecs/scale_bins.h"
#include "libcore/codecs/scratch.h"
#include "libcore/codecs/sparse.h"
#include "libcore/codecs/token_map.h"
#include "libcore/codecs/words.h"
#include "libcore/codecs/zstd_code.h"

namespace daybreak::codecs {
namespace {

constexpr TokenOrder token_order(Map map) {
  return map == Map::mirrored ? TokenOrder::mirrored : map == Map::ranked ? TokenOrder::ranked : TokenOrder::sorted;
}

constexpr Pipeline kColumns{Map::ordered, Predict::none, Code::columns},
    kStretches{Map::ordered, Predict::none, Code::stretches}, kWords{Map::ordered, Predict::none, Code::words},
    kFractions{Map::ordered, Predict::none, Code::fractions};

template <class Word>
bool map(Map map, ElementType type, ByteSpan data, Words<Word>& values, ByteWriter& parameters) {
  switch (map) {
    case Map::ordered:
    case Map::folded:
      values = map_order<Word>(map == Map::folded, type, data, parameters);
      return true;
    case Map::grid:
    case Map::grid_folded:
      return map_grid<Word>(map == Map::grid_folded, type, data, values, parameters);
    case Map::tokens:
    case Map::ranked:
    case Map::mirrored:
      return map_tokens<Word>(token_order(map), type, data, values, parameters);
    case Map::lattice:
      break;  // lossy: write_lossy_steps()
  }
  return false;
}

template <class Word>
bool unmap(Map map, ElementType type, std::span<Word> values, ByteReader& parameters, std::span<std::uint8_t> out) {
  switch (map) {
    case Map::ordered:
    case Map::folded:
      return unmap_order<Word>(map == Map::folded, type, values, parameters, out);
    case Map::grid:
    case Map::grid_folded:
      return unmap_grid<Word>(map == Map::grid_folded, type, values, parameters, out);
    case Map::tokens:
    case Map::ranked:
    case Map::mirrored:
      return unmap_tokens<Word>(token_order(map), type, values, parameters, out);
    case Map::lattice:
      return unmap_lattice<Word>(type, values, parameters, out);
  }
  return false;
}

template <class Word>
bool predict(Predict predict, const ArrayShape& shape, Words<Word>& values, ByteWriter& parameters) {
  switch (predict) {
    case Predict::none:
      return true;
    case Predict::delta:
      predict_delta<Word>(1, shape, values, parameters);
      return true;
    case Predict::delta2:
      predict_delta<Word>(2, shape, values, parameters);
      return true;
    case Predict::median:
      return predict_median<Word>(shape, values, parameters);
    case Predict::lorenzo:
      return predict_lorenzo<Word>(shape, values, parameters);
    case Predict::linear:
      return predict_linear<Word>(values, parameters);
  }
  return false;
}

template <class Word>
bool unpredict(Predict predict, std::span<Word> values, ByteReader& parameters) {
  switch (predict) {
    case Predict::none:
      return parameters.finished();
    case Predict::delta:
      return unpredict_delta<Word>(1, values, parameters);
    case Predict::delta2:
      return unpredict_delta<Word>(2, values, parameters);
    case Predict::median:
      return unpredict_median<Word>(values, parameters);
    case Predict::lorenzo:
      return unpredict_lorenzo<Word>(values, parameters);
    case Predict::linear:
      return unpredict_linear<Word>(values, parameters);
  }
  return false;
}

template <class Word>
bool write_code(Code code, const ArrayShape& shape, std::span<const Word> values, ByteWriter& out) {
  switch (code) {
    case Code::stored:
    case Code::constant:
    case Code::columns:
    case Code::stretches:
    case Code::words:
    case Code::fractions:
    case Code::levels:
      return false;  // without steps: frame.h, parts.h, words.h, fractions.h, levels.h
    case Code::bins:
      return write_numbers(values, out), true;
    case Code::column_bins:
      return write_column_bins(shape, values, out);
    case Code::block_bins:
      return write_block_bins(shape, values, out);
    case Code::neighbors:
      return write_neighbors(shape, values, out), true;
    case Code::planes:
      return write_planes(values, out), true;
    case Code::pixels:
      return write_pixels(shape, values, out);
    case Code::runs:
      return write_runs(values, out);
    case Code::sparse:
      return write_sparse(values, out);
    case Code::zstd:
      return write_zstd(values, out);
    case Code::scale_bins:
      return write_scale_bins(shape, values, out);
    case Code::phrases:
      return write_phrases(values, out);
  }
  return false;
}

template <class Word>
bool read_code(Code code, ByteReader& in, std::span<Word> values) {
  switch (code) {
    case Code::stored:
    case Code::constant:
    case Code::columns:
    case Code::stretches:
    case Code::words:
    case Code::fractions:
    case Code::levels:
      return false;
    case Code::bins:
      return read_numbers(in, values);
    case Code::column_bins:
      return read_column_bins(in, values);
    case Code::block_bins:
      return read_block_bins(in, values);
    case Code::neighbors:
      return read_neighbors(in, values);
    case Code::planes:
      return read_planes(in, values);
    case Code::pixels:
      return read_pixels(in, values);
    case Code::runs:
      return read_runs(in, values);
    case Code::sparse:
      return read_sparse(in, values);
    case Code::zstd:
      return read_zstd(in, values);
    case Code::scale_bins:
      return read_scale_bins(in, values);
    case Code::phrases:
      return read_phrases(in, values);
  }
  return false;
}

/// What follows the map: prediction and code of its values.
template <class Word>
bool write_mapped(Pipeline pipeline, const ArrayShape& shape, Words<Word>& values, const ByteWriter& map_parameters,
                  ByteWriter& out) {
  ByteWriter predict_parameters, coded;
  if (!predict(pipeline.predict, shape, values, predict_parameters)) return false;
  if (!write_code<Word>(pipeline.code, shape, values, coded)) return false;
  out.block(map_parameters.span());
  out.block(predict_parameters.span());
  out.bytes(coded.span());
  return true;
}

}  // namespace

template <class Word>
bool write_steps(Pipeline pipeline, ElementType type, const ArrayShape& shape, ByteSpan data, ByteWriter& out) {
  if (pipeline == kColumns) return write_columns<Word>(type, shape, data, out);
  if (pipeline == kStretches) return write_stretches<Word>(type, data, out);
  if (pipeline == kWords) return write_words(data, out);
  if (pipeline == kFractions) return type == ElementType::f64 && write_fractions(data, out);
  ByteWriter map_parameters;
  Words<Word> values;
  return map(pipeline.map, type, data, values, map_parameters) &&
         write_mapped(pipeline, shape, values, map_parameters, out);
}

template <class Word>
bool write_lossy_steps(Pipeline pipeline, const Loss& loss, ElementType type, const ArrayShape& shape, ByteSpan data,
                       ByteWriter& out, std::span<std::uint8_t> decoded) {
  if (pipeline == kLevels) return write_levels<Word>(type, shape, data, loss, out, decoded);
  ByteWriter map_parameters;
  Words<Word> values;
  const bool centered = pipeline.predict == Predict::none;
  if (pipeline.map != Map::lattice ||
      !map_lattice<Word>(type, shape, data, loss, centered, values, map_parameters, decoded))
    return false;
  return write_mapped(pipeline, shape, values, map_parameters, out);
}

template <class Word>
bool quantize_steps(Pipeline pipeline, const Loss& loss, ElementType type, const ArrayShape& shape, ByteSpan data,
                    std::span<std::uint8_t> decoded) {
  if (pipeline == kLevels) return quantize_levels<Word>(type, shape, data, loss, decoded);
  ByteWriter unused;
  Words<Word> values;
  return pipeline.map == Map::lattice && map_lattice<Word>(type, shape, data, loss, false, values, unused, decoded);
}

template <class Word>
std::vector<std::size_t> measure_steps(std::span<const Pipeline> pipelines, ElementType type, const ArrayShape& shape,
                                       ByteSpan data) {
  std::vector<std::size_t> sizes;
  std::optional<Pipeline> last;
  Words<Word> mapped, predicted;
  bool can_map = false, can_predict = false;
  ByteWriter map_parameters, predict_parameters;
  for (const Pipeline pipeline : pipelines) {
    if (pipeline == kColumns || pipeline == kStretches || pipeline == kWords || pipeline == kFractions) {
      ByteWriter coded;
      sizes.push_back(write_steps<Word>(pipeline, type, shape, data, coded) ? coded.size() : kNotApplicable);
      continue;
    }
    const bool new_map = !last || last->map != pipeline.map;
    if (new_map) {
      map_parameters = {};
      can_map = map(pipeline.map, type, data, mapped, map_parameters);
    }
    if (can_map && (new_map || last->predict != pipeline.predict)) {
      predict_parameters = {};
      predicted = mapped;
      can_predict = predict(pipeline.predict, shape, predicted, predict_parameters);
    }
    last = pipeline;
    ByteWriter coded;
    const bool held = can_map && can_predict && write_code<Word>(pipeline.code, shape, predicted, coded);
    sizes.push_back(held ? map_parameters.size() + predict_parameters.size() + coded.size() : kNotApplicable);
  }
  return sizes;
}

template <class Word>
bool read_steps(Pipeline pipeline, ElementType type, ByteReader& in, std::span<std::uint8_t> out) {
  if (pipeline == kColumns) return read_columns<Word>(type, in, out);
  if (pipeline == kStretches) return read_stretches<Word>(type, in, out);
  if (pipeline == kWords) return read_words(in, out) && in.finished();
  if (pipeline == kFractions) return type == ElementType::f64 && read_fractions(in, out);
  if (pipeline.code == Code::levels) return pipeline == kLevels && read_levels<Word>(type, in, out);
  ByteReader map_parameters(in.block()), predict_parameters(in.block());
  Scratch<Word> values(out.size() / element_info(type).bytes);
  return in.ok() && read_code<Word>(pipeline.code, in, std::span<Word>(values)) && in.finished() &&
         unpredict<Word>(pipeline.predict, values, predict_parameters) &&
         unmap<Word>(pipeline.map, type, values, map_parameters, out);
}

#define DAYBREAK_INSTANTIATE(Word)                                                                                 \
  template bool quantize_steps<Word>(Pipeline, const Loss&, ElementType, const ArrayShape&, ByteSpan,              \
                                     std::span<std::uint8_t>);                                                     \
  template bool write_lossy_steps<Word>(Pipeline, const Loss&, ElementType, const ArrayShape&, ByteSpan,           \
                                        ByteWriter&, std::span<std::uint8_t>);                                     \
  template bool write_steps<Word>(Pipeline, ElementType, const ArrayShape&, ByteSpan, ByteWriter&);                \
  template std::vector<std::size_t> measure_steps<Word>(std::span<const Pipeline>, ElementType, const ArrayShape&, \
                                                        ByteSpan);                                                 \
  template bool read_steps<Word>(Pipeline, ElementType, ByteReader&, std::span<std::uint8_t>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
