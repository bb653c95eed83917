#include <cmath>

#include "kernels/common/stochastic_rounding.h"
#include "kernels/cpu/operations.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {

namespace {

// Random numbers are made for so many elements at once: they and all operands stay in the first cache.
constexpr int64_t kPart = 512;
constexpr int64_t kNumbers = (kPart / kRoundingGroup + 1) * kRoundingGroup;  // of all groups that a part touches
static_assert(3 * kNumbers * sizeof(uint16_t) <= kTile * sizeof(float));

struct Update {
  const Loops& loops;
  const daybreak_adamw& a;
  AdamwFactors factors;

  static void* at(void* buffer, daybreak_dtype type, int64_t offset) {
    return static_cast<std::byte*>(buffer) + offset * element_bytes(type);
  }

  /// The numbers of a part, made in `room`.
  void take_numbers(AdamwTile& t, int64_t offset, uint16_t* room) const {
    const int64_t first = a.first_index + offset, group = first / kRoundingGroup;
    const bool kinds[3] = {t.narrow_weight && !a.compensation, t.narrow_moments, t.narrow_moments};
    uint16_t* numbers[3] = {};
    for (int64_t what = 0; what < 3; ++what) {
      if (!kinds[what]) continue;
      numbers[what] = room + what * kNumbers;
      t.numbers[what] = numbers[what] + first % kRoundingGroup;
    }
    loops.rounding_numbers(a.seed, static_cast<uint64_t>(a.step), group,
                           (first + t.count - 1) / kRoundingGroup - group + 1, numbers);
  }

  void part(int64_t offset, int64_t count, uint16_t* room) const {
    const bool narrow_weight = a.weight_type == DAYBREAK_BF16, narrow_moments = a.moment_type == DAYBREAK_BF16;
    AdamwTile t{count,
                at(a.weight, a.weight_type, offset),
                a.gradient + offset,
                at(a.first_moment, a.moment_type, offset),
                at(a.second_moment, a.moment_type, offset),
                a.compensation ? static_cast<uint16_t*>(a.compensation) + offset : nullptr,
                nullptr,
                {},
                narrow_weight,
                narrow_moments};
    const bool fused_copy = a.copy && a.copy_type == DAYBREAK_BF16 && !narrow_weight;
    if (fused_copy) t.copy = static_cast<uint16_t*>(a.copy) + offset;
    if (a.rounding == DAYBREAK_ROUND_STOCHASTIC && (narrow_weight || narrow_moments)) take_numbers(t, offset, room);
    loops.adamw(t, factors);
    if (a.copy && !fused_copy) copy(offset, count, reinterpret_cast<float*>(room));
  }

  void copy(int64_t offset, int64_t count, float* room) const {
    const Input weight(loops, a.weight, a.weight_type);
    convert_out(loops, weight.tile(offset, count, room), a.copy, a.copy_type, offset, count);
  }
};

void check_stored(daybreak_dtype type) {
  if (type != DAYBREAK_F32 && type != DAYBREAK_BF16)
    throw Refusal{DAYBREAK_UNSUPPORTED, "weights and moments must be f32 or bf16"};
}

}  // namespace

void Operations::adamw(daybreak_device& device, const daybreak_adamw& a) {
  check_stored(a.weight_type);
  check_stored(a.moment_type);
  if (a.copy) element_bytes(a.copy_type);
  const auto step = static_cast<double>(a.step);
  const Update update{device.loops,
                      a,
                      {a.learning_rate, a.beta1, a.beta2, a.epsilon, a.decay, a.gradient_scale,
                       static_cast<float>(1 / (1 - std::pow(static_cast<double>(a.beta1), step))),
                       static_cast<float>(1 / (1 - std::pow(static_cast<double>(a.beta2), step)))}};
  for_each_tile(device, a.count, 1, [&](int64_t offset, int64_t count, float* scratch) {
    for (int64_t done = 0; done < count; done += kPart)
      update.part(offset + done, std::min(kPart, count - done), reinterpret_cast<uint16_t*>(scratch));
  });
}

}  // namespace daybreak::kernels::cpu
