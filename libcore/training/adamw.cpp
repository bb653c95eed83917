#include "libcore/training/adamw.h"

#include <cmath>

#include "libcore/device/dtype.h"
#include "libcore/device/values.h"

namespace daybreak::training {

GradientNorm gradient_norm(device::Device& device, const float* gradient, std::int64_t count, double scale) {
  const daybreak_statistics_result sums = device::statistics_of(device, gradient, DAYBREAK_F32, count);
  return {std::sqrt(sums.sum_squares) * scale, sums.not_finite == 0};
}

double clip_factor(double norm, double clip) {
  return clip > 0 && norm > clip ? clip / norm : 1;
}

daybreak_dtype AdamW::moment_type(const StorageOptions& storage) {
  return storage.narrow_moments() ? DAYBREAK_BF16 : DAYBREAK_F32;
}

std::size_t AdamW::bytes_for(const std::vector<model::Parameter>& table, const StorageOptions& storage) {
  const std::size_t moment = device::bytes_of(moment_type(storage));
  return static_cast<std::size_t>(model::flat_size(table)) *
         (2 * moment + (storage.compensates() ? device::bytes_of(DAYBREAK_BF16) : 0));
}

AdamW::AdamW(device::Device& device, const std::vector<model::Parameter>& table, const OptimizerOptions& options)
    : device_(device), options_(options), moment_type_(moment_type(options.storage)) {
  const std::int64_t flat = model::flat_size(table);
  for (std::size_t i = 0; i < table.size(); ++i) {
    // Padding belongs to the tensor before it: zero weights with zero gradients stay zero.
    const std::int64_t end = i + 1 < table.size() ? table[i + 1].offset : flat;
    if (!runs_.empty() && runs_.back().decays == table[i].decays)
      runs_.back().count = end - runs_.back().offset;
    else
      runs_.push_back({table[i].offset, end - table[i].offset, table[i].decays});
  }
  const auto room = [&](daybreak_dtype type) {
    return device.allocate(static_cast<std::size_t>(flat) * device::bytes_of(type));
  };
  first_ = room(moment_type_);
  second_ = room(moment_type_);
  if (options.storage.compensates()) compensation_ = room(DAYBREAK_BF16);
}

void AdamW::begin() {
  if (begun_) return;
  for (device::Buffer* const buffer : {&first_, &second_, &compensation_}) buffer->fill_zero();
  begun_ = true;
}

void AdamW::step(const Update& update) {
  const auto at = [](void* data, daybreak_dtype type, std::int64_t element) -> void* {
    return data ? static_cast<std::byte*>(data) + static_cast<std::size_t>(element) * device::bytes_of(type) : nullptr;
  };
  begin();
  for (const Run& run : runs_) {
    daybreak_adamw call{};
    call.count = run.count;
    call.weight = at(update.weight, update.weight_type, run.offset);
    call.weight_type = update.weight_type;
    call.gradient = update.gradient + run.offset;
    call.first_moment = at(first_.data(), moment_type_, run.offset);
    call.second_moment = at(second_.data(), moment_type_, run.offset);
    call.moment_type = moment_type_;
    call.compensation = at(compensation_.data(), DAYBREAK_BF16, run.offset);
    call.copy = at(update.copy, update.copy_type, run.offset);
    call.copy_type = update.copy_type;
    // Of float32 this says nothing; compensation rounds weights to nearest whatever it says.
    call.rounding = DAYBREAK_ROUND_STOCHASTIC;
    call.seed = options_.seed;
    call.first_index = run.offset;
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

std::vector<float> AdamW::values_of(const device::Buffer& buffer, daybreak_dtype type) const {
  std::vector<float> values(buffer.bytes() / device::bytes_of(type));
  if (begun_) device::read_values(device_, buffer.data(), type, values);
  return values;
}

void AdamW::restore(std::span<const float> first, std::span<const float> second, std::span<const float> compensation) {
  begun_ = true;
  device::write_values(device_, first, first_.data(), moment_type_);
  device::write_values(device_, second, second_.data(), moment_type_);
  if (compensation.empty()) compensation_.fill_zero();
  else if (!compensation_.empty()) device::write_values(device_, compensation, compensation_.data(), DAYBREAK_BF16);
}

}  // namespace daybreak::training
