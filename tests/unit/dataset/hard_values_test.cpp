// Values and shapes that codecs trip over, through the forms of every reader: each bit comes back, and the file has the
// same bytes for any number of threads.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <span>

#include "libcore/dataset/archive.h"
#include "libcore/dataset/restore.h"
#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;
using namespace daybreak::dataset;

namespace {

using Bytes = std::vector<std::byte>;

template <class T>
Bytes bytes_of_values(const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

void comes_back(io::ArrayInfo info, const Bytes& bytes) {
  for (const char* reader : {"h5py", "plugin", "plain"}) {
    INFO(reader << ", " << io::type_and_shape(info));
    test::ScratchDataset scratch;
    CompressOptions options;
    options.reader = reader;
    options.effort = "normal";
    options.chunk_bytes = 16384;
    std::string first;
    for (const std::int64_t threads : {1, 2, 5}) {
      if (threads == 2 && options.reader != "plugin") continue;
      const auto inputs = test::inputs_of(test::input_of(info, bytes));
      const std::string path = scratch.path("x.h5").string();
      verify(path, compress(inputs, options, path, "x.h5", scratch.around(threads)), scratch.around(threads));
      const std::string written = test::bytes_of(path);
      if (threads == 1) first = written;
      CHECK(written == first);
    }
    const Archive archive(scratch.path("x.h5").string());
    REQUIRE(archive.reader().arrays().size() == 1);
    CHECK(archive.reader().arrays()[0].shape == info.shape);
    Bytes back(bytes.size());
    archive.reader().read(0, 0, back);
    CHECK(back == bytes);
    restore_input(archive, archive.layout().inputs[0], scratch.path("out"), scratch.around());
    const std::string restored = test::bytes_of(scratch.path("out") / "original.bin");
    CHECK(std::ranges::equal(std::as_bytes(std::span(restored)), std::as_bytes(std::span(bytes))));
  }
}

/// What the bits of a type can say beside usual numbers: each bit of a NaN's payload alone, quiet and signaling, of
/// both signs; infinities, zeros of both signs, the least and greatest denormal and normal numbers.
template <class Bits>
std::vector<Bits> special_bits(int mantissa_bits) {
  constexpr int width = 8 * sizeof(Bits);
  const Bits fraction = static_cast<Bits>((Bits{1} << mantissa_bits) - 1);
  const Bits exponent = static_cast<Bits>((Bits{1} << (width - 1)) - 1 - fraction);
  std::vector<Bits> found;
  for (const Bits sign : {Bits{0}, static_cast<Bits>(Bits{1} << (width - 1))}) {
    const auto add = [&](Bits bits) { found.push_back(static_cast<Bits>(sign | bits)); };
    for (int bit = 0; bit < mantissa_bits; ++bit) add(static_cast<Bits>(exponent | Bits{1} << bit));
    add(static_cast<Bits>(exponent | fraction));
    add(exponent);
    add(0);
    add(1);
    add(fraction);
    add(static_cast<Bits>(fraction + 1));
    add(static_cast<Bits>(exponent - 1));
  }
  return found;
}

/// The special values one after the other again and again; and scattered over numbers of a smooth curve, one column
/// of which is NaN throughout.
template <class Bits>
void specials_come_back(io::DType type, int mantissa_bits, Bits (*bits_of)(double)) {
  const std::vector<Bits> special = special_bits<Bits>(mantissa_bits);
  constexpr std::size_t rows = 1500, columns = 6, count = rows * columns;
  std::vector<Bits> alone(count), among(count);
  for (std::size_t i = 0; i < count; ++i) {
    alone[i] = special[i % special.size()];
    const bool hole = i % columns == 2;
    among[i] = hole          ? special[0]
               : i % 97 == 0 ? special[i / 97 % special.size()]
                             : bits_of(std::sin(static_cast<double>(i) / 900));
  }
  comes_back({"data", type, {rows, columns}}, bytes_of_values(alone));
  comes_back({"data", type, {rows, columns}}, bytes_of_values(among));
}

std::uint32_t float_bits(double value) {
  return std::bit_cast<std::uint32_t>(static_cast<float>(value));
}

}  // namespace

TEST_CASE("NaN with any payload, infinities, zeros of both signs and denormals come back bit for bit") {
  specials_come_back<std::uint32_t>(io::DType::f32, 23, float_bits);
  specials_come_back<std::uint64_t>(io::DType::f64, 52, [](double x) { return std::bit_cast<std::uint64_t>(x); });
  specials_come_back<std::uint16_t>(io::DType::bf16, 7,
                                    [](double x) { return static_cast<std::uint16_t>(float_bits(x) >> 16); });
  // Without a half type at hand: the patterns of all positive halfs in order, as smooth as a curve.
  specials_come_back<std::uint16_t>(io::DType::f16, 10,
                                    [](double x) { return static_cast<std::uint16_t>(15000 + 900 * x); });
}

TEST_CASE("every pattern of the short types comes back") {
  std::vector<std::uint16_t> halfs(1 << 16);
  for (std::size_t i = 0; i < halfs.size(); ++i) halfs[i] = static_cast<std::uint16_t>(i * 40503);
  comes_back({"data", io::DType::f16, {1 << 16}}, bytes_of_values(halfs));
  comes_back({"data", io::DType::bf16, {1 << 16}}, bytes_of_values(halfs));
  std::vector<std::uint8_t> bytes(5000);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 167);
  comes_back({"data", io::DType::f8_e4m3, {5000}}, bytes_of_values(bytes));
  comes_back({"data", io::DType::f8_e5m2, {5000}}, bytes_of_values(bytes));
}

TEST_CASE("columns of NaN alone, equal elements and the greatest numbers come back") {
  const std::size_t count = 20000;
  for (const float value : {3.14159F, std::nanf("7"), -0.0F, std::numeric_limits<float>::max(), 1e-45F})
    comes_back({"data", io::DType::f32, {count}}, bytes_of_values(std::vector<float>(count, value)));
  std::vector<float> greatest(count);
  for (std::size_t i = 0; i < count; ++i)
    greatest[i] = std::numeric_limits<float>::max() * (i % 3 == 0 ? 1.0F : i % 3 == 1 ? -1.0F : 0.5F);
  comes_back({"data", io::DType::f32, {count}}, bytes_of_values(greatest));
}

TEST_CASE("decimals at the edge of rounding, and their neighbors, come back") {
  for (const double power : {10.0, 1e3, 1e7}) {
    std::vector<float> narrow(9000);
    std::vector<double> wide(narrow.size());
    std::uint64_t state = 7;
    for (std::size_t i = 0; i < narrow.size(); ++i) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      const auto digits = static_cast<double>(static_cast<std::int64_t>(state) >> 11);  // up to 53 bits
      wide[i] = digits / power;
      narrow[i] = static_cast<float>(std::trunc(digits / 4e8) / power);
      if (i % 5 == 0) wide[i] = std::nextafter(wide[i], 0.0);
      if (i % 7 == 0) narrow[i] = std::nextafter(narrow[i], 1e30F);
    }
    comes_back({"data", io::DType::f32, {narrow.size()}}, bytes_of_values(narrow));
    comes_back({"data", io::DType::f64, {wide.size()}}, bytes_of_values(wide));
  }
  std::vector<float> halves(9000);  // ends in 5 at the digit that a shorter decimal would round
  for (std::size_t i = 0; i < halves.size(); ++i) halves[i] = (static_cast<float>(i) + 0.5F) / 1000;
  comes_back({"data", io::DType::f32, {halves.size()}}, bytes_of_values(halves));
}

TEST_CASE("shapes at the edge come back: none, one, prime, partial, of 32 dimensions") {
  const auto ramp = [](std::size_t count) {
    std::vector<std::uint32_t> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<std::uint32_t>(i / 3);
    return bytes_of_values(values);
  };
  io::Shape deep(32, 1);
  for (std::size_t i = 10; i < 23; ++i) deep[i] = 2;
  const std::vector<io::Shape> shapes{{},         {0},          {1},        {0, 5},     {5, 0, 3}, {1, 1, 1},
                                      {2},        {3},          {4097},     {7919},     {4096},    {8191},
                                      {101, 103}, {13, 17, 19}, {1, 20011}, {20011, 1}, deep,      io::Shape(32, 1)};
  for (const io::Shape& shape : shapes) {
    std::uint64_t count = 1;
    for (const std::uint64_t extent : shape) count *= extent;
    comes_back({"data", io::DType::u32, shape}, ramp(count));
  }
}

TEST_CASE("noise grows by no more than a thousandth and what HDF5 itself takes") {
  for (const char* reader : {"h5py", "plugin", "plain"}) {
    INFO(reader);
    test::ScratchDataset scratch;
    CompressOptions options;
    options.reader = reader;
    options.effort = "fast";
    const std::uint64_t bytes = std::uint64_t{4} << 20;
    const auto inputs = test::inputs_of(test::input_of({"data", io::DType::u8, {bytes}}, test::noise(bytes, 3)));
    const std::string path = scratch.path("x.h5").string();
    const Layout layout = compress(inputs, options, path, "x.h5", scratch.around());
    CHECK(layout.arrays[0].stored_bytes <= bytes + bytes / 1000);
    CHECK(std::filesystem::file_size(path) <= bytes + bytes / 1000 + 4096);
  }
}
