#pragma once
// The 27 models of NIST's Statistical Reference Datasets for nonlinear regression, as their files spell them: 25 in the language of
// the tool, and two that need functions which that lacks.
#include <cmath>
#include <functional>
#include <map>
#include <numbers>
#include <span>
#include <string>

namespace daybreak::finance {

inline const std::map<std::string, std::string>& nist_formulas() {
  static const std::string decays = "b1 * exp(-b2 * x) + b3 * exp(-b4 * x) + b5 * exp(-b6 * x)";
  static const std::string peaks = "b1 * exp(-b2 * x) + b3 * exp(-(x - b4)^2 / b5^2) + b6 * exp(-(x - b7)^2 / b8^2)";
  static const std::string cubics = "(b1 + b2 * x + b3 * x^2 + b4 * x^3) / (1 + b5 * x + b6 * x^2 + b7 * x^3)";
  static const std::string decay = "exp(-b1 * x) / (b2 + b3 * x)", rise = "b1 * (1 - exp(-b2 * x))";
  static const std::map<std::string, std::string> formulas{
      {"Bennett5", "b1 * (b2 + x)^(-1 / b3)"},
      {"BoxBOD", rise},
      {"Chwirut1", decay},
      {"Chwirut2", decay},
      {"DanWood", "b1 * x^b2"},
      {"Eckerle4", "b1 / b2 * exp(-0.5 * ((x - b3) / b2)^2)"},
      {"Gauss1", peaks},
      {"Gauss2", peaks},
      {"Gauss3", peaks},
      {"Hahn1", cubics},
      {"Kirby2", "(b1 + b2 * x + b3 * x^2) / (1 + b4 * x + b5 * x^2)"},
      {"Lanczos1", decays},
      {"Lanczos2", decays},
      {"Lanczos3", decays},
      {"MGH09", "b1 * (x^2 + x * b2) / (x^2 + x * b3 + b4)"},
      {"MGH10", "b1 * exp(b2 / (x + b3))"},
      {"MGH17", "b1 + b2 * exp(-x * b4) + b3 * exp(-x * b5)"},
      {"Misra1a", rise},
      {"Misra1b", "b1 * (1 - (1 + b2 * x / 2)^(-2))"},
      {"Misra1c", "b1 * (1 - (1 + 2 * b2 * x)^(-0.5))"},
      {"Misra1d", "b1 * b2 * x * (1 + b2 * x)^(-1)"},
      {"Nelson", "b1 - b2 * x * exp(-b3 * x2)"},  // of log(y)
      {"Rat42", "b1 / (1 + exp(b2 - b3 * x))"},
      {"Rat43", "b1 / (1 + exp(b2 - b3 * x))^(1 / b4)"},
      {"Thurber", cubics},
  };
  return formulas;
}

/// The response for coefficients b and the predictor x.
using NistModel = std::function<double(std::span<const double> b, double x)>;

inline const std::map<std::string, NistModel>& nist_functions() {
  static const std::map<std::string, NistModel> functions{
      {"ENSO",
       [](std::span<const double> b, double x) {
         const double turn = 2 * std::numbers::pi * x;
         return b[0] + b[1] * std::cos(turn / 12) + b[2] * std::sin(turn / 12) + b[4] * std::cos(turn / b[3]) +
                b[5] * std::sin(turn / b[3]) + b[7] * std::cos(turn / b[6]) + b[8] * std::sin(turn / b[6]);
       }},
      {"Roszman1",
       [](std::span<const double> b, double x) { return b[0] - b[1] * x - std::atan(b[2] / (x - b[3])) / std::numbers::pi; }},
  };
  return functions;
}

}  // namespace daybreak::finance
