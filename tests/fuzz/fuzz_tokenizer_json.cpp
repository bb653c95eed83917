// A tokenizer.json from anywhere is read or refused; one that is read encodes and decodes without harm.
#include <cstddef>
#include <cstdint>

#include "libcore/base/error.h"
#include "libcore/text/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto tokenizer = daybreak::text::Tokenizer::parse({reinterpret_cast<const char*>(data), size}, "fuzz");
    const auto ids = tokenizer.encode("Hello <s>  world's 12\xff\xe4\xb8\xad\n\n ab ab", true);
    tokenizer.decode(ids, false);
  } catch (const daybreak::Error&) {
  }
  return 0;
}
