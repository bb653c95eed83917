#include "libcore/io/tar_samples.h"
#include "tests/fuzz/reader_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return daybreak::io::fuzz::run(data, size, daybreak::io::open_tar_samples);
}
