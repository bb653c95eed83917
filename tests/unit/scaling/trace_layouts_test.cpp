#include "tests/unit/scaling/trace_support.h"

using namespace daybreak;
using namespace daybreak::scaling;
using Catch::Matchers::WithinAbs;

namespace {

using Slots = std::vector<double>;

constexpr const char* kAnswer = R"({"status":"success","data":{"resultType":"matrix","result":[
  {"metric":{"job":"api","pod":"a"},"values":[[1700000000,"2"],[1700000060,"4"],[1700000120,"3.5"]]},
  {"metric":{"job":"api","pod":"b"},"values":[[1700000000,"1"],[1700000060,"1"]]}]}})";

std::string matrix(const std::string& metric, const std::string& values) {
  return R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":)" + metric + R"(,"values":[)" + values + "]}]}}";
}

/// A job: submitted, wait, run, processors, requested processors, status.
std::string job(int submit, int wait, int run, int processors, int requested, int status) {
  std::string line = "  1";
  for (const int field : {submit, wait, run, processors, -1, -1, requested, -1, -1, status}) line += " \t" + std::to_string(field);
  return line + " -1 -1 -1 -1 -1 -1 -1\n";
}

}  // namespace

TEST_CASE("CSV holds rates, counts and counters, told by the name of their column") {
  const Trace counts = trace_of("timestamp,value\n2014-07-01 00:00:00,120\n2014-07-01 00:01:00,60\n2014-07-01 00:02:00,30\n");
  CHECK(counts.format == "nab");
  CHECK(counts.arrivals == Slots{120, 60, 30});
  CHECK(counts.start_s == 1404172800);
  CHECK(counts.span_s == 180);
  CHECK(counts.peak_rate == 2);
  CHECK_THAT(counts.peak_to_mean, WithinAbs(120.0 / 70, 1e-15));
  CHECK(counts.columns == "time from timestamp, count a step from value, without a zone: taken as UTC");
  const Trace rates = trace_of("time,load_per_s\n0,2\n60,1\n");
  CHECK(rates.format == "csv");
  CHECK(rates.arrivals == Slots{120, 60});
  // A counter: 100 in the first minute; a reset to 30 in the second, of which at least 30 are new; 30 in the third.
  const Trace counter = trace_of("ts,requests_total\n0,50\n60,150\n120,30\n180,60\n");
  CHECK(counter.arrivals == Slots{100, 30, 30});
  CHECK(counter.span_s == 180);
  CHECK(counter.columns == "time from ts, counter from requests_total, 1 reset");
  CHECK(trace_of("0,50\n60,150\n120,170\n", [](auto& o) { o.counter = true; }).arrivals == Slots{100, 20});
  CHECK(trace_of("0,50\n60,150\n").arrivals == Slots{50, 150});
}

TEST_CASE("one of several series is chosen") {
  const std::string text = "model,window_start_s,clients_active,requests_per_s\na,0,9,2\na,600,9,1\nb,0,9,7\nb,600,9,8\n";
  const Trace rates = trace_of(text, [](auto& o) { o.series = "b", o.slot_s = 300; });
  CHECK(rates.format == "servegen");
  CHECK(rates.arrivals == Slots{2100, 2100, 2400, 2400});
  CHECK_THROWS_WITH(trace_of(text), Catch::Contains("--series: a, b"));
  CHECK_THROWS_WITH(trace_of(text, [](auto& o) { o.series = "c"; }), Catch::Contains("'c', found none") && Catch::Contains("a, b"));
  CHECK_THROWS_WITH(trace_of("0,1\n60,2\n", [](auto& o) { o.series = "a"; }), Catch::Contains("one series only"));
}

TEST_CASE("JSON Lines hold loads or requests") {
  const Trace loads = trace_of("{\"ts\":0,\"count\":60}\n\n{\"ts\":60,\"count\":30,\"note\":\"late\"}");
  CHECK(loads.format == "jsonl");
  CHECK(loads.arrivals == Slots{60, 30});
  const RequestTrace log = requests_of("{\"arrived_at\":10.5,\"prompt_tokens\":7,\"completion_tokens\":3,\"duration_ms\":1500}\n"
                                       "{\"arrived_at\":11,\"prompt_tokens\":1,\"completion_tokens\":0,\"duration_ms\":null}\n");
  CHECK(log.requests == std::vector<Request>{{0, 7, 3, 1.5}, {0.5, 1, 0, std::nullopt}});
  CHECK(log.facts.start_s == 10.5);
  CHECK(log.facts.without_service == 1);
}

TEST_CASE("requests of Azure, Mooncake and BurstGPT") {
  const RequestTrace azure = requests_of("TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n"
                                         "2023-11-16 18:15:50.9951690,396,109");
  CHECK(azure.facts.format == "azure-llm");
  REQUIRE(azure.requests.size() == 2);
  CHECK_THAT(azure.requests[1].time_s, WithinAbs(4.314579, 1e-6));  // a double of today's seconds has steps of 2.4e-7
  CHECK(azure.requests[1].output_tokens == 109);
  // The trace of the year after has an offset.
  CHECK(requests_of("TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 00:00:00.009930+00:00,1,2\n").facts.columns ==
        "time from TIMESTAMP, one request a row, input tokens from ContextTokens, output tokens from GeneratedTokens");
  const RequestTrace mooncake = requests_of("{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 6, \"hash_ids\": [0, 1]}\n"
                                            "{\"timestamp\": 2500, \"input_length\": 7, \"output_length\": 8, \"hash_ids\": []}\n");
  CHECK(mooncake.facts.format == "mooncake");
  CHECK(mooncake.requests == std::vector<Request>{{0, 5, 6, std::nullopt}, {2.5, 7, 8, std::nullopt}});
  const RequestTrace burst = requests_of("Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
                                         "5,ChatGPT,472,18,490,Conversation log\n45,GPT-4,1087,230,1317,API log\n");
  CHECK(burst.facts.format == "burstgpt");
  CHECK(burst.requests == std::vector<Request>{{0, 472, 18, std::nullopt}, {40, 1087, 230, std::nullopt}});
}

TEST_CASE("requests count as themselves, as tokens or as server-seconds") {
  const std::string tokens = "time,input_tokens,output_tokens\n0,5,6\n10,1,1\n61,2,0\n";
  CHECK(trace_of(tokens).arrivals == Slots{2, 1});
  CHECK(trace_of(tokens).span_s == 61);
  CHECK(trace_of(tokens, [](auto& o) { o.work = "tokens"; }).arrivals == Slots{13, 2});
  CHECK_THROWS_WITH(trace_of(tokens, [](auto& o) { o.work = "seconds"; }), Catch::Contains("--work seconds"));
  CHECK_THROWS_WITH(trace_of("0,1\n60,2\n", [](auto& o) { o.work = "tokens"; }), Catch::Contains("loads over time"));
  CHECK(trace_of("timestamp\n0\n1\n130\n").arrivals == Slots{2, 0, 1});
  CHECK_THROWS_WITH(requests_of("timestamp,value\n0,1\n60,2\n"), Catch::Contains("expected single requests"));
}

TEST_CASE("batch jobs of the Standard Workload Format") {
  const std::string text =
      "; UnixStartTime: 749458803\n;\n" + job(0, -1, 100, 4, -1, 1) + job(0, -1, 0, -1, 8, 0) + job(90, -1, -1, -1, -1, 5);
  const RequestTrace jobs = requests_of(text);
  CHECK(jobs.facts.format == "swf");
  CHECK(jobs.facts.start_s == 749458803);
  CHECK(jobs.requests == std::vector<Request>{{0, 0, 0, 100, 4}, {0, 0, 0, 0, 8}, {90, 0, 0, std::nullopt, 1}});
  CHECK(jobs.facts.without_service == 1);
  CHECK(jobs.facts.columns == "one job a row, submitted at field 2, service from field 4, servers from field 5; no job waited: the log has "
                              "start times for submit times");
  REQUIRE(jobs.facts.warnings.size() == 1);
  CHECK_THAT(jobs.facts.warnings[0], Catch::Contains("2 of 3 rows did not finish"));
  const Trace work = trace_of(text, [](auto& o) { o.work = "seconds"; });
  CHECK(work.arrivals == Slots{400, 0});
  CHECK_THAT(work.warnings.back(), Catch::Contains("1 of 3 rows have no service time"));
  CHECK(requests_of(job(0, 7, 1, 1, 1, 1)).facts.columns.find("no job waited") == std::string::npos);
  CHECK_THROWS_WITH(requests_of("; x\n1 2 3\n"), Catch::Contains(":2") && Catch::Contains("18 fields, found 3"));
  CHECK_THROWS_WITH(requests_of(job(-1, 0, 1, 1, 1, 1)), Catch::Contains("submit time"));
  CHECK_THROWS_WITH(requests_of(job(0, 0, -7, 1, 1, 1)), Catch::Contains("field 4"));
  CHECK_THROWS_WITH(requests_of("; nothing\n"), Catch::Contains("found none"));
}

TEST_CASE("answers of Prometheus to query_range") {
  const auto pod = [](const char* name) { return [name](TraceOptions& o) { o.series_match = {"job=api", std::string("pod=") + name}; }; };
  const Trace rates = trace_of(kAnswer, pod("a"));
  CHECK(rates.format == "prometheus");
  CHECK(rates.arrivals == Slots{120, 240, 210});
  CHECK(rates.columns == "rate a second of {job=\"api\",pod=\"a\"}");
  CHECK_THROWS_WITH(trace_of(kAnswer), Catch::Contains("2 series") && Catch::Contains("pod=\"b\"") && Catch::Contains("--series-match"));
  CHECK_THROWS_WITH(trace_of(kAnswer, pod("c")), Catch::Contains("none of the 2 series matches"));
  CHECK_THROWS_WITH(trace_of(kAnswer, [](auto& o) { o.series_match = {"pod"}; }), Catch::Contains("LABEL=VALUE"));
  const Trace counter = trace_of(matrix(R"({"__name__":"http_requests_total"})", R"([0,"5"],[60,"65"],[120,"20"])"));
  CHECK(counter.arrivals == Slots{60, 20});
  const std::string plain = matrix("{}", R"([0,"5"],[60,"65"],[120,"70"])");
  CHECK(trace_of(plain, [](auto& o) { o.counter = true; }).arrivals == Slots{60, 5});
  CHECK(trace_of(plain, [](auto& o) { o.series = ""; }).arrivals == Slots{300, 3900, 4200});
  // Pretty-printed, with a byte order mark, a warning and a sample that is none.
  const Trace odd = trace_of(
      "\xEF\xBB\xBF{\n\"status\": \"success\",\n\"warnings\": [\"slow store\"],\n\"data\": {\"resultType\": \"matrix\", \"result\": "
      "[{\"metric\": {}, \"values\": [[0, \"1\"], [60, \"1\"], [120, \"NaN\"], [180, \"2\"]]}]}}\n");
  CHECK(odd.arrivals == Slots{60, 60, 60, 120});
  CHECK(odd.gaps == 1);
  REQUIRE(odd.warnings.size() == 3);
  CHECK_THAT(odd.warnings[0], Catch::Contains("slow store"));
  CHECK_THAT(odd.warnings[1], Catch::Contains("NaN, and count as missing: 1"));
}

TEST_CASE("answers of Prometheus that are no trace") {
  const auto refused = [](const std::string& text, const char* said) { CHECK_THROWS_WITH(trace_of(text), Catch::Contains(said)); };
  refused(R"({"status":"error","errorType":"bad_data","error":"parse error"})", "bad_data: parse error");
  refused(R"({"status":"success","data":{"resultType":"matrix","result":[]}})", "no series");
  refused(R"({"status":"success","data":{"resultType":"vector","result":[]}})", "query_range");
  refused(R"({"status":"success","data":{}})", "expected an answer with status");
  refused(R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"histograms":[]}]}})", "histogram");
  refused(matrix(R"({"__name__":"wait_bucket","le":"0.5"})", R"([0,"1"])"), "histogram");
  refused(matrix("{}", R"([0,"+Inf"],[60,"1"])"), "value 0: expected a finite number, found '+Inf'");
  refused(matrix("{}", R"([0,"1"],[60,"-1"])"), "value 1: expected a load of at least 0");
  refused(matrix("{}", R"([0,"1"],[60,1])"), "expected [seconds, \"value\"]");
  refused(matrix("{}", R"([0,"1"],["60","1"])"), "expected [seconds");
  refused(matrix("{}", R"([60,"1"],[60,"1"])"), "does not increase");
  refused(matrix("{}", R"([0,"1"])"), "two rows, found 1");
  refused(matrix("{}", R"([0,"1"],[60,"1"])").substr(0, 90), "not valid JSON");
}

TEST_CASE("a layout that is asked for is held to") {
  CHECK(trace_of("timestamp,value\n0,1\n60,2\n", [](auto& o) { o.format = "nab"; }).format == "nab");
  CHECK_THROWS_WITH(trace_of("timestamp,value\n0,1\n60,2\n", [](auto& o) { o.format = "azure-llm"; }),
                    Catch::Contains("ContextTokens") && Catch::Contains("found timestamp, value"));
  CHECK_THROWS_WITH(trace_of("timestamp,value\n0,1\n", [](auto& o) { o.format = "jsonl"; }), Catch::Contains(":1"));
  CHECK_THROWS_WITH(trace_of("timestamp,value\n0,1\n", [](auto& o) { o.format = "weblog"; }), Catch::Contains("unknown layout"));
}
