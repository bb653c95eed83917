#include "libcore/base/error.h"
#include "tests/unit/scaling/trace_support.h"

using namespace daybreak;
using namespace daybreak::scaling;

namespace {

void refused(const std::string& text, const std::string& place, const std::string& said, const Adjust& adjust = nullptr) {
  CAPTURE(text.substr(0, 80));
  CHECK_THROWS_WITH(trace_of(text, adjust), Catch::Contains(place) && Catch::Contains(said));
}

}  // namespace

TEST_CASE("files without a trace") {
  refused("", "trace", "empty file");
  refused("\n \n", "trace", "empty file");
  refused("\xEF\xBB\xBF", "trace", "empty file");
  refused("timestamp,value\n", "trace", "header only");
  refused("TIMESTAMP,ContextTokens,GeneratedTokens\n", "trace", "header only");
  refused("timestamp,value\n0,1\n", "trace", "two rows, found 1");
  refused("timestamp,n_total\n0,1\n60,1\n", "trace", "three rows, found 2");
  refused("a,b\n1,2\n", "trace", "expected a time column");
  refused("timestamp,colour\n1,red\n2,blue\n", "trace", "found timestamp,colour");
  refused("1\n2\n3\n", "trace", "expected a time column");
}

TEST_CASE("line ends, byte order marks and a last line without its end") {
  const std::vector<double> wanted{1, 2};
  CHECK(trace_of("timestamp,value\n0,1\n60,2").arrivals == wanted);
  CHECK(trace_of("\xEF\xBB\xBFtimestamp,value\r\n0,1\r\n60,2\r\n").arrivals == wanted);
  CHECK(trace_of("\xEF\xBB\xBF{\"ts\":0,\"count\":1}\r\n{\"ts\":60,\"count\":2}").arrivals == wanted);
  refused("timestamp,value\n0,1\n60", ":3", "expected 2 fields");
  refused("{\"ts\":0,\"count\":1}\n{\"ts\":60,\"cou", ":2", "not valid JSON");
}

TEST_CASE("loads that are no loads") {
  for (const char* text : {"", "NULL", "null", "NaN", "nan", "None"}) {
    refused(std::string("timestamp,value\n0,1\n60,") + text + "\n", ":3", "expected a finite number");
    refused(std::string("timestamp,value\n0,1\n60,") + text + "\n", ":3", "leave such rows out");
  }
  for (const char* text : {"inf", "Infinity", "-Inf", "1e999", "0x10", "12 req", " 5"})
    refused(std::string("timestamp,value\n0,1\n60,") + text + "\n", ":3", "value: expected a finite number");
  refused("timestamp,value\n0,1\n60,\"1,234\"\n", ":3", "separators");
  refused("timestamp,value\n0,1\n60,-1\n", ":3", "at least 0, found '-1'");
  refused("{\"ts\":0,\"count\":1}\n{\"ts\":60,\"count\":null}\n", ":2", "leave such rows out");
  refused("{\"ts\":0,\"count\":1}\n{\"ts\":60}\n", ":2", "count: expected a finite number, found ''");
  refused("{\"ts\":0,\"count\":1}\n[60,1]\n", ":2", "one JSON object a line");
  refused("timestamp,value\n0,1\nyesterday,1\n", ":3", "expected a time, found 'yesterday'");
  refused("timestamp,value\n0,1\nNaN,1\n", ":3", "expected a time, found 'NaN'");
}

TEST_CASE("windows in disorder are refused") {
  refused("timestamp,value\n60,1\n0,1\n", ":3", "backwards");
  refused("timestamp,value\n60,1\n60,1\n", ":3", "twice");
  refused("timestamp,value\n60,1\n120,1\n60,1\n", ":4", "sort the trace");
}

TEST_CASE("requests may stand together, repeat and come in disorder, which is said") {
  const RequestTrace log = requests_of("ts,input_tokens\n10,1\n10,2\n10,2\n5,3\n20,4\n5,5\n");
  CHECK(log.requests == std::vector<Request>{{0, 3}, {0, 5}, {5, 1}, {5, 2}, {5, 2}, {15, 4}});
  CHECK(log.facts.start_s == 5);
  CHECK(log.facts.duplicates == 1);
  CHECK(log.facts.out_of_order == 2);
  REQUIRE(log.facts.warnings.size() == 1);
  CHECK_THAT(log.facts.warnings[0], Catch::Contains("2 of 6 rows are earlier"));
  const Trace trace = trace_of("ts,input_tokens\n100,1\n40,2\n-80,3\n100,1\n");
  CHECK(trace.arrivals == std::vector<double>{1, 0, 1, 2});
  CHECK(trace.start_s == -80);
  CHECK(trace.span_s == 180);
  CHECK(trace.duplicates == 0);
}

TEST_CASE("requests with impossible fields are refused, jobs without an end are not") {
  refused("ts,input_tokens\n0,-1\n", ":2", "input_tokens: expected at least 0");
  refused("ts,input_tokens\n0,NULL\n", ":2", "expected a finite number");
  refused("ts,input_tokens\n,1\n", ":2", "ts: expected a time, found ''");
  refused("submit_time,start_time,end_time\n0,10,5\n", ":2", "the end lies before the start");
  const RequestTrace jobs = requests_of(
      "submit_time,start_time,end_time,state,gpus\n0,5,15,COMPLETED,8\n1,,,PENDING,8\n2,7,Unknown,RUNNING,1\n"
      "3,8,8,FAILED,1\n4,9,12,CANCELLED by 0,2\n");
  CHECK(jobs.requests == std::vector<Request>{{0, 0, 0, 10, 8}, {1, 0, 0, {}, 8}, {2, 0, 0, {}, 1}, {3, 0, 0, 0, 1}, {4, 0, 0, 3, 2}});
  CHECK(jobs.facts.without_service == 2);
  REQUIRE(jobs.facts.warnings.size() == 1);
  CHECK_THAT(jobs.facts.warnings[0], Catch::Contains("4 of 5 rows did not finish"));
}

TEST_CASE("lines, messages and slots are bounded") {
  const std::string endless(10'000'000, '7');
  refused("timestamp,value\n0,1\n60," + endless + "\n", ":3", "longer than 1048576 bytes");
  refused("{\"ts\":0,\"count\":1}\n{\"ts\":60,\"count\":1,\"note\":\"" + endless + "\"}\n", ":2", "longer than");
  refused("; " + endless + "\n", ":1", "longer than");
  refused("timestamp,value\n0,1\n60," + std::string(1000, 'x') + "\n", ":3", "found '" + std::string(40, 'x') + "...'");
  refused("timestamp,value\n0,1\n30000000,1\n", "--slot", "50 million", [](TraceOptions& o) { o.slot_s = 0.5; });
  refused("timestamp,input_tokens\n0,1\n30000000,1\n", "--slot", "50 million", [](TraceOptions& o) { o.slot_s = 0.5; });
  refused("timestamp,value\n0,1\n60,1\n", "--slot", "more than 0", [](TraceOptions& o) { o.slot_s = 0; });
  // Each error is one of the data or of the command line, never of ours.
  try {
    trace_of("timestamp,value\n0,1\n60,x\n");
    FAIL("was taken");
  } catch (const Error& failure) {
    CHECK(failure.status() == ExitStatus::data);
  }
}

TEST_CASE("a trace without any load has no ratio of peak to mean") {
  const Trace trace = trace_of("timestamp,value\n0,0\n60,0\n");
  CHECK(trace.peak_to_mean == 0);
  CHECK(trace.zero_runs == 0);
}
