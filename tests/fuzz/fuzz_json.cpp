#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/io/json.h"

using namespace daybreak;

// What is accepted and written reads as the same text again (a double of a whole value comes back as an integer).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const io::Json value = io::Json::parse({reinterpret_cast<const char*>(data), size}, "input");
    if (io::Json::parse(value.dump(2), "output").dump() != value.dump()) std::abort();
  } catch (const Error& error) {
    if (error.status() != ExitStatus::data || error.where().starts_with("output")) std::abort();
  }
  return 0;
}
