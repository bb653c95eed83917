#include "libcore/device/datasheet.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace daybreak::device {
namespace {

/// Peaks in FLOP/s, 0: the device has no instructions for it, or its sheet is not clear.
struct Sheet {
  std::string_view model;    // a word of the name that the driver gives the device
  std::string_view variant;  // another one, or ""
  double f32, narrow, f8;    // narrow: bf16 and f16
};

// NVIDIA's data sheets, where products are given with sparsity (half of that is dense) and float32 is that of its own units:
// "A100 Tensor Core GPU" (2021), "H100 Tensor Core GPU" (2023), "H200 Tensor Core GPU" (2024), "DGX B200" (2024: 72 PFLOPS of
// f8 in training by 8). Other variants of these, such as NVL, reach less and stand in no row.
constexpr std::array kSheets{
    Sheet{"A100", "", 19.5e12, 312e12, 0},
    Sheet{"H100", "HBM3", 67e12, 989e12, 1979e12},
    Sheet{"H100", "PCIe", 51e12, 756e12, 1513e12},
    Sheet{"H200", "", 67e12, 989e12, 1979e12},
    Sheet{"B200", "", 0, 2250e12, 4500e12},
};

bool is_in_word(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0;
}

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_in_word(text[at - 1])) && (end == text.size() || !is_in_word(text[end]))) return true;
  }
  return false;
}

}  // namespace

double datasheet_flops(std::string_view device_name, daybreak_dtype type) {
  if (has_word(device_name, "NVL")) return 0;
  const auto* const found = std::find_if(kSheets.begin(), kSheets.end(), [&](const Sheet& sheet) {
    return has_word(device_name, sheet.model) && (sheet.variant.empty() || has_word(device_name, sheet.variant));
  });
  if (found == kSheets.end()) return 0;
  switch (type) {
    case DAYBREAK_F32: return found->f32;
    case DAYBREAK_BF16:
    case DAYBREAK_F16: return found->narrow;
    case DAYBREAK_F8_E4M3:
    case DAYBREAK_F8_E5M2: return found->f8;
    default: return 0;
  }
}

}  // namespace daybreak::device
