#include "tools/train-shard/split.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/device/operation_times.h"
#include "tools/frame/text.h"

namespace daybreak::train_shard {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kParts{{
    {"forward_product", "forward_products"},
    {"input_gradient_product", "input_gradient_products"},
    {"weight_gradient_product", "weight_gradient_products"},
    {"attention_forward", "attention"},
    {"attention_backward", "attention"},
    {"rope", "attention"},
    {"layernorm_forward", "norms"},
    {"layernorm_backward", "norms"},
    {"rmsnorm_forward", "norms"},
    {"rmsnorm_backward", "norms"},
    {"cross_entropy", "cross_entropy"},
    {"statistics", "optimizer"},
    {"adamw", "optimizer"},
}};
constexpr std::string_view kRest = "rest";

std::string_view part_of(std::string_view operation) {
  for (const auto& [name, part] : kParts)
    if (name == operation) return part;
  return kRest;
}

}  // namespace

io::Json split_of_steps(device::Device& device, int steps, const std::function<void()>& step) {
  device::OperationTimes times(device);
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < steps; ++i) step();
  const double wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count() / steps;

  std::map<std::string, double> parts;
  double rest_s = wall_s;
  for (const auto& [operation, seconds] : times.seconds()) {
    const std::string_view part = part_of(operation);
    if (part == kRest) continue;
    parts[std::string(part)] += seconds / steps;
    rest_s -= seconds / steps;
  }
  io::Json split;
  split["step_s"] = wall_s;
  for (const auto& [part, seconds] : parts) split["parts"][part] = seconds;
  split["parts"][kRest] = rest_s;
  split["operations_s"] = times.total_s() / steps;
  split["unaccounted_s"] = wall_s - times.total_s() / steps;
  for (const auto& [operation, seconds] : times.seconds()) split["operations"][operation] = seconds / steps;
  return split;
}

std::string split_text(const io::Json& split) {
  std::vector<std::vector<std::string>> rows;
  const double step_s = split.at("step_s").as_double(), unaccounted_s = split.at("unaccounted_s").as_double();
  const auto add = [&](std::string name, double seconds) {
    rows.push_back({std::move(name), frame::number(seconds) + " s", frame::percent(seconds / step_s)});
  };
  for (const auto& [part, seconds] : split.at("parts").as_object()) {
    std::string name = part;
    std::replace(name.begin(), name.end(), '_', ' ');
    if (part == kRest) add("other operations", seconds.as_double() - unaccounted_s);
    else add(std::move(name), seconds.as_double());
  }
  add("outside operations", unaccounted_s);
  add("the step", step_s);
  return frame::table(rows);
}

}  // namespace daybreak::train_shard
