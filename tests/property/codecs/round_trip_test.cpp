// Laws of the codecs: whatever the elements, their type, their shape and the pipeline, the frame gives them back, is
// the same every time, and grows by no more than it may.
#include <rapidcheck.h>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/context_stream.h"
#include "libcore/codecs/phrases.h"
#include "libcore/codecs/serial_decoder.h"
#include "libcore/codecs/symbols.h"
#include "tests/support/catch.hpp"
#include "tests/unit/codecs/support.h"

using namespace daybreak::codecs;
using namespace daybreak::codecs::test;

namespace {

/// Elements of a few shapes of data: noise, few values, steps, sparse.
Sample any_sample() {
  const ElementType type = *rc::gen::elementOf(kTypes);
  const auto a = *rc::gen::inRange<std::uint64_t>(1, 40), b = *rc::gen::inRange<std::uint64_t>(1, 30),
             c = *rc::gen::inRange<std::uint64_t>(1, 5);
  const std::vector<std::vector<std::uint64_t>> shapes{{a * b * c}, {a, b * c}, {a, b, c}, {c, b, a}, {a * b, 1, c}};
  const auto shape = *rc::gen::elementOf(shapes);
  std::mt19937_64 random(*rc::gen::arbitrary<std::uint32_t>());
  const unsigned kind = *rc::gen::inRange(0u, 4u), bits = *rc::gen::inRange(1u, 64u);
  const std::size_t bytes = element_info(type).bytes;
  Sample sample{type, shape, {}};
  std::uint64_t value = random();
  for (std::uint64_t i = 0; i < a * b * c; ++i) {
    const std::uint64_t fresh = random() & ((std::uint64_t{1} << bits) - 1);
    if (kind == 0) value = fresh;
    if (kind == 1) value += fresh;
    if (kind == 2) value = fresh * fresh % 7 * 0x0123456789ABCDEFull;
    if (kind == 3) value = random() % 8 ? 3 : fresh;
    for (std::size_t k = 0; k < bytes; ++k) sample.data.push_back(static_cast<std::uint8_t>(value >> (8 * k)));
  }
  return sample;
}

template <class Word>
void check_numbers() {
  const auto values = *rc::gen::container<Words<Word>>(rc::gen::arbitrary<Word>());
  ByteWriter out;
  write_numbers<Word>(values, out);
  ByteReader in(out.span());
  Words<Word> read(values.size());
  RC_ASSERT(read_numbers<Word>(in, read));
  RC_ASSERT(in.finished());
  RC_ASSERT(read == values);
}

}  // namespace

TEST_CASE("a frame gives its elements back") {
  CHECK(rc::check([] {
    const Sample sample = any_sample();
    const Pipeline pipeline = *rc::gen::elementOf(all_pipelines());
    const Bytes frame = frame_of(sample, pipeline);
    RC_ASSERT(decoded(frame, sample.data.size()) == sample.data);
    RC_ASSERT(frame.size() <= sample.data.size() + 64);
    RC_ASSERT(frame_of(sample, pipeline) == frame);
  }));
}

TEST_CASE("fractions of any unit come back, whatever stands among them") {
  CHECK(rc::check([] {
    std::mt19937_64 random(*rc::gen::arbitrary<std::uint32_t>());
    const auto count = *rc::gen::inRange<std::size_t>(1, 2000);
    const double unit = *rc::gen::elementOf(std::vector<double>{1, 100, 0.1, 1 / 3.0, 0x1p-30, 57553 / 6553600.0, 1e300});
    const auto most = *rc::gen::inRange<std::uint64_t>(1, 1 << 17), strange = *rc::gen::inRange<std::uint64_t>(2, 500);
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) {
      const auto part = static_cast<double>(static_cast<std::int64_t>(random() % (1 << 20)) - (1 << 19));
      values.push_back(part / static_cast<double>(1 + random() % most) * unit);
      if (random() % strange == 0) values.back() = std::bit_cast<double>(random());
      if (random() % strange == 0) values.back() = -0.0;
    }
    const Sample sample = sample_of(ElementType::f64, {count}, values);
    const Bytes frame = frame_of(sample, {{}, {}, Code::fractions});
    RC_ASSERT(decoded(frame, sample.data.size()) == sample.data);
    RC_ASSERT(frame_of(sample, {{}, {}, Code::fractions}) == frame);
  }));
}

TEST_CASE("damage is seen or harmless") {
  CHECK(rc::check([] {
    const Sample sample = any_sample();
    Bytes frame = frame_of(sample, *rc::gen::elementOf(all_pipelines()));
    const int places = *rc::gen::inRange(1, 4);
    for (int i = 0; i < places; ++i)
      frame[*rc::gen::inRange<std::size_t>(0, frame.size())] = *rc::gen::arbitrary<std::uint8_t>();
    Bytes out(sample.data.size());
    RC_ASSERT(decode(frame, out) != Status::ok || out == sample.data);
  }));
}

TEST_CASE("numbers of any width come back from their bins") {
  CHECK(rc::check(check_numbers<std::uint32_t>));
  CHECK(rc::check(check_numbers<std::uint64_t>));
}

TEST_CASE("symbols come back, with contexts and without") {
  CHECK(rc::check([] {
    const auto count = *rc::gen::inRange<std::size_t>(0, 3000);
    const auto contexts = *rc::gen::inRange<std::size_t>(1, 300);
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    Bytes symbols(count);
    std::vector<std::uint16_t> of(count);
    for (std::size_t i = 0; i < count; ++i) {
      of[i] = static_cast<std::uint16_t>(random() % contexts);
      symbols[i] = static_cast<std::uint8_t>(of[i] + random() % 5);
    }
    ByteWriter out;
    write_symbols(symbols, {of, contexts}, out);
    ByteReader in(out.span());
    Bytes read(count);
    const auto fill = [&](ByteSpan table_of, std::span<std::uint8_t> tables) {
      for (std::size_t i = 0; i < count; ++i) tables[i] = table_of[of[i]];
    };
    RC_ASSERT(read_symbols(in, ContextSource{contexts, fill}, read));
    RC_ASSERT(in.finished());
    RC_ASSERT(read == symbols);
  }));
}

TEST_CASE("a text comes back from its phrases") {
  CHECK(rc::check([] {
    const auto count = *rc::gen::inRange<std::size_t>(1, 40000), far = *rc::gen::inRange<std::size_t>(1, 3000);
    const auto words = *rc::gen::inRange<std::uint32_t>(1, 300), copied = *rc::gen::inRange<std::uint32_t>(0, 100);
    std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
    std::vector<std::uint32_t> text;
    while (text.size() < count)
      text.push_back(text.size() >= far && random() % 100 < copied ? text[text.size() - far] : random() % words * 7);
    ByteWriter out;
    RC_PRE(write_phrases<std::uint32_t>(text, out));
    std::vector<std::uint32_t> back(count);
    ByteReader in(out.span());
    RC_ASSERT(read_phrases<std::uint32_t>(in, back));
    RC_ASSERT(in.finished());
    RC_ASSERT(back == text);
  }));
}

TEST_CASE("symbols of a context stream come back one by one") {
  CHECK(rc::check([] {
    constexpr std::size_t kContexts = 5;
    const auto symbols = *rc::gen::container<Bytes>(rc::gen::arbitrary<std::uint8_t>());
    ContextCollector collector(symbols.size(), kContexts);
    for (std::size_t i = 0; i < symbols.size(); ++i) collector.put(i > 0 ? symbols[i - 1] % kContexts : 0, symbols[i]);
    ByteWriter out;
    collector.write(out);
    ByteReader in(out.span());
    SerialDecoder decoder;
    RC_ASSERT(decoder.open(in, symbols.size(), kContexts));
    std::uint8_t last = 0;
    for (const std::uint8_t symbol : symbols) RC_ASSERT((last = decoder.next(last % kContexts)) == symbol);
    RC_ASSERT(decoder.finished());
  }));
}
