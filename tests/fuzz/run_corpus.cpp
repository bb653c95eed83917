// Runs a fuzz target over a folder of seeds, without a fuzzer: each seed whole, cut at every byte, and with every byte
// bent in a few ways. Long seeds are sampled.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostPlaces = 600;

void run(const std::string& bytes) {
  // A buffer of exactly this size, so that the address sanitizer sees a read past its end.
  const std::vector<std::uint8_t> input(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

void run_around(const std::string& seed) {
  run(seed);
  const std::size_t step = std::max<std::size_t>(1, seed.size() / kMostPlaces);
  for (std::size_t at = 0; at < seed.size(); at += step) {
    run(seed.substr(0, at));
    for (const int flip : {0x01, 0x80, 0xFF}) {
      std::string bent = seed;
      bent[at] = static_cast<char>(bent[at] ^ flip);
      run(bent);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t seeds = 0;
  for (int i = 1; i < argc; ++i)
    for (const auto& entry : fs::directory_iterator(argv[i])) {
      std::ifstream in(entry.path(), std::ios::binary);
      run_around({std::istreambuf_iterator<char>(in), {}});
      ++seeds;
    }
  if (seeds == 0) std::fprintf(stderr, "no seeds\n");
  return seeds == 0;
}
