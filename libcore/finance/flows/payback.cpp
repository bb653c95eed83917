#include "libcore/finance/flows/payback.h"

#include <cmath>

#include "libcore/finance/flows/present_value.h"

namespace daybreak::finance {
namespace {

constexpr double kRounding = 1e-15;  // of the payments so far: a running sum so small is 0

}  // namespace

std::string_view payback_status_name(PaybackStatus status) {
  switch (status) {
    case PaybackStatus::at_once: return "at-once";
    case PaybackStatus::once: return "once";
    case PaybackStatus::several: return "several";
    case PaybackStatus::never: break;
  }
  return "never";
}

Payback payback(const CashFlows& flows, double rate) {
  Payback result{};
  double sum = 0, moved = 0, before = 0;
  bool owed = false, back = true;
  for (const CashFlow& flow : flows.flows) {
    const double value = net_present_value({{flow}}, rate);
    sum += value;
    moved += std::abs(value);
    if (std::abs(sum) <= kRounding * moved) sum = 0;
    if (!back && sum >= 0) result.times.push_back(flow.time - (flow.time - before) * (sum / value));
    back = sum >= 0;
    owed = owed || !back;
    before = flow.time;
  }
  result.stays = back;
  if (!owed) result.status = PaybackStatus::at_once;
  else if (result.times.empty()) result.status = PaybackStatus::never;
  else result.status = result.times.size() == 1 && back ? PaybackStatus::once : PaybackStatus::several;
  return result;
}

}  // namespace daybreak::finance
