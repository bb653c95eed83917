// A job gives what one process gives, however unequal its ranks are: within roundings of sums, or bit for bit.
#include <rapidcheck.h>

#include "tests/support/catch.hpp"
#include "tests/support/rank_job.h"

using namespace daybreak;
using namespace daybreak::training;
using namespace daybreak::test_support;

namespace {

/// What sums of float32 in another order may differ by, relative L2.
constexpr double kRoundings = 1e-6;

model::Config any_config() {
  model::Config config;
  config.family = *rc::gen::element(model::Family::gpt2, model::Family::llama);
  config.layers = *rc::gen::inRange(1, 3);
  config.kv_heads = *rc::gen::inRange(1, 3);
  config.heads = config.family == model::Family::gpt2 ? config.kv_heads : config.kv_heads * *rc::gen::inRange(1, 3);
  config.head_width = 2 * *rc::gen::inRange(1, 9);
  config.width = config.family == model::Family::gpt2 ? config.heads * config.head_width : *rc::gen::inRange(4, 40);
  config.mlp_width = *rc::gen::inRange(1, 70);
  config.vocabulary = *rc::gen::inRange(2, 90);
  config.context = 12;
  config.tied = *rc::gen::arbitrary<bool>();
  return config;
}

/// Numbers of which one at least is not 0.
template <typename Number>
std::vector<Number> any_shares(std::size_t count, int most) {
  return *rc::gen::suchThat(rc::gen::container<std::vector<Number>>(count, rc::gen::map(rc::gen::inRange(0, most), [](int one) {
                                                                      return static_cast<Number>(one);
                                                                    })),
                            [](const std::vector<Number>& shares) {
                              return std::any_of(shares.begin(), shares.end(), [](Number one) { return one != 0; });
                            });
}

RankCase any_case(const std::string& device) {
  RankCase one;
  one.config = any_config();
  const auto ranks = static_cast<std::size_t>(*rc::gen::inRange(1, 5));
  one.division = {any_shares<std::int64_t>(ranks, 5), any_shares<double>(ranks, 4)};
  one.devices.assign(ranks, device);
  one.sequences = *rc::gen::inRange(1, 3);
  one.context = *rc::gen::inRange(2, 13);
  one.bucket = StateLayout::kAlignment * *rc::gen::inRange(1, 1000);
  return one;
}

/// "cpu", "opencl" and so on, those that can compute here.
std::vector<std::string> usable_chips() {
  std::vector<std::string> names;
  for (const device::DeviceListing& one : device::list_devices(DAYBREAK_CHIP_DIR))
    if (one.problem.empty() && one.name.ends_with(":0")) names.push_back(one.name.substr(0, one.name.size() - 2));
  return names;
}

/// The first value that differs by more than `tolerance`, in words; "" where all are close. The first step's moments are
/// its gradient but for a factor.
std::string difference(const RankCase& job, const RankCase& whole, double tolerance) {
  const auto far = [&](double found, double expected) { return std::abs(found - expected) > tolerance * expected; };
  for (const std::int64_t steps : {1, 3}) {
    RankCase a = job, b = whole;
    a.steps = b.steps = steps;
    const RankResult found = run_job(a), expected = run_job(b);
    for (const std::vector<StepReport>& reports : found.reports)
      for (std::size_t i = 0; i < reports.size(); ++i) {
        const StepReport &one = reports[i], &other = expected.reports[0][i];
        if (one.tokens != other.tokens) return "tokens";
        if (far(one.loss, other.loss)) return "loss";
        if (far(one.gradient_norm, other.gradient_norm)) return "norm of the gradient";
      }
    if (steps == 1 && distance(found.state.first_moments, expected.state.first_moments) > tolerance) return "gradient";
    if (distance(found.state.weights, expected.state.weights) > tolerance) return "weights";
  }
  return "";
}

/// The same of bits.
std::string different_bits(const RankCase& job, const RankCase& whole) {
  const RankResult found = run_job(job), expected = run_job(whole);
  for (const std::vector<StepReport>& reports : found.reports)
    for (std::size_t i = 0; i < reports.size(); ++i) {
      if (reports[i].loss != expected.reports[0][i].loss) return "loss";
      if (reports[i].gradient_norm != expected.reports[0][i].gradient_norm) return "norm of the gradient";
    }
  if (found.state.weights != expected.state.weights) return "weights";
  if (found.state.first_moments != expected.state.first_moments) return "first moments";
  if (found.state.second_moments != expected.state.second_moments) return "second moments";
  return found.state.compensation == expected.state.compensation ? "" : "compensation";
}

/// Uneven ranks, one without a micro-batch and one without state, for chips that take long to begin.
RankCase uneven(const std::vector<std::string>& devices, const std::string& model) {
  RankCase one;
  one.config = model::parse_init(model);
  one.devices = devices;
  one.division = {{3, 0, 2}, {1, 2, 0}};
  return one;
}

const std::vector<std::string> kModels{"gpt2:d=32,layers=2,heads=2,vocab=64,context=16",
                                       "llama:d=32,layers=2,heads=2,vocab=64,context=16"};

}  // namespace

TEST_CASE("fast: any division gives the gradients and weights of one process, but for roundings") {
  CHECK(rc::check("cpu", [] {
    RankCase job = any_case("cpu");
    job.overlap = *rc::gen::arbitrary<bool>();
    RC_ASSERT(difference(job, alone(job, "cpu", 2), kRoundings) == "");
  }));
  for (const std::string& chip : usable_chips())
    for (const std::string& model : kModels) {
      INFO(chip << " " << model);
      const RankCase job = uneven({chip, chip, chip}, model);
      CHECK(difference(job, alone(job, chip, 1), kRoundings) == "");
    }
}

TEST_CASE("an exchange beside the backward pass gives the bits of one behind it") {
  const auto different = [](RankCase job) {
    RankCase behind = job;
    job.overlap = true;
    behind.overlap = false;
    return different_bits(job, behind);
  };
  CHECK(rc::check("cpu", [&] {
    RankCase job = any_case("cpu");
    job.type = *rc::gen::element(DAYBREAK_F32, DAYBREAK_BF16);
    RC_ASSERT(different(job) == "");
  }));
  for (const std::string& chip : usable_chips())
    for (const std::string& model : kModels) {
      INFO(chip << " " << model);
      CHECK(different(uneven({chip, chip, chip}, model)) == "");
    }
}

TEST_CASE("exact: any division gives the bits of one process") {
  CHECK(rc::check("cpu", [] {
    RankCase job = any_case("cpu");
    job.reduce = "exact";
    job.type = *rc::gen::element(DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_F16);
    if (job.type == DAYBREAK_BF16) job.storage.rounding = *rc::gen::element<std::string>("nearest", "stochastic", "kahan");
    job.storage.moments = *rc::gen::element<std::string>("f32", "bf16");
    RC_ASSERT(different_bits(job, alone(job, "cpu", static_cast<unsigned>(*rc::gen::inRange(1, 4)))) == "");
  }));
  for (const std::string& chip : usable_chips())
    for (const std::string& model : kModels) {
      INFO(chip << " " << model);
      RankCase job = uneven({chip, chip, chip}, model);
      job.reduce = "exact";
      job.type = DAYBREAK_BF16;
      job.storage = {"stochastic", "bf16"};
      CHECK(different_bits(job, alone(job, chip, 1)) == "");
    }
}

TEST_CASE("ranks on different chips give what one process gives, but for roundings") {
  std::vector<std::string> chips = usable_chips();
  // What differs between chips is the order of sums within products too.
  constexpr double kChips = 1e-5;
  chips.resize(3, "cpu");
  for (const std::string& model : kModels)
    for (const char* reduce : {"fast", "exact"}) {
      INFO(chips[0] << " " << chips[1] << " " << chips[2] << " " << model << " " << reduce);
      RankCase job = uneven(chips, model);
      job.division.micro_batches = {2, 1, 3};
      job.reduce = reduce;
      CHECK(difference(job, alone(job, "cpu", 1), kChips) == "");
    }
}

TEST_CASE("the mean of the ranks' means is another gradient") {
  RankCase job = uneven({"cpu", "cpu"}, kModels[0]);
  job.division = {{5, 3}, {1, 1}};
  job.steps = 1;
  job.clip = 0;
  const std::vector<float> expected = run_job(job).state.first_moments;
  std::vector<float> mean(expected.size());
  for (int rank = 0; rank < 2; ++rank) {
    device::Device device = model::testing::open_chip("cpu", 1);
    OptimizerOptions optimizer;
    optimizer.clip = 0;
    Trainer trainer(job.config, device, {}, optimizer, job.batch(), 100);
    TrainingState state;
    state.weights = model::testing::test_weights(job.config);
    trainer.restore(state);
    trainer.step(batch_of(job, 1, rank));
    const std::vector<float> of_rank = trainer.state().first_moments;
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += of_rank[i] / 2;
  }
  CHECK(distance(mean, expected) > 1000 * kRoundings);
}
