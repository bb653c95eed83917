// What a GPU cluster costs.
#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/finance/costs/gpu_cluster.h"
#include "libcore/io/json_optional.h"
#include "libcore/records/return_record.h"
#include "tools/frame/text.h"
#include "tools/roi-calc/named_values.h"
#include "tools/roi-calc/verbs.h"

namespace daybreak::roi_calc {
namespace {

class Tco : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    finance::GpuCluster& c = cluster_;
    sink.real("gpus", &gpus_, "N", "GPUs");
    sink.real("gpu-price", &gpu_price_, "USD", "Price of one GPU with its part of the server");
    sink.real("interconnect-share", &c.interconnect_share, "SHARE", "Interconnect, as a share of the whole capital cost");
    sink.count("years", &years_, "N", "Years of use", OptionSink::Range{1, 100});
    sink.real("rate", &rate_, "RATE", "Discount rate a year: 0.08 is 8 %");
    sink.choice("depreciation", &depreciation_, finance::depreciation_names(), "How the value falls");
    sink.real("residual-share", &residual_share_, "SHARE", "What it is worth in the end, as a share of the capital cost");
    sink.real("tax-rate", &c.tax_rate, "RATE", "Tax on profits, which costs and depreciation lower");
    sink.group("Running costs");
    sink.real("gpu-power", &c.gpu_power_w, "WATT", "Power of one GPU under load, with its part of the server");
    sink.real("idle-power-share", &c.idle_power_share, "SHARE", "Of that power, what is drawn while nothing is delivered");
    sink.real("pue", &c.pue, "RATIO", "Power of the building over that of the machines");
    sink.real("power-price", &c.power_price_usd_per_kwh, "USD", "Price of a kilowatt-hour");
    sink.real("colocation", &c.colocation_usd_per_kw_month, "USD", "Rent of the place for a kilowatt and a month");
    sink.real("staff", &c.staff_usd_per_year, "USD", "Staff a year");
    sink.real("maintenance-share", &c.maintenance_share, "SHARE", "Maintenance a year, as a share of the capital cost");
    sink.group("Use");
    sink.real("utilization", &c.utilization, "SHARE", "Share of the hours in which a GPU delivers");
    sink.real("tokens-per-s", &c.tokens_per_s, "N", "Tokens a second of one GPU while it delivers");
    sink.real("rent-price", &c.rent_usd_per_gpu_hour, "USD", "Rent of a GPU for an hour, to compare with");
    values_.declare(sink, "gpus, gpu-price, rate, tokens-per-s or rent-price");
  }

  frame::Outcome run(frame::Session& session) override {
    finance::GpuCluster& c = cluster_;
    values_.assign({{"gpus", &gpus_},
                    {"gpu-price", &gpu_price_},
                    {"rate", &rate_},
                    {"tokens-per-s", &c.tokens_per_s},
                    {"rent-price", &c.rent_usd_per_gpu_hour}});
    if (!gpus_) throw usage_error("--gpus is missing", "say how many, such as --gpus 8");
    if (!gpu_price_) throw usage_error("--gpu-price is missing", "give the price of one, such as --gpu-price 30000");
    if (!rate_) throw usage_error("--rate is missing", "give it as a fraction, such as --rate 0.08");
    c.gpus = *gpus_;
    c.gpu_price_usd = *gpu_price_;
    c.rate = *rate_;
    c.years = static_cast<int>(years_);
    c.depreciation.method = finance::depreciation_of(depreciation_);
    if (residual_share_ && c.depreciation.method == finance::DepreciationMethod::price_performance)
      throw usage_error("--residual-share does not go with --depreciation price-performance, which says what is left");
    c.depreciation.residual_share = residual_share_.value_or(0);
    const finance::ClusterCost cost = finance::cluster_cost(c);
    session.emit(document(cost), text(cost));
    return frame::Outcome::done;
  }

 private:
  io::Json inputs() const {
    const finance::GpuCluster& c = cluster_;
    io::Json record;
    record["gpus"] = c.gpus;
    record["gpu_price_usd"] = c.gpu_price_usd;
    record["interconnect_share"] = c.interconnect_share;
    record["years"] = c.years;
    record["rate"] = c.rate;
    record["depreciation"] = depreciation_;
    record["residual_share"] = io::or_null(residual_share_);
    record["tax_rate"] = c.tax_rate;
    record["gpu_power_w"] = c.gpu_power_w;
    record["idle_power_share"] = c.idle_power_share;
    record["pue"] = c.pue;
    record["power_price_usd_per_kwh"] = c.power_price_usd_per_kwh;
    record["colocation_usd_per_kw_month"] = c.colocation_usd_per_kw_month;
    record["staff_usd_per_year"] = c.staff_usd_per_year;
    record["maintenance_share"] = c.maintenance_share;
    record["utilization"] = c.utilization;
    record["tokens_per_s"] = io::or_null(c.tokens_per_s);
    record["rent_usd_per_gpu_hour"] = io::or_null(c.rent_usd_per_gpu_hour);
    return record;
  }

  io::Json document(const finance::ClusterCost& cost) const {
    io::Json record;
    record["schema"] = records::kReturnSchema;
    record["method"] = "tco";
    record["inputs"] = inputs();
    io::Json& tco = record["tco"];
    tco["capital_usd"] = cost.capital_usd;
    tco["residual_usd"] = cost.residual_usd;
    tco["book_values_usd"] = io::Json::array(cost.book_values_usd);
    tco["tax_shield_usd"] = cost.tax_shield_usd;
    tco["capital_usd_per_year"] = cost.capital_usd_per_year;
    tco["power_usd_per_year"] = cost.power_usd_per_year;
    tco["colocation_usd_per_year"] = cost.colocation_usd_per_year;
    tco["staff_usd_per_year"] = cost.staff_usd_per_year;
    tco["maintenance_usd_per_year"] = cost.maintenance_usd_per_year;
    tco["total_usd_per_year"] = cost.total_usd_per_year;
    tco["energy_kwh_per_year"] = cost.energy_kwh_per_year;
    tco["delivered_gpu_hours_per_year"] = cost.delivered_gpu_hours_per_year;
    tco["usd_per_gpu_hour"] = cost.usd_per_gpu_hour;
    tco["usd_per_million_tokens"] = io::or_null(cost.usd_per_million_tokens);
    tco["rent_usd_per_year"] = io::or_null(cost.rent_usd_per_year);
    tco["break_even_utilization"] = io::or_null(cost.break_even_utilization);
    if (cost.rent_usd_per_year) tco["cheaper"] = cheaper(cost);
    tco["left_out"] = io::Json::array(left_out());
    return record;
  }

  static std::string cheaper(const finance::ClusterCost& cost) {
    if (cost.total_usd_per_year == *cost.rent_usd_per_year) return "equal";
    return cost.total_usd_per_year < *cost.rent_usd_per_year ? "buy" : "rent";
  }

  /// Costs that are 0 because nobody named them make ownership look cheap.
  std::vector<std::string> left_out() const {
    const finance::GpuCluster& c = cluster_;
    std::vector<std::string> names;
    if (c.gpu_power_w * c.power_price_usd_per_kwh == 0) names.push_back("power");
    if (c.colocation_usd_per_kw_month == 0) names.push_back("colocation");
    if (c.staff_usd_per_year == 0) names.push_back("staff");
    if (c.maintenance_share == 0) names.push_back("maintenance");
    if (c.interconnect_share == 0) names.push_back("interconnect");
    return names;
  }

  std::string text(const finance::ClusterCost& cost) const {
    std::vector<std::vector<std::string>> rows{{"capital", frame::number(cost.capital_usd) + " USD"},
                                               {"worth in the end", frame::number(cost.residual_usd) + " USD"},
                                               {"capital a year", frame::number(cost.capital_usd_per_year) + " USD"},
                                               {"power a year", frame::number(cost.power_usd_per_year) + " USD"},
                                               {"colocation a year", frame::number(cost.colocation_usd_per_year) + " USD"},
                                               {"staff a year", frame::number(cost.staff_usd_per_year) + " USD"},
                                               {"maintenance a year", frame::number(cost.maintenance_usd_per_year) + " USD"},
                                               {"total a year", frame::number(cost.total_usd_per_year) + " USD"},
                                               {"a delivered GPU-hour", frame::number(cost.usd_per_gpu_hour) + " USD"}};
    if (cost.usd_per_million_tokens) rows.push_back({"a million tokens", frame::number(*cost.usd_per_million_tokens) + " USD"});
    if (cost.rent_usd_per_year) {
      rows.push_back({"rent for the same hours", frame::number(*cost.rent_usd_per_year) + " USD a year"});
      rows.push_back({"owning is cheaper from a use of",
                      cost.break_even_utilization ? frame::percent(*cost.break_even_utilization) : "no use: not even when always used"});
    }
    const std::string gaps = joined(left_out());
    return frame::table(rows) + (gaps.empty() ? "" : "left out, for no option names it: " + gaps + "\n");
  }

  finance::GpuCluster cluster_;
  std::optional<double> gpus_, gpu_price_, rate_, residual_share_;
  std::int64_t years_ = 4;
  std::string depreciation_ = "straight-line";
  NamedValues values_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_tco() {
  return std::make_unique<Tco>();
}

}  // namespace daybreak::roi_calc
