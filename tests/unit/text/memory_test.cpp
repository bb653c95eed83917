// Memory that ends while threads are being started is an error like any other: this program's operator new can refuse.
#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <thread>

#include "libcore/text/tokenizer.h"
#include "tests/support/catch.hpp"

namespace {

thread_local bool watched = false;    // of the thread whose allocations are refused
thread_local long until_refusal = 0;  // so many are granted before
std::atomic<long> elsewhere{0};       // allocations of all other threads

}  // namespace

void* operator new(std::size_t size) {
  if (!watched) ++elsewhere;
  if (watched && until_refusal-- == 0) throw std::bad_alloc();
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

TEST_CASE("without memory for another thread, those that were started are waited for") {
  using namespace daybreak::text;
  const Tokenizer tokenizer = Tokenizer::load(DAYBREAK_SOURCE_DIR "/tests/unit/text/data/gpt2.json");
  std::string text;  // enough for several threads
  while (text.size() < (std::size_t{5} << 19)) text += "a few words of text, ";
  tokenizer.encode(text);  // makes what is made once
  // Later and later, until some threads had begun.
  for (long granted = 0, amid_threads = 0; amid_threads < 3; ++granted) {
    elsewhere = 0;
    until_refusal = granted;
    watched = true;
    bool refused = false;
    try {
      tokenizer.encode_parallel(text, {}, 4);
    } catch (const std::bad_alloc&) {
      refused = true;
    }
    watched = false;
    REQUIRE(refused);
    if (elsewhere > 0) ++amid_threads;
  }
}
