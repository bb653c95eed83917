#include "tests/kernels/conformance.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using daybreak::device::Device;

namespace conformance {
namespace {

/// Every way to open every chip but the reference: each instruction set that is here, with one thread and with three. A
/// device without threads is opened once, and runs everything twice.
struct Subject {
  std::string name;
  Device one, three;
  bool has_threads() const { return one.info().threads > 0; }
};

void add_subject(std::vector<Subject>& subjects, const std::string& device, const std::string& set) {
  try {
    const Device one = Device::open(device, {1, set});
    const bool has_threads = one.info().threads > 0;
    subjects.push_back({device + (set.empty() ? " best" : " " + set), one, has_threads ? Device::open(device, {3, set}) : one});
  } catch (const daybreak::Error& error) {
    // A set that this processor or chip does not have is refused as a wrong option; nothing else may be.
    if (set.empty() || error.status() != daybreak::ExitStatus::usage) throw;
  }
}

constexpr int kSkipped = 77;  // what CMakeLists.txt says to ctest

bool is_asked_for(const std::string& device, const char* chip) {
  return chip ? device == chip || device.starts_with(std::string(chip) + ":") : !device.starts_with("reference:");
}

/// The devices of the one chip that DAYBREAK_CONFORMANCE_CHIP names, by its name or its path, or of all.
std::vector<std::string> tested_devices() {
  const char* const chip = std::getenv("DAYBREAK_CONFORMANCE_CHIP");
  if (chip && std::string_view(chip).ends_with(".so")) return {chip};
  std::vector<std::string> names;
  for (const auto& listing : daybreak::device::list_devices()) {
    if (!is_asked_for(listing.name, chip)) continue;
    if (listing.problem.empty()) names.push_back(listing.name);
    else std::printf("%s is left out: %s\n", listing.name.c_str(), listing.problem.c_str());
  }
  if (names.empty() && chip) {
    std::printf("skipped: there is no device of the chip %s\n", chip);
    std::exit(kSkipped);
  }
  return names;
}

std::vector<Subject>& subjects() {
  static std::vector<Subject> all = [] {
    std::vector<Subject> found;
    for (const std::string& name : tested_devices())
      for (const char* set : {"", "plain", "avx2", "avx512", "avx512bf16", "amx"}) add_subject(found, name, set);
    return found;
  }();
  return all;
}

}  // namespace

void for_each_device(const std::function<void(const std::string&, Device&)>& body) {
  for (Subject& subject : subjects()) {
    if (!subject.has_threads()) {
      body(subject.name, subject.one);
      continue;
    }
    body(subject.name + ", 1 thread", subject.one);
    body(subject.name + ", 3 threads", subject.three);
  }
}

bool somebody_packs() {
  bool packs = false;
  for (const Subject& subject : subjects()) packs = packs || subject.one.supports(DAYBREAK_OP_PACK, {DAYBREAK_F32, DAYBREAK_F32});
  return packs;
}

void check(const Case& tested) {
  static Device reference = Device::open("reference");
  const auto want = execute(tested, reference, true);
  REQUIRE_FALSE(subjects().empty());
  for (Subject& subject : subjects()) {
    INFO(tested.name << " on " << subject.name);
    const auto got = execute(tested, subject.one, false), again = execute(tested, subject.three, false);
    for (std::size_t i = 0; i < want.size(); ++i) {
      CHECK((got[i] == again[i]));
      const Comparison found = compare(tested.tensors[i], got[i], want[i]);
      INFO("operand " << i << " of " << tested.tensors[i].values.size() << " elements, " << found.wrong << " outside the budget "
                      << tested.tensors[i].budget << "; " << found.first);
      CHECK(found.wrong == 0);
    }
  }
}

}  // namespace conformance
