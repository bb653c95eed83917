#include "libcore/io/text_records.h"
#include "tests/fuzz/reader_input.h"

using namespace daybreak::io;

// The first byte chooses between CSV and JSON Lines; both share the columns of numbers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ReadOptions options;
  options.columns = {"all"};
  const bool json = size > 0 && data[0] == '{';
  return fuzz::run(data, size, [&](std::shared_ptr<const InputFile> file) {
    return json ? open_jsonl(std::move(file), options) : open_csv(std::move(file), options);
  });
}
