#include "libcore/training/adamw.h"

#include <cmath>
#include <utility>

#include "libcore/device/dtype.h"
#include "libcore/device/values.h"
#include "libcore/training/state_layout.h"

namespace daybreak::training {

GradientSquares gradient_squares(device::Device& device, const float* gradient, std::int64_t count) {
  const daybreak_statistics_result sums = device::statistics_of(device, gradient, DAYBREAK_F32, count);
  return {sums.sum_squares, sums.not_finite == 0};
}

GradientNorm norm_of(const GradientSquares& squares, double scale) {
  return {std::sqrt(squares.sum) * scale, squares.finite};
}

GradientNorm gradient_norm(device::Device& device, const float* gradient, std::int64_t count, double scale) {
  return norm_of(gradient_squares(device, gradient, count), scale);
}

double clip_factor(double norm, double clip) {
  return clip > 0 && norm > clip ? clip / norm : 1;
}

daybreak_dtype AdamW::moment_type(const StorageOptions& storage) {
  return storage.narrow_moments() ? DAYBREAK_BF16 : DAYBREAK_F32;
}

std::size_t AdamW::bytes_for(std::int64_t elements, const StorageOptions& storage) {
  const std::size_t moment = device::bytes_of(moment_type(storage));
  return static_cast<std::size_t>(elements) *
         (2 * moment + (storage.compensates() ? device::bytes_of(DAYBREAK_BF16) : 0));
}

AdamW::AdamW(device::Device& device, const std::vector<model::Parameter>& table, const OptimizerOptions& options,
             std::vector<Range> parts)
    : device_(device), options_(options), moment_type_(moment_type(options.storage)), parts_(std::move(parts)),
      statistics_(parts_.size()) {
  for (std::size_t first = 0, next = 0; first < table.size(); first = next) {
    while (next < table.size() && table[next].decays == table[first].decays) ++next;
    // Padding belongs to the tensor before it: zero weights with zero gradients stay zero.
    const std::int64_t end = next < table.size() ? table[next].offset : model::flat_size(table);
    add_runs({table[first].offset, end}, table[first].decays);
  }
  const auto room = [&](daybreak_dtype type) {
    return device.allocate(static_cast<std::size_t>(elements_of(parts_)) * device::bytes_of(type));
  };
  first_ = room(moment_type_);
  second_ = room(moment_type_);
  if (options.storage.compensates()) compensation_ = room(DAYBREAK_BF16);
}

void AdamW::add_runs(Range stretch, bool decays) {
  std::int64_t place = 0;
  for (const Range part : parts_) {
    const Range both = common(stretch, part);
    if (both.count() > 0) runs_.push_back({both.begin, both.count(), place + both.begin - part.begin, decays});
    place += part.count();
  }
}

void AdamW::begin() {
  if (begun_) return;
  for (device::Buffer* const buffer : {&first_, &second_, &compensation_}) buffer->fill_zero();
  begun_ = true;
}

GradientSquares AdamW::squares(const float* gradient) {
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    daybreak_statistics question{};
    question.count = parts_[i].count();
    question.x = gradient + parts_[i].begin;
    question.x_type = DAYBREAK_F32;
    question.result = &statistics_[i];
    device_.statistics(question);
  }
  device_.synchronize();  // once for all of them
  GradientSquares total;
  for (const daybreak_statistics_result& one : statistics_)
    total.add({one.sum_squares, one.not_finite == 0});
  return total;
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
    call.first_moment = at(first_.data(), moment_type_, run.place);
    call.second_moment = at(second_.data(), moment_type_, run.place);
    call.moment_type = moment_type_;
    call.compensation = at(compensation_.data(), DAYBREAK_BF16, run.place);
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
  if (begun_ && !values.empty()) device::read_values(device_, buffer.data(), type, values);
  return values;
}

void AdamW::restore(std::span<const float> first, std::span<const float> second, std::span<const float> compensation) {
  begun_ = true;
  if (first.empty()) return;  // a rank that keeps none
  device::write_values(device_, first, first_.data(), moment_type_);
  device::write_values(device_, second, second_.data(), moment_type_);
  if (compensation.empty()) compensation_.fill_zero();
  else if (!compensation_.empty()) device::write_values(device_, compensation, compensation_.data(), DAYBREAK_BF16);
}

}  // namespace daybreak::training
