#include "libcore/scaling/simulation/batch_servers.h"

namespace daybreak::scaling {
namespace {

/// For heaps whose front ends first.
constexpr auto kLater = [](const auto& a, const auto& b) { return a.last_token > b.last_token; };

}  // namespace

void BatchServers::join(double time_s, std::int64_t nodes) {
  for (std::int64_t i = 0; i < nodes; ++i) {
    if (spare_.empty()) {
      spare_.push_back(static_cast<std::uint32_t>(all_.size()));
      all_.emplace_back();
      ends_.reserve(all_.size());
      batch_.reserve(all_.size());
    }
    const std::uint32_t number = spare_.back();
    spare_.pop_back();
    all_[number] = {};
    all_[number].now_s = all_[number].decodes_from_s = time_s;
    order_.push_back(number);
    reschedule(number);
  }
  while (!queue_.empty() && has_place()) {
    begin(queue_.front(), time_s);
    queue_.pop();
  }
}

void BatchServers::release_oldest(double time_s, std::size_t label) {
  const std::uint32_t number = order_.front();
  order_.pop_front();
  Node& node = all_[number];
  occupy(time_s, -static_cast<std::int64_t>(node.batch.size()));
  node.takes_jobs = false;
  node.released_s = time_s;
  node.label = label;
  if (node.batch.empty()) retire(number);
  else reschedule(number);
}

void BatchServers::lose(double time_s, std::span<const std::int64_t> places) {
  std::vector<Job> again;
  for (auto place = places.rbegin(); place != places.rend(); ++place) {  // from behind, so that the other places stay true
    const std::uint32_t number = order_[static_cast<std::size_t>(*place)];
    order_.erase(order_.begin() + *place);
    occupy(time_s, -static_cast<std::int64_t>(all_[number].batch.size()));
    for (const Sequence& sequence : all_[number].batch) again.push_back(sequence.job);
    retire(number);
  }
  queue_.push_front(std::move(again));
  while (!queue_.empty() && has_place()) {
    begin(queue_.front(), time_s);
    queue_.pop();
  }
}

void BatchServers::serve(std::span<const Job> jobs, double) {
  for (const Job& job : jobs) {
    run_until(job.arrival_s);
    if (queue_.empty() && has_place()) begin(job, job.arrival_s);
    else queue_.push(job);
  }
}

SlotWork BatchServers::end_slot(double end_s) {
  run_until(end_s);
  occupy(end_s, 0);
  const SlotWork work = work_;
  work_ = {};
  return work;
}

void BatchServers::run_until(double end_s) {
  while (ends_.first_time() <= end_s) {
    const double time_s = ends_.first_time();
    finish_one(ends_.first());
    if (!queue_.empty() && has_place()) {
      begin(queue_.front(), time_s);
      queue_.pop();
    }
  }
}

void BatchServers::finish_one(std::uint32_t number) {
  Node& node = all_[number];
  const double time_s = ends_.time(number);
  node.clock = node.batch.front().last_token;  // exactly, so that rounding does not add up
  node.now_s = time_s;
  std::pop_heap(node.batch.begin(), node.batch.end(), kLater);
  node.batch.pop_back();
  if (node.takes_jobs) {
    occupy(time_s, -1);
    reschedule(number);
  } else if (node.batch.empty()) {
    drained_(time_s - node.released_s, node.label);
    retire(number);
  } else {
    reschedule(number);
  }
}

void BatchServers::begin(const Job& job, double time_s) {
  const std::uint32_t number = batch_.first();
  Node& node = all_[number];
  advance(node, time_s);
  node.decodes_from_s = std::max(node.decodes_from_s, time_s) + job.input_tokens / options_.prefill_rate;
  node.batch.push_back({node.clock + job.output_tokens, job});
  std::push_heap(node.batch.begin(), node.batch.end(), kLater);
  occupy(time_s, 1);
  reschedule(number);
  work_.waited_s += time_s - job.arrival_s;
  ++work_.begun;
  waited_(time_s - job.arrival_s);
}

void BatchServers::advance(Node& node, double time_s) const {
  const double from_s = std::max(node.now_s, node.decodes_from_s);
  if (time_s > from_s && !node.batch.empty())
    node.clock += (time_s - from_s) / options_.step_s(static_cast<double>(node.batch.size()));
  node.now_s = time_s;
}

void BatchServers::reschedule(std::uint32_t number) {
  const Node& node = all_[number];
  const auto size = static_cast<double>(node.batch.size());
  double end_s = ServerTree::kNever;
  if (!node.batch.empty())
    end_s = std::max(node.now_s, node.decodes_from_s) + std::max(node.batch.front().last_token - node.clock, 0.0) * options_.step_s(size);
  ends_.set(number, end_s);
  const bool full = static_cast<std::int64_t>(node.batch.size()) >= options_.batch_limit;
  batch_.set(number, node.takes_jobs && !full ? size : ServerTree::kNever);
}

void BatchServers::retire(std::uint32_t number) {
  all_[number].batch.clear();
  all_[number].takes_jobs = false;
  reschedule(number);
  spare_.push_back(number);
}

void BatchServers::occupy(double time_s, std::int64_t change) {
  work_.busy_s += (time_s - occupied_since_s_) * static_cast<double>(occupied_);
  occupied_since_s_ = time_s;
  occupied_ += change;
}

}  // namespace daybreak::scaling
