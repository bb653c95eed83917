// Models of returns: read or refused with a place, and what is read has a value or a reason for having none.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/finance/model/model.h"

using namespace daybreak;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const io::Json document = io::Json::parse({reinterpret_cast<const char*>(data), size}, "model");
    const finance::Model model = finance::read_model(document, "model");
    const std::vector<double> row = model.means();
    if (model.payments(row).size() > 1000) return 0;  // right, but slow
    for (const finance::ModelOutput& output : model.outputs())
      if (std::isfinite(model.value(output.name, row)) != model.why_not(output.name, row).empty()) std::abort();
  } catch (const Error& error) {
    if (error.status() != ExitStatus::data || !error.where().starts_with("model")) std::abort();
  }
  return 0;
}
