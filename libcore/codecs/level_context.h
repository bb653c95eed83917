#pragma once
// How rough it is around a point of a class: the context of its symbol, from its guess and the points that are known.
#include <cstdint>

#include "libcore/codecs/level_predict.h"

namespace daybreak::codecs {

constexpr std::size_t kBendClasses = 12, kSlopeClasses = 8, kMagnitudeClasses = 6, kLevelGroups = 3;
constexpr std::size_t kLevelContexts = kLevelGroups * 2 * kBendClasses * kSlopeClasses * kMagnitudeClasses;

template <class T>
void level_contexts(const Parts<T>& parts, const LevelClass& one, double step, const Guesses<T>& guesses,
                    Scratch<std::uint16_t>& contexts);

}  // namespace daybreak::codecs
