#include "tests/kernels/cuda_on_host/order.h"

#include <bit>
#include <cstdlib>
#include <string_view>

#include "tests/kernels/cuda_on_host/faults.h"

namespace cuda_on_host {
namespace {

Plan from_environment() {
  const char* const text = std::getenv("DAYBREAK_CUDA_ON_HOST_ORDER");
  const std::string_view name = text ? text : "forward";
  if (name == "forward") return {};
  if (name == "backward") return {Order::backward, false, true};
  if (name == "shuffled") return {Order::shuffled, false, true};
  if (name == "every") return {Order::forward, true, true};
  stop("DAYBREAK_CUDA_ON_HOST_ORDER is '%s', expected forward, backward, shuffled or every", text);
}

/// Marsaglia's xorshift64: an order needs no better numbers.
std::uint64_t draw() {
  static std::uint64_t state = 0x9e3779b97f4a7c15;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

}  // namespace

Plan& plan() {
  static Plan chosen = from_environment();
  return chosen;
}

int choose(std::uint32_t mask) {
  switch (plan().order) {
    case Order::forward:
      return std::countr_zero(mask);
    case Order::backward:
      return 31 - std::countl_zero(mask);
    default:
      const int turned = static_cast<int>(draw() >> 59);
      return (std::countr_zero(std::rotr(mask, turned)) + turned) % 32;
  }
}

std::uint64_t drawn_below(std::uint64_t limit) {
  return draw() % limit;
}

}  // namespace cuda_on_host
