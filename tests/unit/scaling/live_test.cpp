// The live controller: what it makes of metrics that lie, lack and lag, and what it remembers.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

#include <unistd.h>

#include "libcore/base/error.h"
#include "libcore/scaling/live/live_controller.h"
#include "libcore/scaling/live/prometheus_metrics.h"
#include "libcore/scaling/live/state_file.h"
#include "libcore/scaling/policies/registry.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::scaling;
namespace fs = std::filesystem;

namespace {

constexpr double kNow = 1'700'000'000;

LiveController literal(LiveOptions options = {}, LimitOptions limits = {}) {
  const Setting setting;  // one unit a second, starts take 300 s
  return {Controller(make_policy("literal", {}, setting), limits), setting, options};
}

std::string reason(const io::Json& record) {
  return record.at("reason").as_string();
}

Metrics queue_of(double time_s, double queue, std::optional<double> ready = 10) {
  Metrics metrics;
  metrics.time_s = time_s;
  metrics.queue = queue;
  metrics.ready = ready;
  return metrics;
}

fs::path scratch(const std::string& name) {
  return fs::temp_directory_path() / ("daybreak-live-" + std::to_string(getpid()) + "-" + name);
}

}  // namespace

TEST_CASE("a live decision says what was seen, what is wanted and what to do") {
  LiveOptions options;
  options.price_per_hour = 2.5;
  auto controller = literal(options);
  const io::Json record = controller.decide(queue_of(kNow, 601), kNow, "test");
  CHECK(record.at("ts").as_string() == "2023-11-14T22:13:20Z");
  CHECK(record.at("current").as_int() == 10);
  CHECK(record.at("desired").as_int() == 11);
  CHECK(record.at("delta").as_int() == 1);
  CHECK(record.at("decision_id").as_int() == 1);
  CHECK(record.at("cost_per_hour").as_double() == 27.5);
  CHECK(record.at("actions").dump() == R"([{"op":"start","count":1}])");
  CHECK(record.at("metrics").at("utilization").is_null());
  // The metrics count ten nodes still: the one that was asked for is on its way, and is canceled before another goes.
  const io::Json next = controller.decide(queue_of(kNow + 60, 0), kNow + 60, "test");
  CHECK(next.at("pending").as_int() == 1);
  CHECK(next.at("desired").as_int() == 10);
  CHECK(next.at("actions").dump() == R"([{"op":"cancel","count":1}])");
}

TEST_CASE("metrics that are missing, stale, out of order or absurd never release a node") {
  auto controller = literal();
  const auto held = [&](const Metrics& metrics, double now, const char* why) {
    const io::Json record = controller.decide(metrics, now, "test");
    CHECK(reason(record) == why);
    CHECK(record.at("delta").as_int() >= 0);
  };
  REQUIRE(controller.decide(queue_of(kNow, 100), kNow, "test").at("delta").as_int() == 0);
  Metrics without_queue = queue_of(kNow + 60, 0);
  without_queue.queue.reset();
  held(without_queue, kNow + 60, "MetricsMissing");
  held(queue_of(kNow + 60, 0), kNow + 361, "MetricsStale");
  held(queue_of(kNow, 0), kNow, "MetricsOutOfOrder");
  held(queue_of(kNow - 1, 0), kNow, "MetricsOutOfOrder");
  held(queue_of(kNow + 3600, 0), kNow, "MetricsAbsurd");  // in the future
  held(queue_of(kNow + 60, -1), kNow + 60, "MetricsAbsurd");
  held(queue_of(kNow + 60, std::numeric_limits<double>::infinity()), kNow + 60, "MetricsAbsurd");
  held(queue_of(kNow + 60, 0, -3), kNow + 60, "MetricsAbsurd");
  held(queue_of(kNow + 60, 0, 2.5), kNow + 60, "MetricsAbsurd");
  held(queue_of(1e300, 0), kNow + 60, "MetricsAbsurd");
  Metrics percent = queue_of(kNow + 60, 0);
  percent.utilization = 87;
  held(percent, kNow + 60, "MetricsAbsurd");
  // None of them has moved its clock, back or forth: true metrics of that minute are still taken.
  CHECK(controller.state().at("last_time_s").as_double() == kNow + 60);
  CHECK(controller.decide(queue_of(kNow + 60, 0), kNow + 60, "test").at("delta").as_int() == -1);
}

TEST_CASE("a simulator's clock is not the wall's") {
  auto controller = literal();
  Metrics metrics = queue_of(60, 0);
  metrics.simulated = true;
  CHECK(controller.decide(metrics, kNow, "test").at("ts").as_string() == "1970-01-01T00:01:00Z");
  CHECK(reason(controller.decide(metrics, kNow, "test")) == "MetricsOutOfOrder");
}

TEST_CASE("where nobody counts the nodes, decisions were obeyed") {
  LiveOptions options;
  options.nodes = 4;
  auto controller = literal(options);
  const auto decide = [&](double minute, double queue) {
    return controller.decide(queue_of(kNow + 60 * minute, queue, std::nullopt), kNow + 60 * minute, "test");
  };
  CHECK(decide(0, 1000).at("desired").as_int() == 5);
  const io::Json booting = decide(1, 1000);
  CHECK(booting.at("current").as_int() == 4);
  CHECK(booting.at("pending").as_int() == 1);
  CHECK(booting.at("desired").as_int() == 6);
  const io::Json partly = decide(5, 100);
  CHECK(partly.at("current").as_int() == 5);
  CHECK(partly.at("pending").as_int() == 1);
  CHECK(decide(6, 100).at("current").as_int() == 6);
  auto lost = literal();
  CHECK_THROWS_WITH(lost.decide(queue_of(kNow, 0, std::nullopt), kNow, "stdin:1"),
                    Catch::Contains("stdin:1") && Catch::Contains("--nodes"));
}

TEST_CASE("a node that does not come is not waited for longer than its time") {
  auto controller = literal();
  REQUIRE(controller.decide(queue_of(kNow, 1000), kNow, "test").at("desired").as_int() == 11);
  CHECK(controller.decide(queue_of(kNow + 1799, 100), kNow + 1799, "test").at("pending").as_int() == 1);
  CHECK(controller.decide(queue_of(kNow + 1801, 100), kNow + 1801, "test").at("pending").as_int() == 0);
}

TEST_CASE("a controller that was saved after each line decides as one that was not, and its state stays small") {
  LimitOptions limits;
  limits.max_starts = 2;
  limits.cool_down_down_s = 120;
  auto steady = literal({}, limits);
  std::string saved;
  std::mt19937_64 random(5);
  std::size_t largest = 0;
  for (int line = 0; line < 2000; ++line) {
    const double time = kNow + 10 * line;
    const Metrics metrics = queue_of(time, static_cast<double>(random() % 1500), 10 + static_cast<double>(random() % 5));
    auto reborn = literal({}, limits);
    if (!saved.empty()) reborn.restore(io::Json::parse(saved, "state"));
    CHECK(reborn.decide(metrics, time, "test").dump() == steady.decide(metrics, time, "test").dump());
    saved = reborn.state().dump();
    largest = std::max(largest, saved.size());
  }
  CHECK(largest < 20'000);
}

TEST_CASE("a state file belongs to one process, one version and one set of options") {
  const fs::path path = scratch("state.json");
  LimitOptions limits;
  const auto configuration = [&] { return configuration_of([&](OptionSink& sink) { limits.declare(sink); }); };
  {
    const StateFile file(path, configuration());
    CHECK(!file.read());
    file.write(literal().state());
    CHECK(file.read()->dump() == literal().state().dump());
    CHECK_THROWS_WITH(StateFile(path, configuration()), Catch::Contains("another process"));
  }
  limits.max_nodes = 7;
  CHECK_THROWS_WITH(StateFile(path, configuration()).read(), Catch::Contains("--max-nodes 1000000, now it is 7"));
  limits.max_nodes = 1'000'000;
  for (const char* damaged : {"", "{", "[]", "{\"schema\":\"daybreak.controller-state/9\"}",
                              "{\"schema\":\"daybreak.controller-state/1\"}"}) {
    std::ofstream(path) << damaged;
    CHECK_THROWS_AS(StateFile(path, configuration()).read(), Error);
    CHECK(fs::file_size(path) == std::string(damaged).size());
  }
  fs::remove(path);
  fs::remove(path.string() + ".lock");
}

TEST_CASE("times as RFC 3339 writes them") {
  CHECK(rfc3339(0) == "1970-01-01T00:00:00Z");
  CHECK(rfc3339(951'782'400) == "2000-02-29T00:00:00Z");
  CHECK(rfc3339(1.25) == "1970-01-01T00:00:01.25Z");
  CHECK(rfc3339(1'795'904'496.099316) == "2026-11-28T22:21:36.099316Z");
}

TEST_CASE("an answer of Prometheus becomes metrics by time") {
  const auto read = [](const std::string& result, const char* type = "matrix", std::vector<SeriesName> names = {}) {
    const std::string text = R"({"status":"success","data":{"resultType":")" + std::string(type) + R"(","result":)" + result + "}}";
    return prometheus_metrics(io::Json::parse(text, "answer"), names, "answer");
  };
  const auto both = read(R"([{"metric":{"__name__":"queue_length"},"values":[[120,"7"],[60,"NaN"]]},
                             {"metric":{"__name__":"up"},"values":[[60,"1"]]},
                             {"metric":{"__name__":"serving"},"values":[[60,"3"],[180,"+Inf"]]}])",
                         "matrix", {parse_series_name("nodes_ready=serving")});
  REQUIRE(both.size() == 3);
  CHECK(both[0].time_s == 60);
  CHECK(!both[0].queue);
  CHECK(both[0].ready == 3);
  CHECK(both[1].queue == 7);
  CHECK(!both[1].ready);
  CHECK(std::isinf(*both[2].ready));
  const auto one = read(R"([{"metric":{},"value":[1700000000.5,"12"]}])", "vector", {parse_series_name("arrivals")});
  REQUIRE(one.size() == 1);
  CHECK(one[0].time_s == 1700000000.5);
  CHECK(one[0].arrivals == 12);
  CHECK_THROWS_WITH(read("[]"), Catch::Contains("no series"));
  CHECK_THROWS_WITH(read("[]", "string"), Catch::Contains("expected data.resultType matrix or vector"));
  CHECK_THROWS_WITH(read(R"([{"metric":{"__name__":"up"},"values":[]}])"), Catch::Contains("--field"));
  CHECK_THROWS_WITH(
      read(
          R"([{"metric":{"__name__":"queue_length","a":"1"},"values":[]},{"metric":{"__name__":"queue_length","a":"2"},"values":[]}])"),
      Catch::Contains("two series are queue_length") && Catch::Contains("a=\"2\""));
  CHECK_THROWS_WITH(read(R"([{"metric":{"__name__":"queue_length"},"values":[[1,2]]}])"), Catch::Contains("expected [seconds, \"value\"]"));
  CHECK_THROWS_WITH(read(R"([{"metric":{"__name__":"queue_length"},"values":[[1,"many"]]}])"), Catch::Contains("expected a number"));
  CHECK_THROWS_AS(parse_series_name("queue=x"), Error);
}
