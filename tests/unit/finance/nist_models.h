#pragma once
// The 27 models of NIST's Statistical Reference Datasets for nonlinear regression, as their files spell them.
#include <cmath>
#include <functional>
#include <map>
#include <numbers>
#include <span>
#include <string>

namespace daybreak::finance {

/// The response for coefficients b and predictors x.
using NistModel = std::function<double(std::span<const double> b, std::span<const double> x)>;

inline double nist_decays(std::span<const double> b, double x) {
  return b[0] * std::exp(-b[1] * x) + b[2] * std::exp(-b[3] * x) + b[4] * std::exp(-b[5] * x);
}

inline double nist_peaks(std::span<const double> b, double x) {
  const auto peak = [x](double height, double place, double width) {
    return height * std::exp(-(x - place) * (x - place) / (width * width));
  };
  return b[0] * std::exp(-b[1] * x) + peak(b[2], b[3], b[4]) + peak(b[5], b[6], b[7]);
}

inline double nist_cubics(std::span<const double> b, double x) {
  return (b[0] + x * (b[1] + x * (b[2] + x * b[3]))) / (1 + x * (b[4] + x * (b[5] + x * b[6])));
}

inline double nist_seasons(std::span<const double> b, double x) {
  const double turn = 2 * std::numbers::pi * x;
  return b[0] + b[1] * std::cos(turn / 12) + b[2] * std::sin(turn / 12) + b[4] * std::cos(turn / b[3]) +
         b[5] * std::sin(turn / b[3]) + b[7] * std::cos(turn / b[6]) + b[8] * std::sin(turn / b[6]);
}

inline const std::map<std::string, NistModel>& nist_models() {
  using B = std::span<const double>;
  using std::exp, std::pow;
  static const std::map<std::string, NistModel> models{
      {"Bennett5", [](B b, B x) { return b[0] * pow(b[1] + x[0], -1 / b[2]); }},
      {"BoxBOD", [](B b, B x) { return b[0] * (1 - exp(-b[1] * x[0])); }},
      {"Chwirut1", [](B b, B x) { return exp(-b[0] * x[0]) / (b[1] + b[2] * x[0]); }},
      {"Chwirut2", [](B b, B x) { return exp(-b[0] * x[0]) / (b[1] + b[2] * x[0]); }},
      {"DanWood", [](B b, B x) { return b[0] * pow(x[0], b[1]); }},
      {"ENSO", [](B b, B x) { return nist_seasons(b, x[0]); }},
      {"Eckerle4", [](B b, B x) { return b[0] / b[1] * exp(-0.5 * pow((x[0] - b[2]) / b[1], 2)); }},
      {"Gauss1", [](B b, B x) { return nist_peaks(b, x[0]); }},
      {"Gauss2", [](B b, B x) { return nist_peaks(b, x[0]); }},
      {"Gauss3", [](B b, B x) { return nist_peaks(b, x[0]); }},
      {"Hahn1", [](B b, B x) { return nist_cubics(b, x[0]); }},
      {"Kirby2", [](B b, B x) { return (b[0] + x[0] * (b[1] + x[0] * b[2])) / (1 + x[0] * (b[3] + x[0] * b[4])); }},
      {"Lanczos1", [](B b, B x) { return nist_decays(b, x[0]); }},
      {"Lanczos2", [](B b, B x) { return nist_decays(b, x[0]); }},
      {"Lanczos3", [](B b, B x) { return nist_decays(b, x[0]); }},
      {"MGH09", [](B b, B x) { return b[0] * (x[0] * x[0] + x[0] * b[1]) / (x[0] * x[0] + x[0] * b[2] + b[3]); }},
      {"MGH10", [](B b, B x) { return b[0] * exp(b[1] / (x[0] + b[2])); }},
      {"MGH17", [](B b, B x) { return b[0] + b[1] * exp(-x[0] * b[3]) + b[2] * exp(-x[0] * b[4]); }},
      {"Misra1a", [](B b, B x) { return b[0] * (1 - exp(-b[1] * x[0])); }},
      {"Misra1b", [](B b, B x) { return b[0] * (1 - pow(1 + b[1] * x[0] / 2, -2)); }},
      {"Misra1c", [](B b, B x) { return b[0] * (1 - pow(1 + 2 * b[1] * x[0], -0.5)); }},
      {"Misra1d", [](B b, B x) { return b[0] * b[1] * x[0] / (1 + b[1] * x[0]); }},
      {"Nelson", [](B b, B x) { return b[0] - b[1] * x[0] * exp(-b[2] * x[1]); }},  // of the logarithm of the response
      {"Rat42", [](B b, B x) { return b[0] / (1 + exp(b[1] - b[2] * x[0])); }},
      {"Rat43", [](B b, B x) { return b[0] / pow(1 + exp(b[1] - b[2] * x[0]), 1 / b[3]); }},
      {"Roszman1", [](B b, B x) { return b[0] - b[1] * x[0] - std::atan(b[2] / (x[0] - b[3])) / std::numbers::pi; }},
      {"Thurber", [](B b, B x) { return nist_cubics(b, x[0]); }},
  };
  return models;
}

}  // namespace daybreak::finance
