// Costs out of OpenCost's answers: idle, windows, and what is refused.
#include "libcore/base/error.h"
#include "libcore/finance/imports/open_cost.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinRel;

namespace {

std::string allocation(const std::string& name, const std::string& day, double total, const std::string& more = {}) {
  return "\"" + name + R"(": {"window": {"start": "2025-03-)" + day + R"(T00:00:00Z", "end": "2025-03-)" + day +
         R"(T12:00:00Z"}, "totalCost": )" + io::Json(total).dump() + more + "}";
}

ImportedCosts costs_of(const std::string& sets, const OpenCostOptions& options = {"totalCost", "USD", true}) {
  return read_open_cost(io::Json::parse(R"({"code": 200, "data": [)" + sets + "]}", "answer.json"), options, "answer.json");
}

double value_of(const ImportedCosts& costs, const std::string& name) {
  for (const ImportedInput& input : costs.inputs)
    if (input.name == name) return input.value;
  FAIL("no input " << name);
  return 0;
}

std::string failure(const std::string& text, const OpenCostOptions& options = {"totalCost", "USD", true}) {
  try {
    read_open_cost(io::Json::parse(text, "answer.json"), options, "answer.json");
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("allocations and idle add up over windows") {
  const std::string gpu = R"(, "gpuHours": 24, "gpuCost": 48)", idle = R"(, "gpuHours": 8, "gpuCost": 16)";
  const std::string sets = "{" + allocation("train", "01", 60, gpu) + "," + allocation("one/__idle__", "01", 20, idle) + "," +
                           allocation("__unmounted__", "01", 1) + "}, null, {" + allocation("train", "02", 30, gpu) + "," +
                           allocation("__idle__", "02", 9) + "}";
  const ImportedCosts costs = costs_of(sets);
  CHECK(value_of(costs, "cost") == 120);
  CHECK(value_of(costs, "cost_allocated") == 90);
  CHECK(value_of(costs, "cost_idle") == 29);
  CHECK(value_of(costs, "cost_unmounted") == 1);
  CHECK(costs.hours == 24);  // two windows of 12 hours, the gap between them is nobody's
  CHECK_THAT(value_of(costs, "cost_per_year"), WithinRel(120 * 365.0, 1e-15));
  CHECK(value_of(costs, "gpu_hours") == 48);
  CHECK(value_of(costs, "cost_per_gpu_hour") == 2);
  const ImportedCosts without = costs_of(sets, {"totalCost", "USD", false});
  CHECK(value_of(without, "cost") == 91);
  CHECK(without.left_out.at(0).cost == 29);
  CHECK(without.left_out.at(0).records == 2);
}

TEST_CASE("answers that cannot be read are refused with the place") {
  CHECK_THAT(failure(R"({"code": 400, "message": "bad window"})"), Contains("\"code\": 200, found 400"));
  CHECK_THAT(failure(R"({"data": []})"), Contains("found none"));
  CHECK_THAT(failure(R"({"code": 200, "data": []})"), Contains("no allocations"));
  CHECK_THAT(failure(R"({"code": 200, "data": [3]})"), Contains("answer.json: data[0]: expected an object of allocations"));
  CHECK_THAT(failure(R"({"code": 200})"), Contains("data"));
  const std::string twice = R"({"code": 200, "data": [{)" + allocation("a", "01", 1) + "}, {" + allocation("a", "01", 1) + "}]}";
  CHECK_THAT(failure(twice), Contains("overlaps that of answer.json: data[0].a: costs would be counted twice"));
  CHECK_THAT(failure(R"({"code": 200, "data": [{)" + allocation("a", "01", 1) + "}]}", {"gpuCost", "USD", true}), Contains("gpuCost"));
  CHECK_THAT(failure(R"({"code": 200, "data": [{"a": {"totalCost": 1}}]})"), Contains("data[0].a"));
  CHECK_THAT(failure(R"({"code": 200, "data": [{"a": {"window": {"start": "now", "end": "then"}, "totalCost": 1}}]})"), Contains("expected a time"));
}
