#include "libcore/training/adamw.h"

#include <cmath>

#include "libcore/device/dtype.h"

namespace daybreak::training {

GradientNorm gradient_norm(device::Device& device, const float* gradient, std::int64_t count, double scale) {
  daybreak_statistics_result sums{};
  daybreak_statistics question{};
  question.count = count;
  question.x = gradient;
  question.x_type = DAYBREAK_F32;
  question.result = &sums;
  device.statistics(question);
  device.synchronize();
  return {std::sqrt(sums.sum_squares) * scale, sums.not_finite == 0};
}

double clip_factor(double norm, double clip) {
  return clip > 0 && norm > clip ? clip / norm : 1;
}

AdamW::AdamW(device::Device& device, const std::vector<model::Parameter>& table, const OptimizerOptions& options)
    : device_(device), options_(options) {
  const std::int64_t flat = model::flat_size(table);
  for (std::size_t i = 0; i < table.size(); ++i) {
    // Padding belongs to the tensor before it: zero weights with zero gradients stay zero.
    const std::int64_t end = i + 1 < table.size() ? table[i + 1].offset : flat;
    if (!runs_.empty() && runs_.back().decays == table[i].decays)
      runs_.back().count = end - runs_.back().offset;
    else
      runs_.push_back({table[i].offset, end - table[i].offset, table[i].decays});
  }
  first_ = device.allocate(static_cast<std::size_t>(flat) * sizeof(float));
  second_ = device.allocate(static_cast<std::size_t>(flat) * sizeof(float));
  first_.fill_zero();
  second_.fill_zero();
}

void AdamW::step(const Update& update) {
  for (const Run& run : runs_) {
    daybreak_adamw call{};
    call.count = run.count;
    call.weight = update.weight + run.offset;
    call.gradient = update.gradient + run.offset;
    call.first_moment = first_.as<float>() + run.offset;
    call.second_moment = second_.as<float>() + run.offset;
    if (update.copy != nullptr)
      call.copy = static_cast<std::byte*>(update.copy) + static_cast<std::size_t>(run.offset) * device::bytes_of(update.copy_type);
    call.copy_type = update.copy_type;
    call.learning_rate = static_cast<float>(update.learning_rate);
    call.beta1 = static_cast<float>(options_.beta1);
    call.beta2 = static_cast<float>(options_.beta2);
    call.epsilon = static_cast<float>(options_.epsilon);
    call.decay = run.decays ? static_cast<float>(options_.weight_decay) : 0;
    call.gradient_scale = static_cast<float>(update.gradient_scale);
    call.step = update.step;
    device_.adamw(call);
  }
}

void AdamW::restore(std::span<const float> first, std::span<const float> second) {
  first_.upload(first);
  second_.upload(second);
}

}  // namespace daybreak::training
