// Row counts, spans and totals of the data folder's files, computed by Python's csv and json modules and its sum():
//   azure  = [(epoch(r["TIMESTAMP"]), int(r["ContextTokens"]), int(r["GeneratedTokens"])) for r in csv.DictReader(f)]
//   peak   = max(collections.Counter((t - t0) // 60 for t ...).values())
//   swf    = [line.split() for line in f if not line.startswith(";")]; sum(run * processors)
#include "tests/unit/scaling/trace_support.h"

using namespace daybreak;
using namespace daybreak::scaling;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

Trace read(const std::string& path, const Adjust& adjust = nullptr) {
  return read_trace(io::InputFile(path), options_with(adjust));
}

void check(const Trace& trace, const char* format, std::uint64_t rows, double span_s, double work, std::uint64_t gaps) {
  CHECK(trace.format == format);
  CHECK(trace.rows == rows);
  CHECK_THAT(trace.span_s, WithinAbs(span_s, 1e-6));
  CHECK_THAT(total(trace), WithinRel(work, 1e-12));
  CHECK(trace.gaps == gaps);
  CHECK(trace.zero_runs == 0);
}

}  // namespace

TEST_CASE("data: Azure's requests") {
  const auto path = data_file("traces/azure-llm-2023-conv.csv.zst");
  if (!path) return;
  const Trace requests = read(*path);
  check(requests, "azure-llm", 19366, 3501.7219371795654, 19366, 0);
  CHECK_THAT(requests.peak_rate * 60, WithinRel(507.0, 1e-12));
  CHECK(requests.arrivals.size() == 59);
  CHECK(total(read(*path, [](auto& o) { o.work = "tokens"; })) == 22361870 + 4088665);
  const RequestTrace log = read_requests(io::InputFile(*path), {});
  CHECK(log.requests.size() == 19366);
  CHECK(log.facts.out_of_order == 0);
  CHECK_THAT(log.facts.start_s, WithinAbs(1700158546.68059, 2.4e-7));
}

TEST_CASE("data: Mooncake's requests") {
  const auto path = data_file("traces/mooncake-conversation.jsonl.zst");
  if (!path) return;
  const Trace requests = read(*path);
  check(requests, "mooncake", 12031, 3536.999, 12031, 0);
  CHECK_THAT(requests.peak_rate * 60, WithinRel(247.0, 1e-12));
  CHECK(total(read(*path, [](auto& o) { o.work = "tokens"; })) == 144793823 + 4122048);
}

TEST_CASE("data: counts a minute, five minutes and half an hour") {
  if (const auto path = data_file("traces/worldcup98-0620-0710-per-minute.csv.zst")) {
    const Trace trace = read(*path);
    check(trace, "csv", 30240, 1814400, 708245759, 0);
    CHECK_THAT(trace.peak_rate * 60, WithinRel(229426.0, 1e-12));
    CHECK(trace.start_s == 898300800);
  }
  if (const auto path = data_file("traces/nab-elb_request_count_8c0756.csv.zst")) {
    // The rate before holds over eight missing rows, and adds what their forerunners counted.
    check(read(*path, [](auto& o) { o.outage = "zero"; }), "nab", 4032, 1212000, 249327, 8);
    check(read(*path, [](auto& o) { o.outage = "zero", o.slot_s = 300; }), "nab", 4032, 1212000, 249327, 8);
  }
  if (const auto path = data_file("traces/nab-nyc_taxi.csv.zst")) {
    check(read(*path), "nab", 10320, 18576000, 156219716, 0);
    check(read(*path, [](auto& o) { o.resample = "linear"; }), "nab", 10320, 18576000, 156219716, 0);
  }
}

TEST_CASE("data: ServeGen's windows") {
  const auto path = data_file("traces/servegen-rate-10min.csv");
  if (!path) return;
  const auto large = [](TraceOptions& o) { o.series = "m-large"; };
  check(read(*path, large), "servegen", 2016, 14 * 86400.0, 236892826.008, 0);
  check(read(*path, [](auto& o) { o.series = "mm-image"; }), "servegen", 144, 86400, 818610.0012, 0);
  CHECK_THAT(read(*path, large).peak_rate, WithinRel(582.991667, 1e-12));
  const Trace linear = read(*path, [](auto& o) { o.series = "m-large", o.resample = "linear"; });
  check(linear, "servegen", 2016, 14 * 86400.0, 236892826.008, 0);
  CHECK(linear.resample == "linear");
  // numpy.interp(60 * arange(20160) + 30, 600 * arange(2016) + 300, rates).max(): the peak's window is level at no slot.
  CHECK_THAT(linear.peak_rate, WithinAbs(573.956667, 1.1));
}

TEST_CASE("data: NASA's jobs") {
  const auto path = data_file("jobs/NASA-iPSC-1993-3.1-cln.swf.zst");
  if (!path) return;
  const auto hours = [](TraceOptions& o) { o.slot_s = 3600; };
  check(read(*path, hours), "swf", 18239, 7948936, 18239, 0);
  CHECK(total(read(*path, [&](auto& o) { hours(o), o.work = "seconds"; })) == 474238015);
  const RequestTrace jobs = read_requests(io::InputFile(*path), {});
  CHECK(jobs.facts.start_s == 749458803);
  CHECK(jobs.facts.without_service == 0);
  CHECK_THAT(jobs.facts.columns, Catch::Contains("no job waited"));
  CHECK(std::count_if(jobs.requests.begin(), jobs.requests.end(), [](const Request& job) { return job.service_s == 0; }) == 173);
}
