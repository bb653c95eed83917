#pragma once
// How rough it is around a point of a class: the context of its symbol, from its guess and the points that are known.
#include <cstdint>

#include "libcore/codecs/level_predict.h"

namespace daybreak::codecs {

constexpr std::size_t kBendClasses = 12, kSlopeClasses = 8, kMagnitudeClasses = 6, kLevelGroups = 3;
constexpr std::size_t kClassContexts = kBendClasses * kSlopeClasses * kMagnitudeClasses;
constexpr std::size_t kLevelContexts = kLevelGroups * 2 * kClassContexts;

/// The first of a class's kClassContexts contexts.
std::size_t first_context(const LevelClass& one);

/// Of the points of a piece, whose guesses are as rough as `bend` and `slope` have it, how far each is above the first.
template <class T>
void piece_contexts(const Parts<T>& parts, const LevelClass& one, double step, const Piece& piece, const T* bend,
                    const T* slope, std::uint16_t* contexts);

}  // namespace daybreak::codecs
