// The built-in model: the file that `compress-dataset train-selector` wrote, as it is.
#include "libcore/codecs/selector_model.h"

// DAYBREAK_SELECTOR_FILE is its path, by the build. Hidden: the HDF5 plugin shows nothing but HDF5's own entry points.
asm(".section .rodata\n"
    ".hidden daybreak_selector_begin\n"
    ".hidden daybreak_selector_end\n"
    ".globl daybreak_selector_begin\n"
    ".globl daybreak_selector_end\n"
    "daybreak_selector_begin:\n"
    ".incbin \"" DAYBREAK_SELECTOR_FILE "\"\n"
    "daybreak_selector_end:\n"
    ".byte 0\n"
    ".previous\n");

extern "C" {
extern const std::uint8_t daybreak_selector_begin[] __attribute__((visibility("hidden")));
extern const std::uint8_t daybreak_selector_end[] __attribute__((visibility("hidden")));
}

namespace daybreak::codecs {

const SelectorModel& builtin_selector() {
  static const SelectorModel kModel = [] {
    SelectorModel model;
    const auto bytes = static_cast<std::size_t>(daybreak_selector_end - daybreak_selector_begin);
    // A model that cannot be read foretells nothing: then all pipelines are tried.
    if (read_selector({daybreak_selector_begin, bytes}, model) != Status::ok) model = {};
    return model;
  }();
  return kModel;
}

}  // namespace daybreak::codecs
