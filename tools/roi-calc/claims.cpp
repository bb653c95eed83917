// Are claims about speed, cost and return consistent?
#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/finance/claims/consistency.h"
#include "libcore/finance/claims/literal.h"
#include "libcore/io/json_optional.h"
#include "libcore/records/record_file.h"
#include "libcore/records/return_record.h"
#include "libcore/records/train_record.h"
#include "tools/frame/text.h"
#include "tools/roi-calc/named_values.h"
#include "tools/roi-calc/verbs.h"

namespace daybreak::roi_calc {
namespace {

struct Measured {
  std::string source;
  double share;
};

class Claims : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    constexpr OptionSink::Range kPositive{1e-9, 1e9};
    sink.operands("RECORD", &paths_, "Records of train-shard run, whose measured share of waiting for data is checked too", false);
    sink.real("latency-ratio", &latency_ratio_, "RATIO", "By what factor input and output become faster", kPositive);
    sink.real("speedup", &speedup_, "RATIO", "By what factor training is said to become faster", kPositive);
    sink.real("hardware-premium", &premium_, "SHARE", "By what share hardware becomes dearer");
    sink.list("hardware-share", &hardware_shares_, "SHARE", "Hardware as a share of all costs; 0.3 and 0.8 where none is given");
    sink.real("contract-ratio", &contract_ratio_, "RATIO", "By what factor contracts are said to become larger", kPositive);
    sink.real("multiple", &multiple_, "N", "Return multiple that is said to follow from investment and growth", kPositive);
    sink.real("investment", &investment_, "MILLIONS", "Investment of that claim", OptionSink::Range{0, 1e9});
    sink.real("growth", &growth_, "FACTOR", "Traffic growth of that claim", kPositive);
    values_.declare(sink, "data-stall-share");
  }

  void check() override {
    shares_ = {0.3, 0.8};
    if (!hardware_shares_.empty()) shares_.clear();
    for (const std::string& text : hardware_shares_) shares_.push_back(parse_share(text));
  }

  frame::Outcome run(frame::Session& session) override {
    std::optional<double> given;
    values_.assign({{"data-stall-share", &given}});
    std::vector<Measured> measured;
    if (given) measured.push_back({"--set data-stall-share", *given});
    for (const std::string& path : paths_) measured.push_back({path, stall_share(session.input(path))});
    io::Json record;
    record["schema"] = records::kReturnSchema;
    record["method"] = "claims";
    record["inputs"] = inputs();
    std::vector<std::vector<std::string>> rows;
    io::Json& claims = record["claims"];
    claims["speed"] = speed(rows);
    claims["cost"] = cost(rows);
    claims["contract"] = contract(rows);
    claims["return"] = literal(rows);
    bool reached = true;
    io::Json& checks = claims["measured"] = io::Json::array();
    for (const Measured& one : measured) checks.push_back(measured_check(one, rows, reached));
    session.emit(record, frame::table(rows));
    return reached ? frame::Outcome::done : frame::Outcome::negative;
  }

 private:
  static double stall_share(const std::string& path) {
    const io::Json record = records::read_record(path);
    records::require_schema(record, records::kTrainSchema, path);
    return records::member(record, "data_stall_share", &io::Json::as_double, path);
  }

  io::Json inputs() const {
    io::Json record;
    record["latency_ratio"] = latency_ratio_;
    record["speedup"] = speedup_;
    record["hardware_premium"] = premium_;
    record["hardware_shares"] = io::Json::array(shares_);
    record["contract_ratio"] = contract_ratio_;
    record["multiple"] = multiple_;
    record["investment_millions"] = investment_;
    record["growth_factor"] = growth_;
    return record;
  }

  io::Json speed(std::vector<std::vector<std::string>>& rows) const {
    const std::optional<double> share = finance::amdahl_share(speedup_, latency_ratio_);
    io::Json check;
    check["needed_share"] = io::or_null(share);
    check["ceiling_speedup"] = share && *share < 1 ? io::Json(finance::amdahl_ceiling(*share)) : io::Json();
    check["possible"] = share.has_value();
    check["says"] = share ? "input and output " + frame::number(latency_ratio_) + " times as fast makes all " + frame::number(speedup_) +
                                " times as fast only if it was " + frame::percent(*share) + " of the time (Amdahl)"
                          : "no share of the time in input and output makes all " + frame::number(speedup_) + " times as fast (Amdahl)";
    rows.push_back({"speed", check.at("says").as_string()});
    return check;
  }

  io::Json cost(std::vector<std::vector<std::string>>& rows) const {
    io::Json checks = io::Json::array();
    for (const double share : shares_) {
      io::Json one;
      one["hardware_share"] = share;
      one["cost_per_work"] = finance::cost_per_work(premium_, share, speedup_);
      checks.push_back(one);
      rows.push_back({"cost", "of a unit of work, with hardware as " + frame::percent(share) + " of all costs: " +
                                  frame::number(one.at("cost_per_work").as_double()) + " of what it was"});
    }
    return checks;
  }

  io::Json contract(std::vector<std::vector<std::string>>& rows) const {
    io::Json check;
    check["derivable"] = false;
    check["says"] = "contracts " + frame::number(contract_ratio_) +
                    " times as large follow from no number of the claim: it names no demand, no price and no share of the market";
    rows.push_back({"contract", check.at("says").as_string()});
    return check;
  }

  io::Json literal(std::vector<std::vector<std::string>>& rows) const {
    const finance::LiteralReturn formula = finance::literal_return(investment_, growth_);
    const std::optional<double> investment = finance::investment_of_multiple(multiple_, growth_);
    io::Json check;
    check["stated_multiple"] = multiple_;
    check["computed_multiple"] = formula.roi_multiple;
    check["consistent"] = formula.roi_multiple == multiple_;
    check["investment_of_stated_millions"] = io::or_null(investment);
    check["says"] = "the formula gives " + frame::number(formula.roi_multiple) + " for " + frame::number(investment_) +
                    " million and growth " + frame::number(growth_) + "; " + frame::number(multiple_) +
                    (investment ? " is what it gives for " + frame::number(*investment) + " million"
                                : " is what it gives for no investment below 50 million");
    rows.push_back({"return", check.at("says").as_string()});
    return check;
  }

  io::Json measured_check(const Measured& measured, std::vector<std::vector<std::string>>& rows, bool& reached) const {
    const double possible = finance::amdahl_speedup(measured.share, latency_ratio_);
    const double ceiling = finance::amdahl_ceiling(measured.share);
    io::Json check;
    check["source"] = measured.source;
    check["data_stall_share"] = measured.share;
    check["speedup"] = possible;
    check["ceiling_speedup"] = ceiling;  // null where nothing but waiting was measured
    check["reaches_claim"] = possible >= speedup_;
    reached = reached && possible >= speedup_;
    rows.push_back({measured.source, "waited for data in " + frame::percent(measured.share) + " of the time: at most " +
                                         frame::number(possible) + " times as fast, and " + frame::number(ceiling) +
                                         " times without any waiting"});
    return check;
  }

  std::vector<std::string> paths_, hardware_shares_;
  std::vector<double> shares_;
  // What the claims that this tool began with say: 200 microseconds become 50, training 2.8 times as fast, hardware 30 % dearer.
  double latency_ratio_ = 4, speedup_ = 2.8, premium_ = 0.3, contract_ratio_ = 4.2, multiple_ = 13, investment_ = 80, growth_ = 5;
  NamedValues values_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_claims() {
  return std::make_unique<Claims>();
}

}  // namespace daybreak::roi_calc
