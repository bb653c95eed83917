#include "libcore/dataset/archived_array.h"

#include <cstring>

#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;

TEST_CASE("Lost elements are NaN or 0 and the others as they are, from every byte to every byte") {
  test::ScratchDataset scratch;
  for (const io::DType type : {io::DType::f16, io::DType::bf16, io::DType::f32, io::DType::f64, io::DType::i32}) {
    const io::ArrayInfo info{"x", type, {40}};
    const std::size_t width = io::dtype_bytes(type);
    const std::vector<std::byte> bytes = test::noise(info.bytes(), 7);
    const std::string path = scratch.path("x.h5").string();
    dataset::compress(test::inputs_of(test::input_of(info, bytes)), {}, path, path, scratch.around());
    const auto archive = std::make_shared<const dataset::Archive>(path);
    const auto array =
        dataset::archived_array(archive, 0, info, {{0, 2 * width}, {5 * width, 7 * width}, {7 * width, 8 * width}});

    std::vector<std::byte> all(info.bytes());
    array->read(0, all);
    for (std::size_t i = 0; i < 40; ++i) {
      const bool lost = i < 2 || (i >= 5 && i < 8);
      const std::byte* element = all.data() + i * width;
      if (!lost) CHECK(std::memcmp(element, bytes.data() + i * width, width) == 0);
      if (lost && type == io::DType::i32) CHECK(std::count(element, element + width, std::byte{0}) == 4);
      float single = 0;
      double real = 0;
      std::memcpy(&single, element, std::min(width, sizeof single));
      std::memcpy(&real, element, width);
      if (lost && type == io::DType::f32) CHECK(single != single);
      if (lost && type == io::DType::f64) CHECK(real != real);
      if (lost && width == 2) CHECK(std::to_integer<int>(element[1]) == (type == io::DType::f16 ? 0x7e : 0x7f));
    }
    for (std::size_t begin = 0; begin < all.size(); ++begin)
      for (std::size_t end = begin; end <= all.size(); ++end) {
        std::vector<std::byte> part(end - begin);
        array->read(begin, part);
        if (!std::equal(part.begin(), part.end(), all.begin() + static_cast<std::ptrdiff_t>(begin)))
          FAIL("bytes " << begin << " to " << end << " differ");
      }
  }
}
