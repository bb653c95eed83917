// Laws of the array readers: whatever the order on disk, every window reads the same values, and the pieces give the
// original bytes back.
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>

#include "tests/unit/io/support.h"

using namespace daybreak::io;

namespace {

struct Case {
  Shape shape;
  std::size_t type = 0;
  bool big_endian = false, fortran = false;
};

struct TypeText {
  const char* kind;
  std::size_t bytes;
};

constexpr TypeText kTypes[] = {{"b1", 1}, {"u1", 1}, {"i1", 1}, {"u2", 2}, {"i2", 2}, {"u4", 4}, {"i4", 4}, {"u8", 8}, {"i8", 8},
                               {"f2", 2}, {"f4", 4}, {"f8", 8}};

Case any_case() {
  Case one;
  one.shape = *rc::gen::resize(6, rc::gen::container<Shape>(rc::gen::inRange<std::uint64_t>(0, 9)));
  if (one.shape.size() > 5) one.shape.resize(5);
  one.type = *rc::gen::inRange<std::size_t>(0, std::size(kTypes));
  one.big_endian = *rc::gen::arbitrary<bool>();
  one.fortran = *rc::gen::arbitrary<bool>();
  return one;
}

std::uint64_t count_of(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>());
}

/// The elements in C order, one string each; the definition that the reader is held against.
std::vector<std::string> in_c_order(const Case& one, const std::string& stored) {
  const std::size_t size = kTypes[one.type].bytes;
  std::vector<std::string> elements;
  for (std::uint64_t c = 0; c < count_of(one.shape); ++c) {
    std::uint64_t rest = c, at = 0;
    std::vector<std::uint64_t> index(one.shape.size());
    for (std::size_t i = one.shape.size(); i-- > 0; rest /= one.shape[i]) index[i] = rest % one.shape[i];
    if (one.fortran)
      for (std::size_t i = one.shape.size(); i-- > 0;) at = at * one.shape[i] + index[i];
    else at = c;
    std::string element = stored.substr(at * size, size);
    if (one.big_endian) std::reverse(element.begin(), element.end());
    elements.push_back(element);
  }
  return elements;
}

std::string shape_text(const Shape& shape) {
  std::string text = "(";
  for (const std::uint64_t extent : shape) text += std::to_string(extent) + ", ";
  return text + ")";
}

std::string any_bytes(std::size_t count) {
  const auto bytes = *rc::gen::container<std::string>(count, rc::gen::arbitrary<char>());
  return bytes;
}

}  // namespace

TEST_CASE("any .npy: values in C order, any window the same, pieces restore it") {
  const test::ScratchFolder folder;
  CHECK(rc::check([&] {
    const Case one = any_case();
    const std::string stored = any_bytes(count_of(one.shape) * kTypes[one.type].bytes);
    const std::string descr = std::string(kTypes[one.type].bytes == 1 ? "|" : one.big_endian ? ">" : "<") + kTypes[one.type].kind;
    Case real = one;
    real.big_endian = one.big_endian && kTypes[one.type].bytes > 1;
    const std::string original = test::npy(descr, one.fortran, shape_text(one.shape), stored);
    const auto files = open_arrays(folder.file("any.npy", original), {});
    const ArraySource& array = *files.at(0).arrays.at(0);
    RC_ASSERT(array.info().shape == one.shape);
    std::string expected;
    for (const std::string& element : in_c_order(real, stored)) expected += element;
    RC_ASSERT(test::bytes_of(array) == expected);
    RC_ASSERT(test::restored(files[0]) == original);
    const auto from = *rc::gen::inRange<std::size_t>(0, expected.size() + 1);
    const auto length = *rc::gen::inRange<std::size_t>(0, expected.size() - from + 1);
    std::string window(length, '\0');
    array.read(from, std::as_writable_bytes(std::span(window)));
    RC_ASSERT(window == expected.substr(from, length));
  }));
}

TEST_CASE("any structure in a .npy: each field as it stands in the records, any window the same, pieces restore it") {
  const test::ScratchFolder folder;
  CHECK(rc::check([&] {
    const auto types = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::size_t>>(
        rc::gen::inRange<std::size_t>(0, std::size(kTypes))));
    const auto records = *rc::gen::inRange<std::size_t>(0, 70'000 / types.size());
    std::string descr = "[";
    std::vector<std::size_t> offsets, sizes;
    std::vector<bool> big;
    std::size_t step = 0;
    for (const std::size_t type : types) {
      const auto extent = *rc::gen::inRange<std::size_t>(1, 4);
      big.push_back(*rc::gen::arbitrary<bool>() && kTypes[type].bytes > 1);
      descr += "('f" + std::to_string(sizes.size()) + "', '" + (kTypes[type].bytes == 1 ? "|" : big.back() ? ">" : "<") +
               kTypes[type].kind + "', (" + std::to_string(extent) + ",)), ";
      offsets.push_back(step);
      sizes.push_back(extent * kTypes[type].bytes);
      step += sizes.back();
    }
    std::string stored(records * step, '\0');
    std::uint32_t state = *rc::gen::arbitrary<std::uint32_t>();
    for (char& byte : stored) byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    const std::string original = test::npy_of(descr + "]", false, shape_text({records}), stored);
    const auto files = open_arrays(folder.file("any.npy", original), {});
    RC_ASSERT(files.at(0).arrays.size() == types.size());
    for (std::size_t field = 0; field < types.size(); ++field) {
      const std::size_t element = kTypes[types[field]].bytes;
      std::string expected;
      for (std::size_t record = 0; record < records; ++record)
        for (std::size_t at = 0; at < sizes[field]; at += element) {
          std::string one = stored.substr(record * step + offsets[field] + at, element);
          if (big[field]) std::reverse(one.begin(), one.end());
          expected += one;
        }
      const ArraySource& array = *files[0].arrays[field];
      RC_ASSERT((test::bytes_of(array) == expected));
      const auto from = *rc::gen::inRange<std::size_t>(0, expected.size() + 1);
      std::string window(*rc::gen::inRange<std::size_t>(0, expected.size() - from + 1), '\0');
      array.read(from, std::as_writable_bytes(std::span(window)));
      RC_ASSERT((window == expected.substr(from, window.size())));
    }
    RC_ASSERT((test::restored(files[0]) == original));
  }));
}

TEST_CASE("large column-major arrays cross the blocks of the reader") {
  const test::ScratchFolder folder;
  for (const Shape& shape : {Shape{1000, 700}, Shape{3, 200000}, Shape{200000, 3}, Shape{2, 3, 50000}, Shape{70, 80, 90},
                             Shape{1, 300000}}) {
    const std::uint64_t count = count_of(shape);
    std::string stored;
    for (std::uint32_t i = 0; i < count; ++i) stored += test::bytes_of_number(i * 2654435761U, true);
    const Case one{shape, 5, true, true};
    const std::string original = test::npy(">u4", true, shape_text(shape), stored);
    const auto files = open_arrays(folder.file("large.npy", original), {});
    std::string expected;
    for (const std::string& element : in_c_order(one, stored)) expected += element;
    const ArraySource& array = *files[0].arrays[0];
    CHECK((test::bytes_of(array) == expected));
    CHECK((test::restored(files[0]) == original));
    std::string window(expected.size() / 3 + 1, '\0');
    const std::uint64_t from = expected.size() / 2 + 3;
    window.resize(std::min<std::size_t>(window.size(), expected.size() - from));
    array.read(from, std::as_writable_bytes(std::span(window)));
    CHECK((window == expected.substr(from, window.size())));
  }
}
