#include "libcore/codecs/pipeline.h"

namespace daybreak::codecs {
namespace {

constexpr std::array<std::string_view, kMaps> kMapNames{"ordered", "folded", "grid", "grid_folded", "tokens", "ranked", "lattice", "mirrored"};
constexpr std::array<std::string_view, kPredictions> kPredictNames{"none",   "delta",   "delta2",
                                                                   "median", "lorenzo", "linear"};
constexpr std::array<std::string_view, kCodes> kCodeNames{
    "stored", "constant", "bins", "column_bins", "block_bins", "neighbors",
    "planes", "pixels",   "runs", "sparse",      "zstd",       "columns",     "stretches",
    "scale_bins", "levels", "phrases", "words", "fractions"};

template <class Step, std::size_t kCount>
std::optional<Step> find(const std::array<std::string_view, kCount>& names, std::string_view name) {
  for (std::size_t i = 0; i < kCount; ++i)
    if (names[i] == name) return static_cast<Step>(i);
  return {};
}

}  // namespace

std::string pipeline_name(Pipeline pipeline) {
  std::string code(kCodeNames[static_cast<std::size_t>(pipeline.code)]);
  if (pipeline.code == Code::stored || pipeline.code == Code::constant) return code;
  return std::string(kMapNames[static_cast<std::size_t>(pipeline.map)]) + "-" +
         std::string(kPredictNames[static_cast<std::size_t>(pipeline.predict)]) + "-" + code;
}

std::optional<Pipeline> parse_pipeline(std::string_view name) {
  if (const auto alone = find<Code>(kCodeNames, name); alone && *alone <= Code::constant)
    return Pipeline{{}, {}, *alone};
  const auto first = name.find('-'), second = name.find('-', first + 1);
  if (first == name.npos || second == name.npos) return {};
  const auto map = find<Map>(kMapNames, name.substr(0, first));
  const auto predict = find<Predict>(kPredictNames, name.substr(first + 1, second - first - 1));
  const auto code = find<Code>(kCodeNames, name.substr(second + 1));
  if (!map || !predict || !code || *code <= Code::constant) return {};
  return Pipeline{*map, *predict, *code};
}

}  // namespace daybreak::codecs
