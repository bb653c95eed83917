// The chip "cpu": the table, and the choice of the instruction set by what the processor says.
#define DAYBREAK_CHIP_IMPLEMENTATION
#include <sys/syscall.h>
#include <unistd.h>
#ifdef DAYBREAK_CPU_X86
#include <cpuid.h>
#endif

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "kernels/cpu/operations.h"
#include "kernels/cpu/packing.h"
#include "kernels/host/chip_table.h"

namespace daybreak::kernels::cpu {
namespace {

#ifdef DAYBREAK_CPU_X86
/// Whether the processor has AMX for bf16 and the system grants this process its registers.
bool has_amx() {
  constexpr unsigned kAmxBf16 = 1u << 22, kAmxTile = 1u << 24;  // Intel SDM, CPUID leaf 7, EDX
  constexpr int kRequestPermission = 0x1023, kTileData = 18;    // Linux, asm/prctl.h
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & kAmxBf16) != 0 && (d & kAmxTile) != 0 &&
         syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}
#endif

struct Choice {
  InstructionSet set;
  bool here;
};

/// From the slowest to the fastest.
std::vector<Choice> choices() {
  std::vector<Choice> all{{{"plain", plain::kLoops, plain::kTiles, nullptr, nullptr}, true}};
#ifdef DAYBREAK_CPU_X86
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  const bool bf16 = avx512 && __builtin_cpu_supports("avx512bf16");
  all.push_back({{"avx2", avx2::kLoops, avx2::kTiles, nullptr, nullptr}, avx2});
  all.push_back({{"avx512", avx512::kLoops, avx512::kTiles, nullptr, nullptr}, avx512});
  all.push_back({{"avx512bf16", avx512::kLoops, avx512::kTiles, &avx512bf16::kTiles, &avx512bf16::kAttention}, bf16});
  all.push_back({{"amx", avx512::kLoops, avx512::kTiles, &amx::kTiles, &amx::kAttention}, bf16 && has_amx()});
#endif
  return all;
}

/// The set that `name` forces, or the best; none, with a reason in `why`, where it is not here.
std::optional<InstructionSet> choose(const char* name, char* why, size_t why_size) {
  std::optional<InstructionSet> best;
  std::string names;
  for (const Choice& choice : choices()) {
    if (name && std::strcmp(name, choice.set.name) == 0) {
      if (choice.here) return choice.set;
      std::snprintf(why, why_size, "this processor has no %s", name);
      return {};
    }
    if (choice.here) best.emplace(choice.set);
    names += std::string(names.empty() ? "" : ", ") + choice.set.name;
  }
  if (!name) return best;
  std::snprintf(why, why_size, "there is no instruction set '%s': expected one of %s", name, names.c_str());
  return {};
}

/// "AMD EPYC" from the processor itself; empty where it does not say.
std::string brand() {
  std::array<unsigned, 12> words{};
#ifdef DAYBREAK_CPU_X86
  for (unsigned i = 0; i < 3; ++i) {
    unsigned* const w = &words[std::size_t{4} * i];
    __asm__("cpuid" : "=a"(w[0]), "=b"(w[1]), "=c"(w[2]), "=d"(w[3]) : "a"(0x80000002u + i), "c"(0));
  }
#endif
  std::string text(reinterpret_cast<const char*>(words.data()), sizeof words);
  text.resize(std::strlen(text.c_str()));
  text.erase(0, text.find_first_not_of(' '));
  return text.empty() ? "processor" : text;
}

daybreak_status device_info(int32_t ordinal, daybreak_device_info* info) {
  if (ordinal != 0 || info->struct_size < sizeof *info) return DAYBREAK_INVALID;
  const InstructionSet set = *choose(nullptr, nullptr, 0);
  info->threads = std::max(1u, std::thread::hardware_concurrency());
  std::snprintf(info->name, sizeof info->name, "%s (%s, %u threads)", brand().c_str(), set.name, info->threads);
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGE_SIZE);
  info->memory_bytes = pages > 0 && page > 0 ? static_cast<uint64_t>(pages) * static_cast<uint64_t>(page) : 0;
  info->emulated_types = 1u << DAYBREAK_F16 | 1u << DAYBREAK_F8_E4M3 | 1u << DAYBREAK_F8_E5M2;
  if (!set.bf16_tiles) info->emulated_types |= 1u << DAYBREAK_BF16;
  return DAYBREAK_OK;
}

double score(int32_t) {
  return 1;
}

daybreak_status open(int32_t ordinal, const daybreak_open_options* options, daybreak_device** device, char* why,
                     size_t why_size) {
  if (ordinal != 0) return DAYBREAK_INVALID;
  const auto set = choose(options ? options->instruction_set : nullptr, why, why_size);
  if (!set) return DAYBREAK_INVALID;
  try {
    *device = new daybreak_device(options ? options->threads : 0, *set);
    return DAYBREAK_OK;
  } catch (const std::exception& error) {
    std::snprintf(why, why_size, "its threads cannot be started: %s", error.what());
    return DAYBREAK_NO_MEMORY;
  }
}

/// Which worker takes which task is chance: by the end of a step each gets as much scratch as any has needed, so that the
/// same step again allocates nothing.
daybreak_status stream_synchronize(daybreak_device* device, daybreak_stream*) {
  int64_t most = 0;
  for (const Scratch& scratch : device->of_worker) most = std::max(most, scratch.count());
  try {
    for (Scratch& scratch : device->of_worker) scratch.at_least(most);
    return DAYBREAK_OK;
  } catch (const std::bad_alloc&) {
    return fail(device, DAYBREAK_NO_MEMORY, "no memory for scratch space");
  }
}

bool is_real(daybreak_dtype type) {
  return type == DAYBREAK_F32 || type == DAYBREAK_BF16 || type == DAYBREAK_F16 || type == DAYBREAK_F8_E4M3 ||
         type == DAYBREAK_F8_E5M2;
}

int32_t supports(daybreak_device* device, const daybreak_query* query) {
  if (query->op >= DAYBREAK_OP_COUNT) return 0;
  if (query->op == DAYBREAK_OP_PACK)
    return is_real(query->types[0]) && (query->types[1] == DAYBREAK_F32 ||
                                        (query->types[1] == DAYBREAK_BF16 && device->set.bf16_tiles)) ? 2 : 0;
  const bool bf16_is_native = query->op == DAYBREAK_OP_GEMM && device->set.bf16_tiles;
  int32_t answer = 2;
  for (const daybreak_dtype type : query->types) {
    if (!is_real(type)) return 0;
    if (type != DAYBREAK_F32 && !(type == DAYBREAK_BF16 && bf16_is_native)) answer = 1;
  }
  return answer;
}

/// Multiplies operands that never leave the registers (bf16) or the first cache (float32); the number of operations.
int64_t multiply_nearby(daybreak_device& device, bool bf16, float* memory) {
  if (bf16) return device.set.bf16_tiles->spin(int64_t{1} << 14);
  const ProductTiles& tiles = device.set.f32_tiles;
  constexpr int64_t kDepth = 256, kRounds = 2000;
  float* const b = memory + tiles.rows * kDepth;
  for (int64_t i = 0; i < kRounds; ++i)
    tiles.multiply({tiles.rows, tiles.columns, kDepth, memory, b, b + tiles.columns * kDepth, tiles.columns, false,
                    nullptr, nullptr, nullptr, 0});
  return kRounds * 2 * tiles.rows * tiles.columns * kDepth;
}

/// What the multiplications alone can do, on all threads at once: the best of a few rounds.
double peak_flops(daybreak_device* device, daybreak_dtype type) {
  if (!is_real(type)) return 0;
  constexpr int kRepeats = 5;
  constexpr int64_t kFloats = 1 << 16;  // more than any register tile needs
  const bool bf16 = device->set.bf16_tiles && type != DAYBREAK_F32 && type != DAYBREAK_F16;
  double best = 0;
  try {
    for (int i = 0; i < kRepeats; ++i) {
      std::atomic<int64_t> operations{0};
      const auto start = std::chrono::steady_clock::now();
      device->threads.for_each(device->threads.count(), [&](int64_t, unsigned worker) {
        float* const memory = device->of_worker[worker].at_least(kFloats);
        std::fill_n(memory, kFloats, 1.0f);
        operations += multiply_nearby(*device, bf16, memory);
      });
      const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
      best = std::max(best, static_cast<double>(operations.load()) / time.count());
    }
  } catch (const std::bad_alloc&) {
    return 0;  // unknown
  }
  return best;
}

constexpr daybreak_chip make_table() {
  auto chip = host::make_chip<daybreak_device, Operations>("cpu");
  chip.device_info = device_info;
  chip.score = score;
  chip.open = open;
  chip.stream_synchronize = stream_synchronize;
  chip.supports = supports;
  chip.peak_flops = peak_flops;
  chip.packed_bytes = packed_bytes;
  chip.pack = enter<Operations::pack, check_pack, daybreak_device>;
  return chip;
}

constexpr daybreak_chip kTable = make_table();

}  // namespace
}  // namespace daybreak::kernels::cpu

extern "C" const daybreak_chip* daybreak_chip_get(uint32_t host_major, uint32_t) {
  return host_major == DAYBREAK_CHIP_MAJOR ? &daybreak::kernels::cpu::kTable : nullptr;
}
