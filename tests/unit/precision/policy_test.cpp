#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/precision/policy.h"
#include "tests/support/catch.hpp"
#include "tests/unit/precision/cases.h"

using namespace daybreak;
using namespace daybreak::precision;
using enum NumberFormat;

namespace {

PolicyOptions options(std::string policy, std::optional<double> max_kl = std::nullopt, std::vector<std::string> keep = {}) {
  PolicyOptions made;
  made.policy = std::move(policy);
  made.max_kl = max_kl;
  made.keep = std::move(keep);
  return made;
}

NumberFormat format_of(const records::PrecisionMap& map, const std::string& name) {
  REQUIRE(map.find_tensor(name) != nullptr);
  return map.find_tensor(name)->dtype;
}

/// Least bytes within the budget by trying every format for every free group; the damage of a group is the sum of its scores.
std::int64_t least_bytes(const Profile& profile, double budget) {
  const std::vector<std::vector<std::size_t>> groups{{0}, {2, 3, 4}, {5}};
  std::int64_t best = -1;
  for (std::size_t code = 0; code < 64; ++code) {
    std::int64_t bytes = 4 * profile.tensors[1].count;  // the norm stays in F32
    double damage = 0;
    for (std::size_t g = 0; g < 3; ++g) {
      const std::size_t f = code >> (2 * g) & 3;
      for (const std::size_t t : groups[g]) {
        bytes += profile.tensors[t].count * records::number_format_bytes(profile.formats[f]);
        damage += score(profile, Measure::directional, t, f).nats;
      }
    }
    if (damage <= budget && (best < 0 || bytes < best)) best = bytes;
  }
  return best;
}

}  // namespace

TEST_CASE("the literal rule: F32 where the gradient's norm is above the threshold, else F16, nothing more") {
  Profile profile = made_up_profile();
  const double sums[] = {0.1, 0.05, 0.10000001, 5e5, 0, 0.0999};
  for (std::size_t t = 0; t < 6; ++t) {
    profile.tensors[t].sum_gradient_norm = sums[t];
    profile.tensors[t].loss_gradient_norm = sums[5 - t];
  }
  const records::PrecisionMap map = decide(profile, options("grad-norm")).map;
  const records::PrecisionMap of_loss = decide(profile, [] { auto o = options("grad-norm"); o.of = "loss"; return o; }()).map;
  for (std::size_t t = 0; t < 6; ++t) {
    CHECK(map.tensors[t].dtype == (sums[t] > 0.1 ? f32 : f16));
    CHECK(of_loss.tensors[t].dtype == (sums[5 - t] > 0.1 ? f32 : f16));
    CHECK(map.tensors[t].reason == "rule");
  }
  CHECK(map.solver.status == "rule");
  CHECK(map.budget.threshold == 0.1);
  CHECK(map.budget.of == "sum");
  CHECK(map.runtime.loss_scale == "dynamic");

  for (ProfiledTensor& tensor : profile.tensors) tensor.sum_gradient_norm = 1e5;
  const Decision all = decide(profile, options("grad-norm"));
  CHECK(all.map.summary.share.at(f32) == 1);
  CHECK(all.warnings.size() == 1);
  profile.tensors[0].sum_gradient_norm = 0;
  profile.tensors[0].effects[1].counts.overflow = 1;  // to the letter, even so; but said
  const Decision overflowing = decide(profile, options("grad-norm"));
  CHECK(overflowing.map.tensors[0].dtype == f16);
  CHECK(overflowing.warnings.size() == 1);
}

TEST_CASE("a budget is met with as few bytes as trying everything finds, and groups stay together") {
  const Profile profile = made_up_profile();
  double previous = 1e300;
  for (const double budget : {0.0, 1e-12, 1e-10, 3e-9, 1e-8, 3e-7, 1e-6, 1e-5, 1.0}) {
    const Decision decision = decide(profile, options("directional", budget));
    INFO("budget " << budget);
    CHECK(decision.feasible);
    CHECK(static_cast<std::int64_t>(decision.map.summary.bytes) == least_bytes(profile, budget));
    CHECK(decision.map.solver.objective == static_cast<double>(decision.map.summary.bytes));
    CHECK(decision.map.solver.status == "optimal");
    CHECK(decision.map.summary.predicted_kl <= budget);
    CHECK(static_cast<double>(decision.map.summary.bytes) <= previous);
    previous = static_cast<double>(decision.map.summary.bytes);
    const NumberFormat q = format_of(decision.map, "model.layers.0.self_attn.q_proj.weight");
    CHECK(format_of(decision.map, "model.layers.0.self_attn.k_proj.weight") == q);
    CHECK(format_of(decision.map, "model.layers.0.self_attn.v_proj.weight") == q);
    CHECK(format_of(decision.map, "model.layers.0.input_layernorm.weight") == f32);
  }
  const records::PrecisionMap all = decide(profile, options("directional", 1.0)).map;
  CHECK(all.summary.share.at(f8_e4m3) > 0.9);
  CHECK(all.groups.size() == 1);
  CHECK(all.groups[0].targets.size() == 3);
  CHECK(all.find_gemm("model.layers.0.self_attn.q_proj")->fprop.a == f8_e4m3);
  CHECK(all.find_gemm("model.layers.0.self_attn.q_proj")->wgrad.a == bf16);
  CHECK(all.find_gemm("model.layers.0.input_layernorm") == nullptr);
  CHECK(decide(profile, options("directional", 0.0)).map.summary.share.at(f32) == 1);
}

TEST_CASE("pins hold, contradictions are refused, and what cannot be met is said") {
  const Profile profile = made_up_profile();
  const Decision pinned = decide(profile, options("directional", 1.0, {"re:.*embed.*=F32", "model.layers.0.mlp.down_proj.weight=bf16"}));
  CHECK(format_of(pinned.map, "model.embed_tokens.weight") == f32);
  CHECK(pinned.map.find_tensor("model.embed_tokens.weight")->reason == "pinned");
  CHECK(format_of(pinned.map, "model.layers.0.mlp.down_proj.weight") == bf16);
  // One member pins its group.
  const Decision group = decide(profile, options("directional", 1.0, {"model.layers.0.self_attn.k_proj.weight=F16"}));
  CHECK(format_of(group.map, "model.layers.0.self_attn.q_proj.weight") == f16);
  CHECK(format_of(decide(profile, options("uniform:bf16", std::nullopt, {"re:.*norm.*=f16"})).map, "model.layers.0.input_layernorm.weight") == f16);

  const auto refused = [&](std::vector<std::string> keep) {
    try {
      decide(profile, options("directional", 1.0, std::move(keep)));
    } catch (const Error& error) {
      return error.status() == ExitStatus::usage;
    }
    return false;
  };
  CHECK(refused({"model.layers.0.self_attn.k_proj.weight=F16", "model.layers.0.self_attn.q_proj.weight=F32"}));
  CHECK(refused({"re:.*=F16", "re:.*embed.*=F32"}));
  CHECK(refused({"no.such.tensor=F16"}));
  CHECK(refused({"embed=F16"}));
  CHECK(refused({"re:(=F16"}));
  CHECK(refused({"re:.*=I8"}));
  CHECK(refused({"model.embed_tokens.weight"}));

  const Decision impossible = decide(profile, options("directional", 1e-9, {"re:.*proj.*=f8e4m3"}));
  CHECK_FALSE(impossible.feasible);
  CHECK(impossible.map.solver.status == "infeasible");
  CHECK(format_of(impossible.map, "model.embed_tokens.weight") == f32);  // the nearest: all that is free is exact
  CHECK(impossible.map.summary.predicted_kl > 1e-9);
}

TEST_CASE("a format that a tensor overflows is never chosen by a budget") {
  Profile profile = made_up_profile();
  profile.tensors[3].effects[1].counts.overflow = 1;  // k in F16
  profile.tensors[3].effects[3].counts.overflow = 1;  // and in F8
  const Decision decision = decide(profile, options("directional", 1.0));
  CHECK(format_of(decision.map, "model.layers.0.self_attn.q_proj.weight") == bf16);
  profile.tensors[5].effects[1].counts.overflow = profile.tensors[5].effects[2].counts.overflow = profile.tensors[5].effects[3].counts.overflow = 1;
  const Decision wide = decide(profile, options("directional", 1.0));
  CHECK(format_of(wide.map, "model.layers.0.mlp.down_proj.weight") == f32);
  CHECK(wide.map.find_tensor("model.layers.0.mlp.down_proj.weight")->reason == "range");
  CHECK(format_of(decide(profile, options("uniform:f16")).map, "model.layers.0.mlp.down_proj.weight") == f32);
}

TEST_CASE("one format for all, other measures, and what a policy needs") {
  Profile profile = made_up_profile();
  const records::PrecisionMap map = decide(profile, options("uniform:bf16")).map;
  for (const records::TensorEntry& tensor : map.tensors) CHECK(tensor.dtype == (tensor.role == "norm" ? f32 : bf16));
  CHECK(map.otherwise == bf16);
  CHECK(map.runtime.loss_scale == "none");
  CHECK_THAT(map.summary.effective_bits, Catch::Matchers::WithinRel(8.0 * static_cast<double>(map.summary.bytes) / 456.0, 1e-12));
  CHECK(decide(profile, options("fisher", 1.0)).map.summary.share.at(f8_e4m3) > 0.9);
  CHECK(decide(profile, options("first-order", 0.0)).map.summary.share.at(f32) == 1);
  CHECK_THROWS_AS(decide(profile, options("products", 1.0)), Error);  // not measured
  profile.products.assign(5 * 6 * 4, 0.5);
  CHECK(score(profile, Measure::products, 2, 1).nats == 0.5);
  CHECK(std::abs(score(profile, Measure::products, 0, 1).nats - 0.5 - score(profile, Measure::directional, 0, 1).nats) < 1e-12);
  CHECK(score(profile, Measure::products, 1, 1).nats == score(profile, Measure::directional, 1, 1).nats);
  CHECK(decide(profile, options("products", 0.4)).map.summary.share.at(f32) == 1);
  CHECK_THROWS_AS(decide(profile, options("directional")), Error);
  CHECK_THROWS_AS(decide(profile, options("grad-norm", 1.0)), Error);
  CHECK_THROWS_AS(decide(profile, options("uniform:i8")), Error);
  CHECK_THROWS_AS(decide(profile, options("best")), Error);
  profile.formats.resize(1);
  for (ProfiledTensor& tensor : profile.tensors) tensor.effects.resize(1);
  CHECK_THROWS_AS(decide(profile, options("uniform:bf16")), Error);
  CHECK_THROWS_AS(decide(profile, options("grad-norm")), Error);
}
