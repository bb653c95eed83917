#pragma once
// The forms that a return may take as a function of the investment; traffic growth multiplies all of them.
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybreak::finance {

enum class Form { literal, line, saturating, logarithm, constant };
inline constexpr std::array kForms{Form::literal, Form::line, Form::saturating, Form::logarithm, Form::constant};

std::string_view form_name(Form form);     // "literal"
std::string_view form_formula(Form form);  // "b * growth * (1 + c * min(investment / k, 1))"
/// The names of its coefficients: b, then c, then k, as many as it has.
std::span<const std::string_view> coefficient_names(Form form);

/// What stands beside c: min(investment / k, 1) for the literal form, investment for a line, which has no k.
double bonus_shape(Form form, double investment, double k);
/// b * growth * (1 + c * bonus_shape), for coefficients in the order of coefficient_names().
double return_of(Form form, std::span<const double> coefficients, double investment, double growth);

}  // namespace daybreak::finance
