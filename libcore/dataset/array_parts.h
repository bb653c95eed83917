#pragma once
// A look at all of an array, part by part, on several threads.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "libcore/dataset/compress.h"
#include "libcore/dataset/ordered_work.h"

namespace daybreak::dataset {

/// A part of an array, read; whole elements.
struct ArrayPart {
  std::uint64_t first_element = 0;
  std::vector<std::byte> bytes;
};

/// Calls look(part) on all threads and take(result) in the order of the parts. Errors: those of the source; of several
/// the first of the array.
template <typename Result, typename Look, typename Take>
void for_each_part(const io::ArraySource& source, const Surroundings& around, const Look& look, const Take& take) {
  constexpr std::uint64_t kPartBytes = std::uint64_t{1} << 20;
  const std::uint64_t total = source.info().bytes(), width = io::dtype_bytes(source.info().type);
  const auto work = [&](std::uint64_t index) {
    around.stop.check();
    const std::uint64_t first = index * kPartBytes;
    ArrayPart part{first / width, std::vector<std::byte>(std::min(kPartBytes, total - first))};
    source.read(first, part.bytes);
    return look(part);
  };
  in_order<Result>((total + kPartBytes - 1) / kPartBytes, around.threads, work,
                   [&](std::uint64_t, const Result& result) { take(result); });
}

}  // namespace daybreak::dataset
