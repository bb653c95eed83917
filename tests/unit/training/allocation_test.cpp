// After its first step a run allocates nothing: every allocation of this program, its libraries among them, is counted.
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

#include "libcore/training/trainer.h"
#include "tests/support/catch.hpp"

// A sanitizer has an allocator of its own, and other systems have no name for theirs.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {
std::atomic<std::size_t> allocations{0};
}

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  ++allocations;
  return __libc_realloc(memory, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  ++allocations;
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : ENOMEM;
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
}

using namespace daybreak;

TEST_CASE("steps after the first allocate nothing") {
  const model::Config config = model::parse_init("gpt2:d=64,layers=2,heads=2,vocab=96,context=32");
  const training::BatchOptions batch{4, 32, 2};
  training::Batch one{1, std::vector<std::uint32_t>(128), std::vector<std::uint32_t>(128)};
  for (std::size_t i = 0; i < 128; ++i) one.tokens[i] = one.targets[i] = static_cast<std::uint32_t>(i * 7 % 96);
  std::vector<float> weights = model::initial_weights(config, 1);
  for (const daybreak_dtype type : {DAYBREAK_F32, DAYBREAK_BF16})
    for (const model::Recompute recompute : {model::Recompute::none, model::Recompute::gelu_norm, model::Recompute::block}) {
      device::Device device = device::Device::open("cpu", {2, {}}, DAYBREAK_CHIP_DIR);
      training::Trainer trainer(config, device, model::Precision::uniform(type), {}, batch, 100, recompute);
      training::TrainingState state;
      state.weights = weights;
      trainer.restore(state);
      trainer.step(one);
      const std::size_t before = allocations;
      for (int i = 0; i < 4; ++i) trainer.step(one);
      CHECK(allocations == before);
    }
}

#endif
