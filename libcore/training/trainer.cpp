#include "libcore/training/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>
#include <utility>

#include "libcore/training/collectives/self/self.h"
#include "libcore/training/divergence.h"
#include "libcore/training/schedule.h"

namespace daybreak::training {
namespace {

/// A job of one keeps nothing, so that one serves all.
Collectives& alone() {
  static Self self;
  return self;
}

/// Of one row from each rank that has one.
SumOrder in_turn(const std::vector<std::int64_t>& counts) {
  return SumOrder::in_turn(static_cast<std::size_t>(std::count(counts.begin(), counts.end(), 1)));
}

Division checked(Division division, int ranks) {
  division.check(ranks);
  return division;
}

/// What lies in these ranges of values[flat].
std::vector<float> picked(std::span<const float> values, std::span<const Range> ranges) {
  std::vector<float> chosen;
  if (values.empty()) return chosen;
  chosen.reserve(static_cast<std::size_t>(elements_of(ranges)));
  for (const Range range : ranges)
    chosen.insert(chosen.end(), values.begin() + range.begin, values.begin() + range.end);
  return chosen;
}

}  // namespace

bool needs_loss_scale(const model::Precision& precision) {
  const auto narrow = [](const model::GemmPrecision& one) {
    return one.fprop == DAYBREAK_F16 || one.dgrad == DAYBREAK_F16 || one.wgrad == DAYBREAK_F16;
  };
  return precision.activations() == DAYBREAK_F16 || narrow(precision.otherwise()) ||
         std::any_of(precision.modules().begin(), precision.modules().end(),
                     [&](const auto& entry) { return narrow(entry.second); });
}

Trainer::Trainer(const model::Config& config, device::Device& device, const model::Precision& precision,
                 const OptimizerOptions& optimizer, const BatchOptions& batch, std::int64_t steps,
                 model::Recompute recompute, const std::optional<Job>& job)
    : device_(device),
      ranks_(job ? job->ranks : alone()),
      optimizer_(optimizer),
      division_(job ? checked(job->division, job->ranks.size()) : Division{{batch.batch / batch.at_once()}, {1}}),
      slowdown_(job ? job->slowdown : Slowdown{}),
      steps_(steps),
      model_(config, device, precision, batch.at_once(), batch.context,
             {.recompute = recompute, .master_weights = optimizer.storage.master_weights()}),
      layout_(model_.flat_size(), division_.state, job ? job->bucket : StateLayout::kBucket),
      adamw_(device, model_.parameters(), optimizer, layout_.ranges_of(ranks_.rank())),
      exchange_(ranks_, device, layout_, job && !batch.exact() ? job->group : nullptr),
      totals_(ranks_),
      scale_(needs_loss_scale(precision)),
      overlaps_(ranks_.size() > 1 && !batch.exact() && job->overlap && !device.can_capture() && !exchange_.in_group()) {
  if (batch.exact()) rows_.emplace(device, model_.flat_size(), division_.micro_batches_of(ranks_.rank()));
}

std::size_t Trainer::device_bytes() const {
  return model_.arena_bytes() + adamw_.bytes() + (rows_ ? rows_->bytes() : 0);
}

void Trainer::restore(const TrainingState& state) {
  step_ = state.step;
  tokens_ = state.tokens;
  if (state.step > 0) scale_.restore(state.loss_scale, state.clean_steps, state.skipped);
  model_.set_weights(state.weights);
  if (state.first_moments.empty()) return;
  const std::vector<Range>& parts = adamw_.parts();
  const std::vector<Range> all{{0, model_.flat_size()}}, &given = state.parts.empty() ? all : state.parts;
  if (given == parts) return adamw_.restore(state.first_moments, state.second_moments, state.compensation);
  if (given != all) throw Error(ExitStatus::bug, "expected moments of this rank's parts, or of all, found others");
  adamw_.restore(picked(state.first_moments, parts), picked(state.second_moments, parts),
                 picked(state.compensation, parts));
}

Progress Trainer::progress() const {
  return {step_, tokens_, scale_.value(), scale_.clean_steps(), scale_.skipped()};
}

TrainingState Trainer::state() const {
  return {progress(), model_.weights(), adamw_.first_moments(), adamw_.second_moments(), adamw_.compensation(),
          adamw_.parts()};
}

bool Trainer::has_host_view() const {
  return device_.in_host_memory() && model_.weight_type() == DAYBREAK_F32 && adamw_.is_wide();
}

StateView Trainer::host_view() {
  const auto count = static_cast<std::size_t>(model_.flat_size());
  return {progress(), {static_cast<const float*>(model_.device_weights()), count}, adamw_.device_first_moments(),
          adamw_.device_second_moments(), {}, adamw_.parts()};
}

void Trainer::divide(std::vector<std::int64_t> micro_batches) {
  Division other{std::move(micro_batches), division_.state};
  other.check(ranks_.size());
  if (other.total() != division_.total())
    throw Error(ExitStatus::bug, "expected " + std::to_string(division_.total()) + " micro-batches, found " +
                                     std::to_string(other.total()));
  division_ = std::move(other);
}

std::uint64_t Trainer::tokens_of(const Batch& batch) const {
  if (ranks_.size() == 1) return batch.targets.size();
  const auto part = static_cast<std::uint64_t>(model_.batch() * model_.context());
  const auto mine = static_cast<std::uint64_t>(division_.micro_batches_of(ranks_.rank()).count());
  if (batch.targets.size() != mine * part)
    throw Error(ExitStatus::bug, "expected " + std::to_string(mine) + " micro-batches of " + std::to_string(part) +
                                     " tokens, found " + std::to_string(batch.targets.size()) + " tokens");
  return static_cast<std::uint64_t>(division_.total()) * part;
}

Range Trainer::leaves_of(const Batch& batch) const {
  if (ranks_.size() > 1) return division_.micro_batches_of(ranks_.rank());
  const std::int64_t part = model_.batch() * model_.context();
  return {0, (static_cast<std::int64_t>(batch.targets.size()) + part - 1) / part};
}

float Trainer::gradient_scale(std::uint64_t tokens) const {
  return static_cast<float>(scale_.value() / static_cast<double>(tokens));
}

template <typename Take>
void Trainer::for_each_part(const Batch& batch, const Take& take) const {
  const auto part = static_cast<std::size_t>(model_.batch() * model_.context());
  const std::span<const std::uint32_t> inputs(batch.tokens), targets(batch.targets);
  for (std::size_t first = 0; first < inputs.size(); first += part) {
    const std::size_t count = std::min(part, inputs.size() - first);
    take(inputs.subspan(first, count), targets.subspan(first, count));
  }
}

void Trainer::accumulate(const Batch& batch, std::uint64_t tokens) {
  const Range leaves = leaves_of(batch);
  const auto& all = division_.micro_batches;
  totals_.begin(ranks_.size() == 1 ? leaves.count() : *std::max_element(all.begin(), all.end()));
  if (rows_) rows_->begin(leaves);
  model_.zero_gradients();
  for_each_part(batch, [&](std::span<const std::uint32_t> inputs, std::span<const std::uint32_t> targets) {
    if (rows_) model_.zero_gradients();
    const bool last = targets.data() + targets.size() == batch.targets.data() + batch.targets.size();
    if (last && overlaps_) begin_stream();
    const model::GradientsDone done =
        stream_ ? [this](std::int64_t element) { stream_->reached(element); } : model::GradientsDone{};
    totals_.add_loss(model_.train(inputs, targets, gradient_scale(tokens), done).sum);
    if (rows_) rows_->take(model_.gradient_memory());
  });
  if (ranks_.size() > 1) device_.synchronize();  // its time is told
}

std::vector<std::int64_t> Trainer::counts_of_rows() const {
  std::vector<std::int64_t> counts;
  for (const std::int64_t micro_batches : division_.micro_batches) counts.push_back(micro_batches > 0 ? 1 : 0);
  return exchange_.counts_outside(std::move(counts));
}

void Trainer::begin_stream() {
  std::vector<std::int64_t> counts = counts_of_rows();
  SumOrder order = in_turn(counts);
  stream_.emplace(exchange_, std::move(counts), std::move(order), model_.gradient_memory());
}

void Trainer::sum_gradients() {
  if (rows_) return sum_nodes();
  if (ranks_.size() == 1) return;
  if (stream_) {
    stream_->finish();
    return stream_.reset();
  }
  // The devices of a group add everybody's, also of who has had no micro-batch: zeros then.
  float* const gradient = exchange_.in_group() ? model_.device_gradients() : model_.gradient_memory();
  exchange_.sum_in_group(gradient);
  if (exchange_.all_in_group()) return;
  const std::vector<std::int64_t> counts = counts_of_rows();
  const std::vector<const float*> mine(static_cast<std::size_t>(counts[static_cast<std::size_t>(ranks_.rank())]), gradient);
  exchange_.sum(mine, counts, in_turn(counts), gradient);
}

void Trainer::sum_nodes() {
  float* const gradient = model_.gradient_memory();
  if (ranks_.size() == 1) return rows_->fold(gradient);
  std::vector<std::int64_t> counts;
  std::vector<TreeNode> nodes;
  for (int rank = 0; rank < ranks_.size(); ++rank) {
    const std::vector<TreeNode> of_rank = nodes_of(division_.micro_batches_of(rank));
    counts.push_back(static_cast<std::int64_t>(of_rank.size()));
    nodes.insert(nodes.end(), of_rank.begin(), of_rank.end());
  }
  exchange_.sum(rows_->rows(gradient), counts, SumOrder::of_nodes(nodes), gradient);
  exchange_.share(gradient, DAYBREAK_F32, [](Range) {});
}

GradientSquares Trainer::gather_totals() {
  float* const gradient = model_.gradient_memory();
  if (!rows_) {
    totals_.gather(adamw_.squares(gradient));
    return totals_.squares();
  }
  // All have the whole gradient; one of them speaks for all, for devices that differ may differ in the last bit.
  totals_.gather(gradient_squares(device_, gradient, model_.flat_size()));
  return totals_.squares_of_first();
}

Error Trainer::diverged_in(const Batch& batch, std::uint64_t tokens) {
  model_.zero_gradients();
  std::optional<std::string> first_bad;
  for_each_part(batch, [&](std::span<const std::uint32_t> inputs, std::span<const std::uint32_t> targets) {
    if (!first_bad) first_bad = model_.first_not_finite(inputs, targets, gradient_scale(tokens));
  });
  // The ranks' micro-batches follow each other, so the first that has found something found the first of all.
  for (const std::string& found : all_gathered_text(ranks_, first_bad.value_or("")))
    if (!found.empty()) return diverged(step_ + 1, found);
  return diverged(step_ + 1, std::nullopt);
}

void Trainer::update(const StepReport& report) {
  // Skipped steps moved no weights, so the moments' bias correction does not count them.
  adamw_.step({model_.device_weights(), model_.gradient_memory(), model_.weight_copy(), model_.copy_type(),
               report.learning_rate, clip_factor(report.gradient_norm, optimizer_.clip) / report.loss_scale,
               report.step - scale_.skipped(), model_.weight_type()});
  if (ranks_.size() > 1)
    exchange_.share(model_.device_weights(), model_.weight_type(),
                    [this](Range range) { model_.weights_changed(range.begin, range.end); });
}

StepReport Trainer::step(const Batch& batch) {
  StepReport report;
  report.step = step_ + 1;
  report.tokens = tokens_of(batch);
  report.loss_scale = scale_.value();
  report.learning_rate = learning_rate_at(optimizer_, report.step, steps_);
  const auto began = std::chrono::steady_clock::now();
  slowdown_.at(report.step)([&] { return accumulate(batch, report.tokens), true; });
  report.computed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  sum_gradients();
  const GradientNorm gradient = norm_of(gather_totals(), 1 / report.loss_scale);
  report.loss = totals_.loss() / static_cast<double>(report.tokens);
  report.gradient_norm = gradient.norm;
  const bool finite = gradient.finite && std::isfinite(report.loss);
  if (!finite && scale_.exhausted()) throw diverged_in(batch, report.tokens);
  before_update_();
  report.skipped = !scale_.update(finite);
  if (!report.skipped) update(report);
  device_.synchronize();
  ++step_;
  tokens_ += report.tokens;
  return report;
}

}  // namespace daybreak::training
