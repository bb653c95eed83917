#include "libcore/io/tokens.h"
#include "tests/fuzz/reader_input.h"

using namespace daybreak::io;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::run(data, size, [](std::shared_ptr<const InputFile> file) {
    ArrayFile tokens = open_tokens(std::move(file), {});
    check_vocabulary(*tokens.arrays[0], 65536, "input");
    return tokens;
  });
}
