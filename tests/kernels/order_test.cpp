// What lies around the operations of every chip: addresses within memory, copies, streams, events, and what is found
// late.
#include <cstdint>
#include <cstring>
#include <numeric>
#include <vector>

#include "tests/kernels/conformance.h"
#include "tests/support/catch.hpp"

using namespace conformance;
using Catch::Matchers::Contains;
using daybreak::device::Buffer;
using daybreak::device::Chip;
using daybreak::device::Device;
namespace {

/// A device by its chip's table alone, with the streams and events that daybreak::device::Device has no need of.
class Opened {
 public:
  explicit Opened(const Device& like) : chip_(like.chip()), table(chip_.table()) {
    char why[512] = {};
    REQUIRE(table.open(0, nullptr, &device, why, sizeof why) == DAYBREAK_OK);
  }
  Opened(const Opened&) = delete;
  ~Opened() { table.close(device); }

 private:
  Chip chip_;

 public:
  const daybreak_chip& table;
  daybreak_device* device = nullptr;
};

/// y += x on a stream, `times` times.
void add(const Opened& on, daybreak_stream* stream, const void* x, void* y, std::int64_t count, int times) {
  daybreak_add_scaled sum{};
  sum.struct_size = sizeof sum, sum.count = count, sum.x = x, sum.y = y, sum.scale_x = sum.scale_y = 1;
  for (int i = 0; i < times; ++i) REQUIRE(on.table.add_scaled(on.device, stream, &sum) == DAYBREAK_OK);
}

}  // namespace

TEST_CASE("addresses within a buffer are those of its elements") {
  for_each_device([](const std::string& name, Device& device) {
    INFO(name);
    std::vector<float> values(1000);
    std::iota(values.begin(), values.end(), 0.0f);
    Buffer first = device.upload(std::span<const float>(values)), second = device.allocate(4000);
    CHECK(reinterpret_cast<std::uintptr_t>(first.data()) % 64 == 0);
    second.fill_zero();
    device.copy(second.as<float>() + 10, first.as<float>() + 990, 40);
    device.fill_zero(first.as<float>() + 3, 12);
    daybreak_add_scaled sum{};
    sum.count = 5, sum.x = first.as<float>() + 7, sum.y = second.as<float>() + 995, sum.scale_x = 2;
    device.add_scaled(sum);
    const auto got = second.to_host<float>(), cleared = first.to_host<float>();
    for (std::size_t i = 0; i < got.size(); ++i) {
      const double want = i >= 995            ? 2.0 * static_cast<double>(i - 988)
                          : i >= 10 && i < 20 ? static_cast<double>(i + 980)
                                              : 0;
      CHECK(got[i] == want);
      CHECK(cleared[i] == (i >= 3 && i < 6 ? 0 : static_cast<float>(i)));
    }
  });
}

TEST_CASE("copies of any size: what goes in may change at once, and what comes out is there after the end") {
  constexpr std::size_t kSizes[] = {1, 255, 257, 4096, 300000, (4 << 20) - 1, 4 << 20, (4 << 20) + 1, (17 << 20) + 3};
  for_each_device([&](const std::string& name, Device& like) {
    INFO(name);
    const Opened on(like);
    const auto& table = on.table;
    daybreak_stream* stream = nullptr;
    REQUIRE(table.stream_create(on.device, &stream) == DAYBREAK_OK);
    std::vector<unsigned char> in((17 << 20) + 3);
    std::vector<std::vector<unsigned char>> out;
    std::vector<void*> copies;
    for (std::size_t i = 0; i < 4 * std::size(kSizes); ++i) {
      const std::size_t bytes = kSizes[i % std::size(kSizes)];
      copies.push_back(nullptr);
      REQUIRE(table.allocate(on.device, bytes, &copies.back()) == DAYBREAK_OK);
      for (std::size_t j = 0; j < bytes; ++j) in[j] = static_cast<unsigned char>(j * 7 + i);
      REQUIRE(table.copy_in(on.device, stream, copies.back(), in.data(), bytes) == DAYBREAK_OK);
      out.emplace_back(bytes);
      REQUIRE(table.copy_out(on.device, stream, out.back().data(), copies.back(), bytes) == DAYBREAK_OK);
    }
    REQUIRE(table.stream_synchronize(on.device, stream) == DAYBREAK_OK);
    for (std::size_t i = 0; i < out.size(); ++i) {
      std::size_t other = 0;
      for (std::size_t j = 0; j < out[i].size(); ++j) other += out[i][j] != static_cast<unsigned char>(j * 7 + i);
      INFO("copy " << i << " of " << out[i].size() << " bytes");
      CHECK(other == 0);
    }
    for (void* memory : copies) table.release(on.device, memory);
    table.stream_destroy(on.device, stream);
  });
}

TEST_CASE("streams wait for each other's events, and the time between two is counted") {
  constexpr std::int64_t kCount = 1 << 16;
  constexpr int kTimes = 20;
  for_each_device([](const std::string& name, Device& like) {
    INFO(name);
    const Opened on(like);
    const auto& table = on.table;
    daybreak_stream *first = nullptr, *second = nullptr;
    daybreak_event *begin = nullptr, *end = nullptr;
    void *x = nullptr, *y = nullptr, *z = nullptr;
    for (daybreak_stream** stream : {&first, &second}) REQUIRE(table.stream_create(on.device, stream) == DAYBREAK_OK);
    for (daybreak_event** event : {&begin, &end}) REQUIRE(table.event_create(on.device, event) == DAYBREAK_OK);
    const std::vector<float> ones(kCount, 1.0f);
    for (void** memory : {&x, &y, &z}) {
      REQUIRE(table.allocate(on.device, kCount * sizeof(float), memory) == DAYBREAK_OK);
      REQUIRE(table.copy_in(on.device, nullptr, *memory, ones.data(), kCount * sizeof(float)) == DAYBREAK_OK);
    }
    REQUIRE(table.stream_synchronize(on.device, nullptr) == DAYBREAK_OK);  // other streams do not wait for this one
    REQUIRE(table.event_record(on.device, first, begin) == DAYBREAK_OK);
    add(on, first, x, y, kCount, kTimes);
    REQUIRE(table.event_record(on.device, first, end) == DAYBREAK_OK);
    REQUIRE(table.stream_wait(on.device, second, end) == DAYBREAK_OK);
    add(on, second, y, z, kCount, 1);
    std::vector<float> got(kCount);
    REQUIRE(table.copy_out(on.device, second, got.data(), z, kCount * sizeof(float)) == DAYBREAK_OK);
    REQUIRE(table.stream_synchronize(on.device, second) == DAYBREAK_OK);
    CHECK((got == std::vector<float>(kCount, kTimes + 2.0f)));
    double seconds = -1;
    REQUIRE(table.event_elapsed_s(on.device, begin, end, &seconds) == DAYBREAK_OK);
    CHECK(seconds > 0);
    CHECK(seconds < 60);
    add(on, first, x, y, kCount, kTimes);
    for (void* memory : {x, y, z}) table.release(on.device, memory);  // waits for what uses it
    for (daybreak_event* event : {begin, end}) table.event_destroy(on.device, event);
    for (daybreak_stream* stream : {first, second}) table.stream_destroy(on.device, stream);
  });
}

TEST_CASE("tokens and targets outside the vocabulary are told by the end of synchronize, and only once") {
  for_each_device([](const std::string& name, Device& device) {
    INFO(name);
    const std::uint32_t ids[] = {1, 9, 2};
    const Buffer token = device.upload(std::span<const std::uint32_t>(ids));
    Buffer numbers = device.upload(std::span<const float>(std::vector<float>(64, 0.5f))), loss = device.allocate(64);
    const auto tells = [&](const auto& work, const char* words) {
      CHECK_THROWS_WITH((work(), device.synchronize()), Contains(words));
      CHECK_NOTHROW(device.synchronize());
    };
    daybreak_embedding e{};
    e.tokens = 3, e.width = 2, e.vocabulary = 9, e.token = token.as<std::uint32_t>(), e.context = 3;
    e.table = numbers.data(), e.out = numbers.as<float>() + 32;
    tells([&] { device.embedding_forward(e); }, "a token lies outside the vocabulary");
    daybreak_embedding_backward b{};
    b.tokens = 3, b.width = 2, b.vocabulary = 9, b.token = e.token, b.context = 3,
    b.out_gradient = numbers.as<float>() + 32;
    b.table_gradient = numbers.as<float>();
    tells([&] { device.embedding_backward(b); }, "a token lies outside the vocabulary");
    daybreak_cross_entropy c{};
    c.rows = 3, c.vocabulary = 9, c.logits = numbers.data(), c.target = e.token, c.ignored = 0xffffffff;
    c.loss = loss.as<float>(), c.gradient_scale = 1;
    tells([&] { device.cross_entropy(c); }, "a target lies outside the vocabulary");
    c.vocabulary = 10, c.rows = 3;
    CHECK_NOTHROW((device.cross_entropy(c), device.synchronize()));
  });
}

TEST_CASE("a device that has no memory for so much says how much was wanted") {
  for_each_device([](const std::string& name, Device& device) {
    INFO(name);
    CHECK_THROWS_WITH(device.allocate(std::size_t{1} << 60), Contains("no memory for 1152921504606846976 bytes"));
  });
}
