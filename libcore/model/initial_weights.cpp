#include <cmath>
#include <numbers>

#include "kernels/common/philox.h"
#include "libcore/model/fill_normal.h"
#include "libcore/model/parameters.h"

namespace daybreak::model {
namespace {

constexpr double kDeviation = 0.02;

}  // namespace

/// Each Philox block gives two by the transform of Box and Muller (1958).
void fill_normal(std::span<float> out, double deviation, std::uint64_t seed, std::uint64_t tensor) {
  for (std::size_t i = 0; i < out.size(); i += 2) {
    const auto words = kernels::philox_block(seed, tensor, i / 2);
    const double radius = std::sqrt(-2 * std::log(1 - kernels::unit_interval(words[0], words[1])));  // of (0, 1]
    const double angle = 2 * std::numbers::pi * kernels::unit_interval(words[2], words[3]);
    out[i] = static_cast<float>(deviation * radius * std::cos(angle));
    if (i + 1 < out.size()) out[i + 1] = static_cast<float>(deviation * radius * std::sin(angle));
  }
}

std::vector<float> initial_weights(const Config& config, std::uint64_t seed) {
  const std::vector<Parameter> table = parameter_table(config);
  std::vector<float> weights(static_cast<std::size_t>(flat_size(table)), 0.0f);
  const double residual_deviation = kDeviation / std::sqrt(2.0 * static_cast<double>(config.layers));
  for (std::size_t index = 0; index < table.size(); ++index) {
    const Parameter& parameter = table[index];
    const auto tensor = std::span(weights).subspan(static_cast<std::size_t>(parameter.offset), static_cast<std::size_t>(parameter.count));
    if (parameter.role == Role::residual_projection) fill_normal(tensor, residual_deviation, seed, index);
    else if (parameter.shape.size() == 2) fill_normal(tensor, kDeviation, seed, index);
    else if (parameter.role == Role::norm && parameter.name.ends_with(".weight"))
      for (float& value : tensor) value = 1;
  }
  return weights;
}

}  // namespace daybreak::model
