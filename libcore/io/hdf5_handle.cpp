#include "libcore/io/hdf5_handle.h"

#include <hdf5.h>

namespace daybreak::io {

void throw_hdf5_fault(const char* doing) {
  std::string text;
  const auto keep_first = [](unsigned, const H5E_error2_t* error, void* out) -> herr_t {
    auto& kept = *static_cast<std::string*>(out);
    if (kept.empty() && error->desc != nullptr) kept = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &text);
  throw Hdf5Fault(std::string("cannot ") + doing + (text.empty() ? "" : ": " + text));
}

}  // namespace daybreak::io
