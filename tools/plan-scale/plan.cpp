// Nodes per region for a load, the cheapest that every limit allows.
#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/base/percentile.h"
#include "libcore/records/plan_record.h"
#include "libcore/scaling/control/node_options.h"
#include "libcore/scaling/planning/capacity_plan.h"
#include "libcore/scaling/planning/focus_prices.h"
#include "libcore/scaling/planning/regions.h"
#include "libcore/scaling/queueing/options.h"
#include "libcore/scaling/traces/trace.h"
#include "tools/frame/text.h"
#include "tools/plan-scale/options.h"
#include "tools/plan-scale/verbs.h"

namespace daybreak::plan_scale {
namespace {

using namespace scaling;

/// The smallest rate that `percent` percent of the slots do not exceed.
double load_percentile(Trace trace, double percent) {
  std::sort(trace.arrivals.begin(), trace.arrivals.end());
  return sorted_percentile(trace.arrivals, percent) / trace.slot_s;
}

class PlanVerb : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.file("regions", &regions_, "JSON of the regions, their prices and capacities");
    sink.real("load", &load_, "RATE", "Units of work a second");
    sink.file("trace", &trace_.path, "Traffic over time, instead of --load; may be compressed; - is stdin");
    sink.text("series", &trace_.series, "NAME", "Which series of the trace, where it holds several");
    sink.text("percentile", &percentile_, "P", "Load that P percent of the trace's slots do not exceed");
    sink.duration("slot", &trace_.slot_s, "Length of a slot of the trace");
    sink.real("service-rate", &service_rate_, "RATE", "Units that a node of speed 1 serves in a second");
    sink.file("prices", &prices_, "Billing rows (FOCUS) that price the regions with a sku");
    sink.choice("price-column", &price_column_, {"ListCost", "ContractedCost", "EffectiveCost", "BilledCost"},
                "Which cost of the billing rows");
    sink.group("Limits");
    const NodeOptions usual;
    request_.band_low = usual.band_low;
    request_.band_high = usual.band_high;
    declare_band(sink, &request_.band_low, &request_.band_high, "Utilization allowed");
    sink.flag("survive-region", &request_.survive_region, "Any one region may be lost (N+1)");
    sink.share("loss-utilization", &request_.loss_utilization, "Utilization at most when a region is lost");
    sink.share("max-spot-share", &request_.max_spot_share, "Spot nodes among all at most");
    sink.real("max-round-trip", &request_.max_round_trip_ms, "MS", "Regions farther away are left out", OptionSink::Range{0, 1e9});
    sink.real("max-cost", &request_.max_cost_per_hour, "USD", "Cost an hour at most", OptionSink::Range{0, 1e15});
    wait_.declare(sink);
  }

  void check() override {
    if (regions_.empty()) throw usage_error("--regions is missing", "name a JSON file of regions");
    if (load_.has_value() != trace_.path.empty()) throw usage_error("expected either --load or --trace");
    if (load_ && !(*load_ > 0)) throw usage_error("--load: expected more than 0");
    if (service_rate_ && !(*service_rate_ > 0)) throw usage_error("--service-rate: expected more than 0");
    if (!(request_.loss_utilization > 0)) throw usage_error("--loss-utilization: expected more than 0");
    percent_ = percentile_of_option("--percentile", percentile_);
    request_.target = wait_.target();
    request_.scv_arrivals = wait_.scv_arrivals;
    request_.scv_service = wait_.scv_service;
  }

  frame::Outcome run(frame::Session& session) override {
    std::vector<Region> regions = read_regions(io::Json::parse(session.read_text(regions_), regions_), regions_);
    std::vector<PriceSource> sources;
    if (prices_) sources = take_prices(io::InputFile(session.input(*prices_), &session.stop()), price_column_, regions);
    request_.load_per_s =
        load_ ? *load_ : load_percentile(read_trace(io::InputFile(session.input(trace_.path), &session.stop()), trace_), percent_);
    if (!(request_.load_per_s > 0))
      throw data_error(trace_.path, "percentile " + percentile_ + " of the load is 0: nothing is to be planned");
    request_.sites = sites(regions);
    const PlanSearch search = cheapest_plan(request_, session.stop());
    io::Json record = inputs(regions, sources);
    std::string text;
    if (search.best) add_plan(record, text, *search.best);
    add_proof(record, text, search);
    add_limits(record, text, search, session.stop());
    add_band_and_objective(record, text);
    if (!search.best) text = "no plan fits\n" + text;
    session.emit(record, text);
    return search.best ? frame::Outcome::done : frame::Outcome::negative;
  }

 private:
  std::vector<Site> sites(const std::vector<Region>& regions) const {
    if (regions.size() > kMostSites)
      throw data_error(regions_, "expected at most " + std::to_string(kMostSites) + " regions, found " + std::to_string(regions.size()));
    std::vector<Site> sites;
    for (const Region& region : regions) {
      if (!region.price_per_hour)
        throw data_error(regions_, "region '" + region.name + "' has no price_per_hour", "add it, or its sku and --prices");
      sites.push_back({region.name, *region.price_per_hour, region.spot_price_per_hour, region.capacity,
                       effective_rate(region, service_rate_), region.egress_usd_per_unit, region.round_trip_ms});
    }
    return sites;
  }

  io::Json inputs(const std::vector<Region>& regions, const std::vector<PriceSource>& sources) const {
    io::Json record;
    record["schema"] = records::kPlanSchema;
    record["load_per_s"] = request_.load_per_s;
    record["load_from"] = load_ ? std::string("--load") : "percentile " + percentile_ + " of " + trace_.path;
    record["band"]["low"] = request_.band_low;
    record["band"]["high"] = request_.band_high;
    io::Json& prices = record["prices"] = io::Json::array();
    for (const PriceSource& source : sources) {
      io::Json one;
      one["region"] = source.region;
      one["price_per_hour"] = source.price_per_hour;
      one["spot"] = source.spot;
      one["from"] = price_column_ + " over PricingQuantity";
      one["hours"] = source.hours;
      one["rows"] = source.rows;
      one["skipped_rows"] = source.skipped;
      prices.push_back(one);
    }
    record["regions_known"] = regions.size();
    return record;
  }

  void add_plan(io::Json& record, std::string& text, const CapacityPlan& plan) const {
    io::Json& result = record["plan"];
    result["nodes"] = plan.total;
    result["spot_nodes"] = plan.total_spot;
    result["capacity_per_s"] = plan.capacity_per_s;
    result["utilization"] = plan.utilization;
    result["cost_per_hour_usd"] = plan.cost_per_hour();
    result["node_cost_per_hour_usd"] = plan.node_cost_per_hour;
    result["egress_cost_per_hour_usd"] = plan.egress_cost_per_hour;
    std::vector<std::vector<std::string>> rows{{"region", "nodes", "of them spot", "price", "units/s"}};
    for (std::size_t i = 0; i < request_.sites.size(); ++i) {
      const Site& site = request_.sites[i];
      io::Json one;
      one["region"] = site.name;
      one["nodes"] = plan.nodes[i];
      one["spot_nodes"] = plan.spot[i];
      one["load_per_s"] = plan.utilization * site.rate * static_cast<double>(plan.nodes[i]);
      result["regions"].push_back(one);
      rows.push_back({site.name, std::to_string(plan.nodes[i]), std::to_string(plan.spot[i]), frame::number(site.price),
                      frame::number(one.at("load_per_s").as_double())});
    }
    text += frame::table(rows);
    std::vector<std::vector<std::string>> totals{{"nodes", std::to_string(plan.total)},
                                                 {"utilization", frame::percent(plan.utilization)},
                                                 {"cost an hour", frame::number(plan.cost_per_hour()) + " USD"}};
    if (plan.utilization < 1) add_waiting(result, totals, plan);
    text += frame::table(totals);
  }

  void add_waiting(io::Json& result, std::vector<std::vector<std::string>>& totals, const CapacityPlan& plan) const {
    const QueueModel model{request_.load_per_s, plan.capacity_per_s / static_cast<double>(plan.total),
                           request_.scv_arrivals, request_.scv_service};
    if (plan.total < model.smallest_stable()) return;
    const Waiting waiting(model, plan.total);
    result["wait_model"] = model.name();
    result["wait_mean_s"] = waiting.wait_mean_s();
    result["wait_p99_s"] = waiting.percentile_s(99);
    totals.push_back({"mean wait", frame::number(waiting.wait_mean_s()) + " s"});
    totals.push_back({"percentile 99 of the wait", frame::number(waiting.percentile_s(99)) + " s"});
  }

  static void add_proof(io::Json& record, std::string& text, const PlanSearch& search) {
    record["search"]["visited"] = search.visited;
    record["search"]["proved"] = search.proved;
    record["search"]["cost_bound_per_hour_usd"] = search.bound_per_hour;
    if (!search.proved)
      text +=
          "the search was cut: " +
          std::string(search.best ? "there may be a cheaper plan, of at least " : "there may be a plan, of at least ") +
          frame::number(search.bound_per_hour) + " USD an hour\n";
  }

  /// What each limit costs: the cheapest plan without it alone. A limit binds where that is cheaper, or is one at all.
  void add_limits(io::Json& record, std::string& text, const PlanSearch& search, const StopToken& stop) const {
    record["limits"] = io::Json::array();
    std::vector<std::vector<std::string>> rows;
    for (const PlanLimit limit : kPlanLimits) {
      if (!has_limit(request_, limit)) continue;
      PlanRequest relaxed = without_limit(request_, limit);
      // What a limit costs need not be proved: any plan that is cheaper without it shows that it binds.
      relaxed.most_visits /= 10;
      const PlanSearch without = cheapest_plan(relaxed, stop);
      const bool binds = without.best && (!search.best || without.best->cost_per_hour() < search.best->cost_per_hour() * (1 - 1e-9));
      io::Json one;
      one["limit"] = plan_limit_name(limit);
      one["binds"] = binds;
      one["nodes_without"] = without.best ? io::Json(without.best->total) : io::Json();
      one["cost_per_hour_without_usd"] = without.best ? io::Json(without.best->cost_per_hour()) : io::Json();
      one["proved"] = without.proved;
      one["utilization_without"] = without.best ? io::Json(without.best->utilization) : io::Json();
      record["limits"].push_back(one);
      if (binds)
        rows.push_back({plan_limit_name(limit), "without it " + std::to_string(without.best->total) + " nodes at " +
                                                    frame::percent(without.best->utilization) + " for " +
                                                    frame::number(without.best->cost_per_hour()) + " USD an hour"});
    }
    text += rows.empty() ? (search.best ? "no limit binds\n" : "no limit alone prevents a plan: at least two do together\n")
                         : std::string(search.best ? "binding:\n" : "any one of these prevents a plan:\n") + frame::table(rows);
    if (!search.best) add_reason(record, text, rows, stop);
  }

  /// Why there is no plan, and the size that the load, the objective and the loss of a region ask for by themselves.
  void add_reason(io::Json& record, std::string& text, const std::vector<std::vector<std::string>>& binding, const StopToken& stop) const {
    std::string reason = binding.empty() ? "no limit alone prevents a plan, at least two do together"
                                         : "any one of these prevents a plan: ";
    for (std::size_t i = 0; i < binding.size(); ++i) reason += (i == 0 ? "" : "; ") + binding[i][0] + " (" + binding[i][1] + ")";
    record["reason"] = reason;
    PlanRequest free = request_;
    for (const PlanLimit limit : {PlanLimit::band_low, PlanLimit::budget, PlanLimit::round_trip, PlanLimit::capacity})
      free = without_limit(free, limit);
    const PlanSearch search = cheapest_plan(free, stop);
    record["would_do"]["nodes"] = search.best ? io::Json(search.best->total) : io::Json();
    record["would_do"]["cost_per_hour_usd"] = search.best ? io::Json(search.best->cost_per_hour()) : io::Json();
    record["would_do"]["without"] = "band_low, budget, round_trip, capacity";
    text +=
        search.best
            ? "at any cost, distance and capacity, below the band if need be: " + std::to_string(search.best->total) +
                  " nodes for " + frame::number(search.best->cost_per_hour()) + " USD an hour\n"
            : "not even any cost, distance and capacity would do\n";
  }

  /// The sizes from which on a band and an objective can hold together: at the low end of the band waits are shortest.
  void add_band_and_objective(io::Json& record, std::string& text) const {
    if (!request_.target.any() || !(request_.band_low > 0)) return;
    double rate = 0, capacity = 0;
    for (const Site& site : request_.sites) {
      rate += site.rate * static_cast<double>(site.capacity);
      capacity += static_cast<double>(site.capacity);
    }
    rate /= capacity;
    io::Json& sizes = record["band_and_objective"];
    sizes["mean_service_rate_per_s"] = rate;
    const auto size_at = [&](const char* name, double utilization) {
      const auto size = smallest_pool(utilization, rate, request_.scv_arrivals, request_.scv_service, request_.target);
      sizes[name] = size ? io::Json(*size) : io::Json();
      return size ? std::to_string(*size) : "over a million";
    };
    const std::string low = size_at("nodes_at_low", request_.band_low);
    const std::string middle = size_at("nodes_at_middle", (request_.band_low + request_.band_high) / 2);
    const std::string high = size_at("nodes_at_high", request_.band_high);
    text += "band and objective cannot both hold below " + low + " nodes; in the middle of the band from " + middle +
            ", at its top from " + high + "\n";
  }

  std::string regions_, percentile_ = "99.9", price_column_ = "ListCost";
  std::optional<double> load_, service_rate_;
  TraceOptions trace_;
  std::optional<std::string> prices_;
  WaitTargetOptions wait_;
  PlanRequest request_;
  double percent_ = 0;
};

}  // namespace

std::unique_ptr<frame::Verb> make_plan() {
  return std::make_unique<PlanVerb>();
}

}  // namespace daybreak::plan_scale
