// Laws of every decision, on random profiles with random pins.
#include <algorithm>
#include <cstdlib>
#include <random>

#include "libcore/base/error.h"
#include "libcore/precision/groups.h"
#include "libcore/precision/policy.h"
#include "libcore/precision/profile_json.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::precision;

namespace {

using Random = std::mt19937_64;

/// A llama's tensors with random figures: sensitivities spread over many orders, ranges that some formats leave.
Profile random_profile(Random& random) {
  using enum NumberFormat;
  Profile profile;
  profile.architecture = "llama";
  profile.sequences = 1 + static_cast<std::int64_t>(random() % 3);
  profile.context = 4;
  profile.labels = 1;
  profile.formats = {f32, f16, bf16, f8_e4m3};
  std::vector<std::pair<std::string, std::string>> names{{"model.embed_tokens.weight", "token_embedding"}};
  for (std::uint64_t layer = 0, layers = 1 + random() % 3; layer < layers; ++layer) {
    const std::string block = "model.layers." + std::to_string(layer);
    names.emplace_back(block + ".input_layernorm.weight", "norm");
    for (const char* name : {".self_attn.q_proj", ".self_attn.k_proj", ".self_attn.v_proj", ".self_attn.o_proj", ".mlp.gate_proj", ".mlp.up_proj", ".mlp.down_proj"})
      names.emplace_back(block + name + ".weight", "projection");
  }
  for (const auto& [name, role] : names) {
    ProfiledTensor& tensor = profile.tensors.emplace_back();
    tensor.name = name;
    tensor.module = name.substr(0, name.rfind('.'));
    tensor.role = role;
    tensor.group = group_of(name);
    tensor.count = 1 + static_cast<std::int64_t>(random() % 100);
    tensor.shape = {static_cast<std::uint64_t>(tensor.count)};
    tensor.gemm = role != "norm";
    tensor.loss_gradient_norm = 1;
    tensor.sum_gradient_norm = std::exp(static_cast<double>(random() % 10) - 5);
    tensor.effects.resize(4);
    for (std::size_t f = 1; f < 4; ++f) tensor.effects[f].counts.overflow = random() % 12 == 0;
    profile.parameters += static_cast<std::uint64_t>(tensor.count);
  }
  std::lognormal_distribution<double> size(-4, 2);
  for (std::int64_t sample = 0; sample < profile.sequences; ++sample)
    for (std::size_t t = 0; t < profile.tensors.size(); ++t)
      for (std::size_t f = 0; f < 4; ++f) profile.directional.push_back(f == 0 ? 0 : size(random));
  profile.diagonal = profile.directional;
  return profile;
}

std::vector<std::string> random_pins(const Profile& profile, Random& random) {
  constexpr const char* kNames[] = {"f32", "f16", "bf16", "f8e4m3"};
  std::vector<std::string> pins;
  for (std::uint64_t i = 0, count = random() % 4; i < count; ++i) {
    const std::string format = kNames[random() % 4];
    if (random() % 2 == 0) pins.push_back(profile.tensors[random() % profile.tensors.size()].name + "=" + format);
    else pins.push_back("re:.*layers\\." + std::to_string(random() % 3) + "\\.mlp.*=" + format);
  }
  return pins;
}

/// The decision, or nothing where the pins contradict each other or match nothing.
std::optional<Decision> try_decide(const Profile& profile, const PolicyOptions& options) {
  try {
    return decide(profile, options);
  } catch (const Error& error) {
    REQUIRE(error.status() == ExitStatus::usage);
    return std::nullopt;
  }
}

void check_laws(const Profile& profile, const PolicyOptions& options, const Decision& decision) {
  const auto pinned = pinned_formats(profile, options.keep);
  for (std::size_t t = 0; t < profile.tensors.size(); ++t) {
    const records::TensorEntry& tensor = decision.map.tensors[t];
    REQUIRE(tensor.name == profile.tensors[t].name);
    if (pinned[t]) REQUIRE(tensor.dtype == *pinned[t]);
    const bool group_pinned = std::any_of(profile.tensors.begin(), profile.tensors.end(), [&](const ProfiledTensor& other) {
      return other.group == profile.tensors[t].group && pinned[static_cast<std::size_t>(&other - profile.tensors.data())];
    });
    for (std::size_t u = 0; u < t; ++u)
      if (profile.tensors[u].group == profile.tensors[t].group) REQUIRE(decision.map.tensors[u].dtype == tensor.dtype);
    if (group_pinned) continue;
    REQUIRE(profile.tensors[t].effects[profile.find(tensor.dtype)].counts.overflow == 0);
    if (tensor.role == "norm") REQUIRE(tensor.dtype == NumberFormat::f32);
  }
  REQUIRE(decision.feasible == (decision.map.summary.predicted_kl <= *options.max_kl * (1 + 1e-12)));
}

}  // namespace

TEST_CASE("pins, groups and ranges hold in every decision, and a larger budget never needs more bytes") {
  const int rounds = std::getenv("DAYBREAK_SLOW") != nullptr ? 10000 : 500;
  Random random(20250611);
  int decided = 0, infeasible = 0, refused = 0;
  for (int round = 0; round < rounds; ++round) {
    INFO("round " << round);
    const Profile profile = random_profile(random);
    PolicyOptions options;
    options.keep = random_pins(profile, random);
    std::uint64_t previous = 0;
    for (const double budget : {1.0, 1e-2, 1e-4, 0.0}) {
      options.max_kl = budget;
      const auto decision = try_decide(profile, options);
      if (!decision) {
        ++refused;
        break;
      }
      ++decided;
      infeasible += !decision->feasible;
      check_laws(profile, options, *decision);
      if (decision->feasible) {
        REQUIRE(decision->map.summary.bytes >= previous);
        previous = decision->map.summary.bytes;
      }
      REQUIRE(records::parse_precision_map(io::Json::parse(records::precision_map_json(decision->map).dump(), "map"), "map") == decision->map);
    }
  }
  CHECK(decided > rounds);
  CHECK(infeasible > rounds / 20);
  CHECK(refused > rounds / 20);
}

TEST_CASE("a profile's description comes back from its text") {
  Random random(4);
  for (int round = 0; round < 50; ++round) {
    Profile profile = random_profile(random);
    profile.directional.clear();  // kept beside the description
    profile.diagonal.clear();
    REQUIRE(profile_from_json(io::Json::parse(profile_json(profile).dump(), "p"), "p") == profile);
  }
}
