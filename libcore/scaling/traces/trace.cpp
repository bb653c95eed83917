#include "libcore/scaling/traces/trace.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <numeric>

#include "libcore/base/error.h"
#include "libcore/scaling/traces/opened.h"

namespace daybreak::scaling {
namespace {

constexpr double kMostSlots = 50e6;

void refuse_many(double slots) {
  if (slots > kMostSlots) throw usage_error("--slot: the trace would have more than 50 million slots", "choose a longer slot");
}

using WorkOf = std::function<double(const Request&)>;

WorkOf work_of(const std::string& unit, const RequestFacts& facts) {
  const auto refuse = [&](const std::string& what) {
    return usage_error("--work " + unit + ": the trace does not tell " + what, "try --work requests");
  };
  if (unit == "tokens") {
    if (!facts.has_tokens) throw refuse("the tokens of its requests");
    return [](const Request& one) { return one.input_tokens + one.output_tokens; };
  }
  if (unit == "seconds") {
    if (!facts.has_service) throw refuse("how long its requests are served");
    return [](const Request& one) { return one.service_s.value_or(0) * one.servers; };
  }
  return [](const Request&) { return 1.0; };
}

/// Slots that grow at both ends, for a log may begin with a request that is not its earliest.
class Slots {
 public:
  explicit Slots(double slot_s) : slot_s_(slot_s) {}
  void add(double time_s, double work) {
    const double index = std::floor(time_s / slot_s_);
    refuse_many(std::max(std::abs(index) + 1, index - first_ + 1));
    if (index < first_) {
      counts_.insert(counts_.begin(), static_cast<std::size_t>(first_ - index), 0.0);
      first_ = index;
    }
    const auto at = static_cast<std::size_t>(index - first_);
    if (at >= counts_.size()) counts_.resize(at + 1, 0.0);
    counts_[at] += work;
  }
  double begin_s() const { return first_ * slot_s_; }
  std::vector<double> all() const { return {counts_.begin(), counts_.end()}; }

 private:
  double slot_s_, first_ = 0;
  std::deque<double> counts_;  // of logs that run backwards, each slot is one before the first
};

/// By the number of requests, for only that tells chance from an outage: one large job makes a slot busy, but not surely so.
void judge_outages(Trace& trace, const std::vector<double>& counts, bool zero) {
  std::uint64_t empty = 0;
  for (const auto& [first, last] : outages(counts)) {
    ++trace.zero_runs;
    empty += last - first;
    for (std::size_t i = first; i < last && !zero; ++i) trace.arrivals[i] = trace.arrivals[first - 1];
  }
  if (trace.zero_runs > 0)
    trace.warnings.push_back(zero_run_warning(trace.zero_runs, static_cast<double>(empty) * trace.slot_s, zero));
}

void count_requests(RequestReader& reader, const TraceOptions& options, Trace& trace) {
  Slots slots(trace.slot_s), counts(trace.slot_s);
  double first = 0, last = 0;
  const WorkOf work = work_of(options.work, reader.facts());
  for (Request request; reader.next(request);) {
    first = std::min(first, request.time_s), last = std::max(last, request.time_s);
    slots.add(request.time_s, work(request));
    if (options.work != "requests") counts.add(request.time_s, 1);
  }
  const RequestFacts& facts = reader.facts();
  trace.rows = facts.rows;
  trace.start_s = facts.start_s + slots.begin_s();
  trace.span_s = last - first;
  trace.duplicates = facts.duplicates;
  trace.columns = facts.columns;
  trace.warnings = facts.warnings;
  trace.arrivals = slots.all();
  if (options.work == "seconds" && facts.without_service > 0)
    trace.warnings.push_back(std::to_string(facts.without_service) + " of " + std::to_string(facts.rows) +
                             " rows have no service time and count as no work");
  judge_outages(trace, options.work == "requests" ? trace.arrivals : counts.all(), options.outage == "zero");
}

void cut_windows(Samples samples, const TraceOptions& options, Trace& trace) {
  if (options.work != "requests")
    throw usage_error("--work " + options.work + ": the trace has loads over time, whose unit is its own", "leave --work out");
  const Windows windows = windows_of(std::move(samples), options.outage);
  trace.rows = windows.rows;
  trace.start_s = windows.windows.front().begin_s;
  trace.span_s = windows.end_s - trace.start_s;
  trace.gaps = windows.gaps;
  trace.zero_runs = windows.zero_runs;
  trace.columns = windows.columns;
  trace.warnings = windows.warnings;
  const double slots = std::max(std::ceil(trace.span_s / trace.slot_s - 1e-9), 1.0);
  refuse_many(slots);
  const bool linear = options.resample == "linear" && windows.step_s > trace.slot_s;
  trace.resample = linear ? "linear" : "step";
  trace.arrivals = resample(windows, trace.slot_s, static_cast<std::size_t>(slots), linear);
}

}  // namespace

Trace read_trace(const io::InputFile& file, const TraceOptions& options) {
  if (!(options.slot_s > 0)) throw usage_error("--slot: expected more than 0 seconds");
  Opened opened = open_trace(file, options);
  Trace trace;
  trace.slot_s = options.slot_s;
  trace.format = opened.format;
  if (opened.requests) count_requests(*opened.requests, options, trace);
  else cut_windows(std::move(opened.samples), options, trace);
  trace.peak_rate = *std::max_element(trace.arrivals.begin(), trace.arrivals.end()) / trace.slot_s;
  const double mean =
      std::accumulate(trace.arrivals.begin(), trace.arrivals.end(), 0.0) / (static_cast<double>(trace.arrivals.size()) * trace.slot_s);
  trace.peak_to_mean = mean > 0 ? trace.peak_rate / mean : 0;
  return trace;
}

}  // namespace daybreak::scaling
