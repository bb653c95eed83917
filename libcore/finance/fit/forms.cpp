#include "libcore/finance/fit/forms.h"

#include <algorithm>
#include <cmath>

namespace daybreak::finance {

std::string_view form_name(Form form) {
  switch (form) {
    case Form::literal: return "literal";
    case Form::line: return "line";
    case Form::saturating: return "saturating";
    case Form::logarithm: return "log";
    case Form::constant: break;
  }
  return "constant";
}

std::string_view form_formula(Form form) {
  switch (form) {
    case Form::literal: return "b * growth * (1 + c * min(investment / k, 1))";
    case Form::line: return "b * growth * (1 + c * investment)";
    case Form::saturating: return "b * growth * (1 + c * (1 - exp(-investment / k)))";
    case Form::logarithm: return "b * growth * (1 + c * log(1 + investment / k))";
    case Form::constant: break;
  }
  return "b * growth";
}

std::span<const std::string_view> coefficient_names(Form form) {
  static constexpr std::array<std::string_view, 3> kNames{"b", "c", "k"};
  if (form == Form::constant) return std::span(kNames).first(1);
  return std::span(kNames).first(form == Form::line ? 2 : 3);
}

double bonus_shape(Form form, double investment, double k) {
  switch (form) {
    case Form::literal: return std::min(investment / k, 1.0);
    case Form::line: return investment;
    case Form::saturating: return -std::expm1(-investment / k);
    case Form::logarithm: return std::log1p(investment / k);
    case Form::constant: break;
  }
  return 0;
}

double return_of(Form form, std::span<const double> coefficients, double investment, double growth) {
  const double k = coefficients.size() > 2 ? coefficients[2] : 1, c = coefficients.size() > 1 ? coefficients[1] : 0;
  return coefficients[0] * growth * (1 + c * bonus_shape(form, investment, k));
}

}  // namespace daybreak::finance
