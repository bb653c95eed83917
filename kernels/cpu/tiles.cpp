#include "kernels/cpu/tiles.h"

#include <array>
#include <cstring>

#include "kernels/common/formats.h"
#include "kernels/cpu/tiled.h"
#include "kernels/chip/operation.h"

namespace daybreak::kernels::cpu {
namespace {

template <typename Format>
constexpr std::array<float, 256> make_table() {
  std::array<float, 256> values{};
  for (unsigned code = 0; code < 256; ++code) values[code] = decode<Format>(static_cast<uint8_t>(code));
  return values;
}

constexpr std::array<float, 256> kE4m3 = make_table<F8E4m3>(), kE5m2 = make_table<F8E5m2>();

void look_up(const std::array<float, 256>& values, const uint8_t* codes, float* to, int64_t count) {
  for (int64_t i = 0; i < count; ++i) to[i] = values[codes[i]];
}

template <typename Format>
void encode_all(const float* from, uint8_t* codes, int64_t count) {
  for (int64_t i = 0; i < count; ++i) codes[i] = encode<Format>(from[i]);
}

/// Whether a stretch is runs of 32 codes of bf16, for which there is a loop.
bool is_bf16_runs(daybreak_dtype type, const Stretch& s) {
  return s.layout == DAYBREAK_TILED && type == DAYBREAK_BF16 && s.column % kTiledBlock == 0;
}

}  // namespace

int64_t element_bytes(daybreak_dtype type) {
  switch (type) {
    case DAYBREAK_F32: return 4;
    case DAYBREAK_BF16:
    case DAYBREAK_F16: return 2;
    case DAYBREAK_F8_E4M3:
    case DAYBREAK_F8_E5M2: return 1;
    default: throw Refusal{DAYBREAK_UNSUPPORTED, "operands must be f32, bf16, f16 or f8"};
  }
}

void convert_in(const Loops& loops, const void* buffer, daybreak_dtype type, int64_t offset, int64_t count, float* to) {
  switch (type) {
    case DAYBREAK_F32:
      std::memcpy(to, static_cast<const float*>(buffer) + offset, static_cast<size_t>(count) * sizeof(float));
      return;
    case DAYBREAK_BF16: loops.from_bf16(static_cast<const uint16_t*>(buffer) + offset, to, count); return;
    case DAYBREAK_F16: loops.from_f16(static_cast<const uint16_t*>(buffer) + offset, to, count); return;
    case DAYBREAK_F8_E4M3: look_up(kE4m3, static_cast<const uint8_t*>(buffer) + offset, to, count); return;
    case DAYBREAK_F8_E5M2: look_up(kE5m2, static_cast<const uint8_t*>(buffer) + offset, to, count); return;
    default: element_bytes(type);
  }
}

void convert_out(const Loops& loops, const float* from, void* buffer, daybreak_dtype type, int64_t offset,
                 int64_t count) {
  switch (type) {
    case DAYBREAK_F32:
      std::memcpy(static_cast<float*>(buffer) + offset, from, static_cast<size_t>(count) * sizeof(float));
      return;
    case DAYBREAK_BF16: loops.to_bf16(from, static_cast<uint16_t*>(buffer) + offset, count); return;
    case DAYBREAK_F16: loops.to_f16(from, static_cast<uint16_t*>(buffer) + offset, count); return;
    case DAYBREAK_F8_E4M3: encode_all<F8E4m3>(from, static_cast<uint8_t*>(buffer) + offset, count); return;
    case DAYBREAK_F8_E5M2: encode_all<F8E5m2>(from, static_cast<uint8_t*>(buffer) + offset, count); return;
    default: element_bytes(type);
  }
}

void convert_in(const Loops& loops, const void* buffer, daybreak_dtype type, const Stretch& s, float* to) {
  if (is_bf16_runs(type, s))
    return loops.from_bf16_runs(static_cast<const uint16_t*>(buffer) + tiled_place(s.stride, s.row, s.column),
                                kTiledBlockElements, to, s.count);
  for_each_run(s.layout, s.stride, s.row, s.column, s.count, [&](int64_t place, int64_t from, int64_t run) {
    convert_in(loops, buffer, type, place, run, to + from);
  });
}

void convert_out(const Loops& loops, const float* from, void* buffer, daybreak_dtype type, const Stretch& s) {
  if (is_bf16_runs(type, s))
    return loops.to_bf16_runs(from, static_cast<uint16_t*>(buffer) + tiled_place(s.stride, s.row, s.column),
                              kTiledBlockElements, s.count);
  for_each_run(s.layout, s.stride, s.row, s.column, s.count, [&](int64_t place, int64_t first, int64_t run) {
    convert_out(loops, from + first, buffer, type, place, run);
  });
}

}  // namespace daybreak::kernels::cpu
