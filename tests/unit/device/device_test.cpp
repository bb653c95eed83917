// Finding, opening and refusing devices; memory; failures in the chip's own words.
#include "libcore/device/device.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <vector>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

namespace fs = std::filesystem;
using namespace daybreak;
using daybreak::device::Buffer;
using daybreak::device::Device;

namespace {

template <typename Call>
Error error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  return {ExitStatus::bug, ""};
}

/// A folder of its own that goes away.
struct Folder {
  Folder() : path(fs::temp_directory_path() / ("daybreak-device-test-" + std::to_string(getpid()))) {
    fs::create_directory(path);
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

}  // namespace

TEST_CASE("the chips of this build are found beside the program, not in the working directory") {
  CHECK(fs::equivalent(device::chip_folder(), DAYBREAK_CHIP_DIR));
  const fs::path before = fs::current_path();
  fs::current_path("/");
  const auto devices = device::list_devices();
  fs::current_path(before);
  REQUIRE(devices.size() >= 1);
  bool reference = false;
  for (const auto& entry : devices) reference |= entry.name == "reference:0" && entry.score == 0;
  CHECK(reference);
}

TEST_CASE("a device opens by name, by number and by path") {
  CHECK(Device::open("reference").name() == "reference:0");
  CHECK(Device::open("reference:0").name() == "reference:0");
  const std::string path = std::string(DAYBREAK_CHIP_DIR) + "/libdaybreak-chip-reference.so";
  CHECK(Device::open(path).name() == "reference:0");
  CHECK(Device::open(path + ":0").chip().path() == fs::path(path));
}

TEST_CASE("auto takes the best score and never the reference") {
  CHECK(Device::open("auto").name() == device::list_devices().front().name);
  CHECK(Device::open("auto").name() != "reference:0");
}

TEST_CASE("an absent device is exit 69 with those that are there") {
  for (const char* name : {"tpu", "reference:7"}) {
    const Error error = error_of([&] { Device::open(name); });
    CHECK(error.status() == ExitStatus::unavailable);
    CHECK(error.message().find(name) != std::string::npos);
    CHECK(error.hint().find("reference:0") != std::string::npos);
  }
  CHECK(error_of([] { Device::open("reference:x"); }).status() == ExitStatus::usage);
  CHECK(error_of([] { Device::open("./nowhere.so"); }).status() == ExitStatus::unavailable);
}

TEST_CASE("an unknown instruction set is a usage error") {
  CHECK(error_of([] { Device::open("reference", {0, "avx9"}); }).status() == ExitStatus::usage);
}

TEST_CASE("a file that is no chip is listed with its problem and refused") {
  const Folder folder;
  std::ofstream(folder.path / "libdaybreak-chip-broken.so") << "not a shared object";
  const auto devices = device::list_devices(folder.path);
  REQUIRE(devices.size() == 1);
  CHECK(devices[0].name == "broken");
  CHECK_FALSE(devices[0].problem.empty());
  const Error error = error_of([&] { Device::open("auto", {}, folder.path); });
  CHECK(error.status() == ExitStatus::unavailable);
  CHECK(error.hint().find("broken") != std::string::npos);
  CHECK(device::list_devices(folder.path / "absent").empty());
}

TEST_CASE("a buffer keeps what it is given, moves, and knows its bounds") {
  Device device = Device::open("reference");
  const std::vector<float> values{1, 2, 3, 4, 5};
  Buffer buffer = device.upload(std::span<const float>(values));
  CHECK(buffer.bytes() == 20);
  CHECK(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64 == 0);
  CHECK(buffer.to_host<float>() == values);

  Buffer moved = std::move(buffer);
  CHECK(buffer.empty());
  const std::vector<float> part{9};
  moved.upload(std::span<const float>(part), 8);
  CHECK(moved.to_host<float>() == std::vector<float>{1, 2, 9, 4, 5});
  moved.fill_zero();
  CHECK(moved.to_host<float>() == std::vector<float>(5));
  CHECK(error_of([&] { moved.upload(std::span<const float>(values), 4); }).status() == ExitStatus::bug);
  constexpr auto kHuge = std::numeric_limits<std::size_t>::max();
  CHECK(error_of([&] { moved.upload(std::span<const float>(part), kHuge); }).status() == ExitStatus::bug);

  Buffer other = device.allocate(20);
  device.copy(other.data(), device.upload(std::span<const float>(values)).data(), 20);
  CHECK(other.to_host<float>() == values);
}

TEST_CASE("a buffer outlives the handle of its device") {
  Buffer buffer;
  {
    Device device = Device::open("reference");
    buffer = device.upload(std::span<const float>(std::vector<float>{7}));
  }
  CHECK(buffer.to_host<float>() == std::vector<float>{7});
}

TEST_CASE("failures carry the chip's own words") {
  Device device = Device::open("reference");
  const Error missing = error_of([&] {
    daybreak_gemm product{};
    product.m = product.n = product.k = 1;
    device.gemm(product);
  });
  CHECK(missing.status() == ExitStatus::bug);
  CHECK(missing.message().find("gemm: a buffer is missing") != std::string::npos);
  CHECK(error_of([&] { device.allocate(std::numeric_limits<std::size_t>::max()); }).status() == ExitStatus::resources);

  const std::vector<float> one{1};
  Buffer x = device.upload(std::span<const float>(one)), y = device.allocate(4);
  const Error integers = error_of([&] {
    daybreak_cast cast{};
    cast.count = 1;
    cast.x = x.data();
    cast.y = y.data();
    cast.y_type = DAYBREAK_I32;
    device.cast(cast);
  });
  CHECK(integers.status() == ExitStatus::unavailable);
  CHECK(integers.where() == "device reference:0");
}

TEST_CASE("supports answers by operation and type") {
  const Device device = Device::open("reference");
  CHECK(device.supports(DAYBREAK_OP_GEMM, {DAYBREAK_F32, DAYBREAK_F32, DAYBREAK_F32, DAYBREAK_BF16}, {8, 8, 8}) == 1);
  CHECK(device.supports(DAYBREAK_OP_CAST, {DAYBREAK_F32, DAYBREAK_I32}) == 0);
  CHECK(device.supports(DAYBREAK_OP_PACK, {}) == 0);
}

TEST_CASE("element types by size and name") {
  for (const daybreak_dtype type : {DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_F16, DAYBREAK_F8_E4M3, DAYBREAK_F8_E5M2,
                                    DAYBREAK_I32, DAYBREAK_U32, DAYBREAK_F64})
    CHECK(device::dtype_of(device::name_of(type)) == type);
  CHECK(device::bytes_of(DAYBREAK_F8_E4M3) == 1);
  CHECK(device::bytes_of(DAYBREAK_BF16) == 2);
  CHECK(device::bytes_of(DAYBREAK_F64) == 8);
  CHECK(error_of([] { device::dtype_of("fp32"); }).status() == ExitStatus::usage);
}
