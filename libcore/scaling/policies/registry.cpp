#include "libcore/scaling/policies/registry.h"

#include <map>

#include "libcore/base/error.h"

namespace daybreak::scaling {
namespace {

using Maker = std::unique_ptr<Policy> (*)(const PolicyOptions&, const Setting&);

const std::map<std::string, Maker>& makers() {
  static const std::map<std::string, Maker> all{
      {"literal", [](const PolicyOptions& options, const Setting& setting) { return make_literal(options.literal, setting); }},
      {"static", [](const PolicyOptions& options, const Setting& setting) { return make_static(options.fixed, setting); }}};
  return all;
}

}  // namespace

void PolicyOptions::declare(OptionSink& sink) {
  sink.group("Policies");
  literal.declare(sink);
  fixed.declare(sink);
}

std::vector<std::string> policy_names() {
  std::vector<std::string> names;
  for (const auto& [name, make] : makers()) names.push_back(name);
  return names;
}

std::unique_ptr<Policy> make_policy(const std::string& name, const PolicyOptions& options, const Setting& setting) {
  if (const auto found = makers().find(name); found != makers().end()) return found->second(options, setting);
  std::string known;
  for (const std::string& one : policy_names()) known += (known.empty() ? "" : ", ") + one;
  throw usage_error("--policy: unknown policy '" + name + "'", "known: " + known);
}

}  // namespace daybreak::scaling
