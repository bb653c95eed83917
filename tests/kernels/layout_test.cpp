// Layouts: what pack() moves comes back, whatever the types, and devices say the same of them in supports().
#include "tests/kernels/conformance.h"
#include "tests/support/catch.hpp"

using namespace conformance;
namespace {

daybreak_pack description(std::int64_t rows, std::int64_t columns, daybreak_dtype x_type, daybreak_layout layout) {
  daybreak_pack p{};
  p.rows = rows, p.columns = columns, p.x_type = x_type, p.packed_type = DAYBREAK_BF16, p.packed_layout = layout;
  return p;
}

}  // namespace

TEST_CASE("layouts: a tiled matrix comes back as it was, rounded to bf16") {
  for_each_device([](const std::string& name, daybreak::device::Device& device) {
    INFO(name);
    const bool has = device.supports(DAYBREAK_OP_PACK, {DAYBREAK_BF16, DAYBREAK_BF16}) != 0;
    for (const std::int64_t rows : {1, 32, 33, 100})
      for (const std::int64_t columns : {32, 96, 1024})
        for (const daybreak_dtype type : kAllTypes) {
          daybreak_pack p = description(rows, columns, type, DAYBREAK_TILED);
          const std::size_t bytes = device.packed_bytes(p);
          CHECK((bytes != 0) == has);
          if (!has) continue;
          const Tensor x = input(type, normal(rows * columns, 1));
          const auto given = to_bytes(type, x.values);
          auto plain = device.upload(std::span<const std::byte>(given)), tiled = device.allocate(bytes);
          auto back = device.allocate(static_cast<std::size_t>(rows * columns) * 2);
          p.x = plain.data(), p.packed = tiled.data();
          device.pack(p);
          daybreak_pack q = description(rows, columns, DAYBREAK_BF16, DAYBREAK_ROW_MAJOR);
          q.x = tiled.data(), q.packed = back.data(), q.x_layout = DAYBREAK_TILED;
          device.pack(q);
          CHECK((back.to_host<std::byte>() == to_bytes(DAYBREAK_BF16, x.values)));
        }
  });
}

TEST_CASE("layouts: what there is not has no bytes and is refused") {
  for_each_device([](const std::string& name, daybreak::device::Device& device) {
    INFO(name);
    CHECK(device.packed_bytes(description(4, 33, DAYBREAK_BF16, DAYBREAK_TILED)) == 0);
    CHECK(device.packed_bytes(description(-1, 32, DAYBREAK_BF16, DAYBREAK_TILED)) == 0);
    if (device.supports(DAYBREAK_OP_PACK, {DAYBREAK_BF16, DAYBREAK_BF16}) == 0) return;
    auto buffer = device.allocate(1 << 14);
    daybreak_pack p = description(4, 33, DAYBREAK_BF16, DAYBREAK_TILED);
    p.x = p.packed = buffer.data();
    CHECK_THROWS_WITH(device.pack(p), Catch::Matchers::Contains("no such layout"));
    p = description(4, 32, DAYBREAK_BF16, DAYBREAK_TILED);
    p.x = p.packed = buffer.data(), p.transpose = 1;
    CHECK_THROWS_WITH(device.pack(p), Catch::Matchers::Contains("transpose"));
    p.transpose = 0, p.packed_layout = DAYBREAK_ROW_MAJOR;
    CHECK_THROWS_WITH(device.pack(p), Catch::Matchers::Contains("row-major"));
  });
}
