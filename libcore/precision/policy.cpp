#include "libcore/precision/policy.h"

#include <algorithm>
#include <map>

#include "libcore/base/error.h"
#include "libcore/precision/groups.h"
#include "libcore/precision/map_builder.h"

namespace daybreak::precision {
namespace {

constexpr std::string_view kUniform = "uniform:";

bool is_uniform(const std::string& policy) {
  return policy.starts_with(kUniform);
}

std::optional<Measure> measure_of(const std::string& policy) {
  for (const Measure measure : {Measure::directional, Measure::diagonal, Measure::first_order, Measure::products})
    if (policy == measure_name(measure)) return measure;
  return std::nullopt;
}

/// A format and a reason for every tensor, in the making.
struct Picks {
  std::vector<NumberFormat> formats;
  std::vector<std::string> reasons;
  explicit Picks(std::size_t count) : formats(count, NumberFormat::f32), reasons(count, "default") {}
  void set(std::size_t tensor, NumberFormat format, std::string reason) {
    formats[tensor] = format;
    reasons[tensor] = std::move(reason);
  }
};

bool leaves_range(const Profile& profile, std::size_t tensor, NumberFormat format) {
  return profile.tensors[tensor].effects[profile.find(format)].counts.overflow > 0;
}

void require_format(const Profile& profile, NumberFormat format, const std::string& policy) {
  if (profile.find(format) == profile.formats.size())
    throw usage_error("--policy " + policy + " chooses " + std::string(records::number_format_name(format)) + ", which the profile does not judge",
                      "profile again with it among --formats");
}

/// The rule to the letter: for each tensor alone, whatever it is.
Decision by_gradient_norm(const Profile& profile, const PolicyOptions& options, const std::vector<std::optional<NumberFormat>>& pinned) {
  require_format(profile, NumberFormat::f16, options.policy);
  Picks picks(profile.tensors.size());
  Decision decision;
  std::size_t above = 0, overflowing = 0;
  for (std::size_t t = 0; t < profile.tensors.size(); ++t) {
    const ProfiledTensor& tensor = profile.tensors[t];
    const double norm = options.of == "sum" ? tensor.sum_gradient_norm : tensor.loss_gradient_norm;
    above += norm > options.threshold;
    picks.set(t, norm > options.threshold ? NumberFormat::f32 : NumberFormat::f16, "rule");
    if (pinned[t]) picks.set(t, *pinned[t], "pinned");
    overflowing += picks.formats[t] == NumberFormat::f16 && leaves_range(profile, t, NumberFormat::f16);
  }
  if (above == profile.tensors.size())
    decision.warnings.push_back("every gradient's norm is above the threshold: the rule keeps all tensors in F32");
  if (overflowing > 0) decision.warnings.push_back(std::to_string(overflowing) + " tensors that the rule puts into F16 hold values above 65504");
  decision.map = build_map(profile, Measure::directional, picks.formats, picks.reasons);
  decision.map.budget.threshold = options.threshold;
  decision.map.budget.of = options.of;
  return decision;
}

Decision uniform(const Profile& profile, const PolicyOptions& options, const std::vector<std::optional<NumberFormat>>& pinned) {
  const NumberFormat format = parse_format(options.policy.substr(kUniform.size()));
  require_format(profile, format, options.policy);
  Picks picks(profile.tensors.size());
  for (std::size_t t = 0; t < profile.tensors.size(); ++t) {
    if (!stays_f32(profile.tensors[t].role)) picks.set(t, format, "rule");
    if (leaves_range(profile, t, picks.formats[t])) picks.set(t, NumberFormat::f32, "range");
    if (pinned[t]) picks.set(t, *pinned[t], "pinned");
  }
  Decision decision;
  decision.map = build_map(profile, Measure::directional, picks.formats, picks.reasons);
  return decision;
}

/// The tensors that get one format together, and what they may get.
struct Group {
  std::vector<std::size_t> tensors;
  std::vector<NumberFormat> allowed;
  std::string reason = "budget";  // "pinned"; "range" where a narrower format cannot hold the values
};

std::vector<Group> groups_of(const Profile& profile) {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> by_name;
  for (std::size_t t = 0; t < profile.tensors.size(); ++t) {
    const auto [place, fresh] = by_name.emplace(profile.tensors[t].group, groups.size());
    if (fresh) groups.emplace_back();
    groups[place->second].tensors.push_back(t);
  }
  return groups;
}

void allow(Group& group, const Profile& profile, const std::vector<std::optional<NumberFormat>>& pinned) {
  for (const std::size_t t : group.tensors) {
    if (!pinned[t]) continue;
    if (!group.allowed.empty() && group.allowed.front() != *pinned[t])
      throw usage_error("--keep gives " + profile.tensors[t].name + " another format than the rest of its group " + profile.tensors[t].group,
                        "tensors of a group share one format");
    group.allowed = {*pinned[t]};
    group.reason = "pinned";
  }
  if (!group.allowed.empty()) return;
  if (stays_f32(profile.tensors[group.tensors.front()].role)) {
    group.allowed = {NumberFormat::f32};
    group.reason = "default";
    return;
  }
  for (const NumberFormat format : profile.formats) {
    const bool fits = std::none_of(group.tensors.begin(), group.tensors.end(), [&](std::size_t t) { return leaves_range(profile, t, format); });
    if (fits) group.allowed.push_back(format);
  }
  if (group.allowed.size() < profile.formats.size()) group.reason = "range";
}

Decision within_budget(const Profile& profile, const PolicyOptions& options, const std::vector<std::optional<NumberFormat>>& pinned) {
  const Measure measure = *measure_of(options.policy);
  if (measure == Measure::products && profile.products.empty())
    throw usage_error("--policy products needs measured products, which the profile lacks", "profile again with --products");
  std::vector<Group> groups = groups_of(profile);
  AssignmentProblem problem;
  problem.budget = *options.max_kl;
  for (Group& group : groups) {
    allow(group, profile, pinned);
    auto& choices = problem.items.emplace_back();
    for (const NumberFormat format : group.allowed) {
      Choice& choice = choices.emplace_back();
      for (const std::size_t t : group.tensors) {
        choice.cost += profile.tensors[t].count * records::number_format_bytes(format);
        if (format != NumberFormat::f32) choice.damage += score(profile, measure, t, profile.find(format)).nats;
      }
    }
  }
  const Assignment solved = solve_assignment(problem);
  Picks picks(profile.tensors.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const NumberFormat format = groups[g].allowed[solved.chosen[g]];
    // A format excluded by its range decided only where the answer is the widest one that is left.
    const bool by_range = groups[g].reason == "range" && format == NumberFormat::f32;
    for (const std::size_t t : groups[g].tensors) picks.set(t, format, groups[g].reason == "range" && !by_range ? "budget" : groups[g].reason);
  }
  Decision decision;
  decision.feasible = solved.status != AssignmentStatus::infeasible;
  // The first-order measure is no divergence: what its map will cost is predicted by the one that is.
  decision.map = build_map(profile, measure == Measure::first_order ? Measure::directional : measure, picks.formats, picks.reasons);
  decision.map.budget.kl = options.max_kl;
  decision.map.solver = {decision.feasible ? std::string(assignment_status_name(solved.status)) : "infeasible",
                         static_cast<double>(solved.cost), decision.feasible ? solved.dual_bound : 0, decision.feasible ? solved.gap() : 0};
  return decision;
}

}  // namespace

void PolicyOptions::declare(OptionSink& sink) {
  sink.text("policy", &policy, "NAME", "directional, products, fisher, first-order, grad-norm or uniform:FORMAT");
  sink.real("max-kl", &max_kl, "X", "Predicted divergence allowed, nats a token", OptionSink::Range{0, 1e300});
  sink.real("threshold", &threshold, "X", "Of grad-norm: F32 above this norm, F16 elsewhere", OptionSink::Range{0, 1e300});
  sink.choice("of", &of, {"sum", "loss"}, "Of grad-norm: the sum of all logits, or the mean loss");
  sink.list("keep", &keep, "NAME=FORMAT", "Pin a tensor; re:PATTERN=FORMAT pins all that match");
}

void PolicyOptions::check() const {
  const bool budgeted = measure_of(policy).has_value();
  if (is_uniform(policy)) parse_format(policy.substr(kUniform.size()));
  else if (!budgeted && policy != "grad-norm")
    throw usage_error("unknown policy '" + policy + "'", "known: directional, products, fisher, first-order, grad-norm, uniform:FORMAT");
  if (budgeted && !max_kl) throw usage_error("--max-kl is missing", "say how much divergence is allowed, such as --max-kl 1e-3 nats a token");
  if (!budgeted && max_kl) throw usage_error("--max-kl has no meaning for --policy " + policy);
}

records::ModuleFormats module_formats(NumberFormat format) {
  const NumberFormat backward = format == NumberFormat::f8_e4m3 ? NumberFormat::bf16 : format;
  const auto product = [](NumberFormat operands) {
    return records::GemmFormats{operands, operands, NumberFormat::f32, operands == NumberFormat::f8_e4m3 ? NumberFormat::bf16 : operands};
  };
  return {product(format), product(backward), {backward, backward, NumberFormat::f32, NumberFormat::f32}};
}

Decision decide(const Profile& profile, const PolicyOptions& options) {
  options.check();
  const auto pinned = pinned_formats(profile, options.keep);
  Decision decision = options.policy == "grad-norm" ? by_gradient_norm(profile, options, pinned)
                      : is_uniform(options.policy)  ? uniform(profile, options, pinned)
                                                    : within_budget(profile, options, pinned);
  decision.map.policy = options.policy;
  const bool signal = std::any_of(profile.tensors.begin(), profile.tensors.end(), [](const auto& tensor) { return tensor.loss_gradient_norm != 0; });
  if (!signal) decision.warnings.push_back("no signal: all gradients of the profile are zero, so only the ranges were judged");
  return decision;
}

}  // namespace daybreak::precision
