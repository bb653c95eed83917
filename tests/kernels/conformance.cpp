#include "tests/kernels/conformance.h"

#include <cstdlib>
#include <vector>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using daybreak::device::Device;

namespace conformance {
namespace {

/// Every way to open every chip but the reference: each instruction set that is here, with one thread and with three.
struct Subject {
  std::string name;
  Device one, three;
};

void add_subject(std::vector<Subject>& subjects, const std::string& device, const std::string& set) {
  try {
    subjects.push_back({device + " " + (set.empty() ? "best" : set), Device::open(device, {1, set}), Device::open(device, {3, set})});
  } catch (const daybreak::Error& error) {
    // A set that this processor or chip does not have is refused as a wrong option; nothing else may be.
    if (set.empty() || error.status() != daybreak::ExitStatus::usage) throw;
  }
}

/// Every device that is here but the reference, or the one that DAYBREAK_TEST_CHIP names, such as a chip's path.
std::vector<std::string> tested_devices() {
  if (const char* const named = std::getenv("DAYBREAK_TEST_CHIP")) return {named};
  std::vector<std::string> names;
  for (const auto& listing : daybreak::device::list_devices())
    if (!listing.name.starts_with("reference:") && listing.problem.empty()) names.push_back(listing.name);
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
    body(subject.name + ", 1 thread", subject.one);
    body(subject.name + ", 3 threads", subject.three);
  }
}

void check(const Case& tested) {
  static Device reference = Device::open("reference");
  const auto want = execute(tested, reference, true);
  REQUIRE_FALSE(subjects().empty());
  for (Subject& subject : subjects()) {
    INFO(tested.name << " on " << subject.name);
    const auto got = execute(tested, subject.one, false), with_three = execute(tested, subject.three, false);
    for (std::size_t i = 0; i < want.size(); ++i) {
      CHECK((got[i] == with_three[i]));
      const Comparison found = compare(tested.tensors[i], got[i], want[i]);
      INFO("operand " << i << " of " << tested.tensors[i].values.size() << " elements, " << found.wrong << " outside the budget "
                      << tested.tensors[i].budget << "; " << found.first);
      CHECK(found.wrong == 0);
    }
  }
}

}  // namespace conformance
