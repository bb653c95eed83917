#pragma once
// What the points of a class are guessed to be: for each dimension of its set the cubic (-1, 9, 9, -1) / 16 through the
// neighbors at distances h and 3 h, or the mean of the two nearest, weighted. Near the edges the parabola through three
// neighbors, the mean of two, the line through two, or the one. After Zhao et al., "Optimizing error-bounded lossy
// compression for scientific data by dynamic spline interpolation" (ICDE 2021), and its kin.
#include <cstdint>
#include <span>

#include "libcore/codecs/level_parts.h"

namespace daybreak::codecs {

/// How a class takes its dimensions: weights in sixteenths, that sum to 16, and cubics or means.
struct ClassGuess {
  std::array<std::uint8_t, 3> weight{};
  std::array<bool, 3> cubic{true, true, true};
};

/// The same weight for every dimension of the set.
ClassGuess even_guess(const LevelClass& one);

/// For each point of a class, in the order of the array: the guess, and how rough it is around: how far cubic and mean
/// lie apart, and how far the dimensions' guesses, and how far the nearest neighbors.
template <class T>
struct Guesses {
  Scratch<T> value, bend, slope;
};

/// Where the guesses of some points go.
template <class T>
struct GuessPlaces {
  T *value, *bend, *slope;
  GuessPlaces from(std::size_t point) const { return {value + point, bend + point, slope + point}; }
};

template <class T>
void guess_class(const Parts<T>& parts, const LevelClass& one, const ClassGuess& how, Guesses<T>& guesses);
/// The same for a piece.
template <class T>
void guess_piece(const Parts<T>& parts, const LevelClass& one, const ClassGuess& how, const Piece& piece,
                 const GuessPlaces<T>& to);

}  // namespace daybreak::codecs
