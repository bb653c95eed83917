#include "libcore/scaling/policies/registry.h"

#include <map>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"

namespace daybreak::scaling {
namespace {

using Maker = std::unique_ptr<Policy> (*)(const PolicyOptions&, const Setting&);

const std::map<std::string, Maker>& makers() {
  static const std::map<std::string, Maker> all{
      {"band", [](const PolicyOptions& options, const Setting& setting) { return make_band(options.band, setting); }},
      {"delayed-off", [](const PolicyOptions& options, const Setting& setting) { return make_delayed_off(options.delayed_off, setting); }},
      {"hpa", [](const PolicyOptions& options, const Setting& setting) { return make_hpa(options.hpa, setting); }},
      {"keda", [](const PolicyOptions& options, const Setting& setting) { return make_keda(options.keda, setting); }},
      {"kpa", [](const PolicyOptions& options, const Setting& setting) { return make_kpa(options.kpa, setting); }},
      {"lcp", [](const PolicyOptions& options, const Setting& setting) { return make_lcp(options.lcp, setting); }},
      {"literal", [](const PolicyOptions& options, const Setting& setting) { return make_literal(options.literal, setting); }},
      {"literal-symmetric",
       [](const PolicyOptions& options, const Setting& setting) { return make_literal_symmetric(options.literal, setting); }},
      {"skyserve", [](const PolicyOptions& options, const Setting& setting) { return make_skyserve(options.skyserve, setting); }},
      {"static", [](const PolicyOptions& options, const Setting& setting) { return make_static(options.fixed, setting); }}};
  return all;
}

}  // namespace

void PolicyOptions::declare(OptionSink& sink) {
  const auto policy = [&](const char* heading, auto& options) {
    sink.group(heading);
    options.declare(sink);
  };
  policy("Policy band", band);
  policy("Policy delayed-off", delayed_off);
  policy("Policy lcp", lcp);
  policy("Policies literal and literal-symmetric", literal);
  policy("Policy static", fixed);
  policy("Policy hpa", hpa);
  policy("Policy kpa", kpa);
  policy("Policy keda", keda);
  policy("Policy skyserve", skyserve);
}

std::vector<std::string> policy_names() {
  std::vector<std::string> names;
  for (const auto& [name, make] : makers()) names.push_back(name);
  return names;
}

std::unique_ptr<Policy> make_policy(const std::string& name, const PolicyOptions& options, const Setting& setting) {
  if (const auto found = makers().find(name); found != makers().end()) return found->second(options, setting);
  throw usage_error("--policy: unknown policy '" + name + "'", "known: " + joined(policy_names()));
}

}  // namespace daybreak::scaling
