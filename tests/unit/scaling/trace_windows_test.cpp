#include <random>

#include "tests/unit/scaling/trace_support.h"

using namespace daybreak;
using namespace daybreak::scaling;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

using Slots = std::vector<double>;

std::string rates_of(const std::vector<double>& rates, double step) {
  std::string text = "time,load_per_s\n";
  for (std::size_t i = 0; i < rates.size(); ++i)
    text += std::to_string(static_cast<double>(i) * step) + "," + std::to_string(rates[i]) + "\n";
  return text;
}

const Adjust kLinear = [](TraceOptions& o) { o.resample = "linear"; };
const Adjust kZero = [](TraceOptions& o) { o.outage = "zero"; };

}  // namespace

TEST_CASE("the rate before holds over a gap, or the gap has no load") {
  const std::string text = "timestamp,value\n0,120\n60,60\n240,90\n";
  const Trace held = trace_of(text);
  CHECK(held.arrivals == Slots{120, 60, 60, 60, 90});
  CHECK(held.gaps == 1);
  REQUIRE(held.warnings.size() == 1);
  CHECK_THAT(held.warnings[0], Catch::Contains("1 gap of 120 s") && Catch::Contains("--outage zero"));
  CHECK(trace_of(text, kZero).arrivals == Slots{120, 60, 0, 0, 90});
  // A counter knows what arrived in a gap: 180 in three minutes.
  const Trace counter = trace_of("timestamp,n_total\n0,0\n60,60\n240,240\n300,250\n");
  CHECK(counter.arrivals == Slots{60, 60, 60, 60, 10});
  CHECK(counter.gaps == 1);
  CHECK(counter.warnings.empty());
}

TEST_CASE("a sudden stretch without load is an outage, a calm one is not") {
  const std::string text = "timestamp,value\n0,100\n60,80\n120,0\n180,0\n240,90\n300,100\n";
  const Trace held = trace_of(text);
  CHECK(held.arrivals == Slots{100, 80, 80, 80, 90, 100});
  CHECK(held.zero_runs == 1);
  REQUIRE(held.warnings.size() == 1);
  CHECK_THAT(held.warnings[0], Catch::Contains("1 run of 120 s"));
  const Trace zero = trace_of(text, kZero);
  CHECK(zero.arrivals == Slots{100, 80, 0, 0, 90, 100});
  CHECK(zero.zero_runs == 1);
  const auto runs = [](const std::string& counts) {
    std::string rows = "timestamp,value\n";
    int time = 0;
    for (const char load : counts)
      rows += std::to_string(60 * time++) + "," + (load == '0' ? "0" : std::to_string(10 * (load - '0'))) + "\n";
    return trace_of(rows).zero_runs;
  };
  CHECK(runs("9909") == 1);
  CHECK(runs("990909") == 2);
  CHECK(runs("0099") == 0);     // it began so
  CHECK(runs("9900") == 0);     // and ended so
  CHECK(runs("99100199") == 0); // it went down to less than 20 before: chance
  CHECK(runs("2202") == 1);
  CHECK(runs("1101") == 0);
  // Requests: 30 a minute, then nothing for two minutes.
  std::string log = "timestamp\n";
  for (int i = 0; i < 180; ++i) log += std::to_string(2 * i + (i >= 90 ? 120 : 0)) + "\n";
  const Trace requests = trace_of(log);
  CHECK(requests.arrivals == Slots{30, 30, 30, 30, 30, 30, 30, 30});
  CHECK(requests.zero_runs == 1);
  CHECK(trace_of(log, kZero).arrivals == Slots{30, 30, 30, 0, 0, 30, 30, 30});
}

TEST_CASE("linear: between the middles of windows, by hand") {
  // 120 s windows at 1, 3, 2: level to 60 s, up to 3 at 180 s, down to 2 at 300 s, level to the end.
  const Trace trace = trace_of(rates_of({1, 3, 2}, 120), kLinear);
  CHECK(trace.resample == "linear");
  const Slots wanted{60, 90, 150, 165, 135, 120};  // areas of the trapezoids
  REQUIRE(trace.arrivals.size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) CHECK_THAT(trace.arrivals[i], WithinAbs(wanted[i], 1e-10));
  // Windows that are no longer than a slot have nothing within them.
  const Trace same = trace_of(rates_of({1, 3, 2}, 60), kLinear);
  CHECK(same.resample == "step");
  CHECK(same.arrivals == Slots{60, 180, 120});
}

TEST_CASE("step keeps each window's work; linear the whole trace's, in the shares that it says") {
  std::mt19937_64 random(5);
  for (int round = 0; round < 100; ++round) {
    std::vector<double> rates(2 + random() % 40);
    for (double& rate : rates) rate = static_cast<double>(1 + random() % 1000);
    const double slots_a_window = static_cast<double>(2 + random() % 9), step = 60 * slots_a_window;
    const std::string text = rates_of(rates, step);
    const double work = step * std::accumulate(rates.begin(), rates.end(), 0.0);
    const Trace stepped = trace_of(text), linear = trace_of(text, kLinear);
    CHECK_THAT(total(stepped), WithinRel(work, 1e-12));
    CHECK_THAT(total(linear), WithinRel(work, 1e-12));
    CHECK(linear.peak_rate <= stepped.peak_rate * (1 + 1e-12));
    const auto width = static_cast<std::ptrdiff_t>(slots_a_window);
    for (std::size_t i = 0; i < rates.size(); ++i) {
      const auto window = [&](const Trace& trace) {
        const auto begin = trace.arrivals.begin() + width * static_cast<std::ptrdiff_t>(i);
        return std::accumulate(begin, begin + width, 0.0);
      };
      const double before = rates[i > 0 ? i - 1 : 0], after = rates[std::min(i + 1, rates.size() - 1)];
      CHECK_THAT(window(stepped), WithinRel(step * rates[i], 1e-12));
      CHECK_THAT(window(linear), WithinRel(step * (before + 6 * rates[i] + after) / 8, 1e-11));
    }
  }
}

TEST_CASE("linear is level within a gap") {
  const std::string text = "time,load_per_s\n0,1\n120,1\n240,3\n600,1\n720,1\n";  // rows at 360 and 480 are missing
  const Trace held = trace_of(text, kLinear);
  CHECK(held.gaps == 1);
  CHECK_THAT(held.arrivals[6], WithinAbs(180, 1e-10));
  CHECK_THAT(held.arrivals[7], WithinAbs(180, 1e-10));
  CHECK_THAT(total(held), WithinRel(120.0 * (1 + 1 + 3 * 3 + 1 + 1), 1e-12));
  const Trace zero = trace_of(text, [](TraceOptions& o) { o.resample = "linear", o.outage = "zero"; });
  CHECK_THAT(total(zero), WithinRel(120.0 * (1 + 1 + 3 + 1 + 1), 1e-12));
  CHECK_THAT(zero.arrivals[7], WithinAbs(0, 1e-10));
}

TEST_CASE("a count belongs to the time until the next row, whatever the slot is") {
  // Steps of 60 s with some seconds of jitter keep their counts.
  const std::string text = "timestamp,value\n0,120\n55,60\n125,30\n180,90\n240,70\n";
  CHECK_THAT(total(trace_of(text)), WithinRel(370.0, 1e-12));
  CHECK_THAT(total(trace_of(text, [](TraceOptions& o) { o.slot_s = 7; })), WithinRel(370.0, 1e-12));
  CHECK_THAT(total(trace_of(text, [](TraceOptions& o) { o.slot_s = 1000; })), WithinRel(370.0, 1e-12));
}
