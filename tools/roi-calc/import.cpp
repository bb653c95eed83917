// Cost records of clouds and clusters as inputs of a model.
#include <algorithm>
#include <array>
#include <span>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/finance/imports/focus_costs.h"
#include "libcore/finance/imports/open_cost.h"
#include "libcore/finance/model/model.h"
#include "libcore/finance/model/units.h"
#include "libcore/records/return_record.h"
#include "tools/frame/text.h"
#include "tools/roi-calc/verbs.h"

namespace daybreak::roi_calc {
namespace {

using namespace finance;

constexpr std::array<std::string_view, 4> kFocusCosts{"EffectiveCost", "BilledCost", "ListCost", "ContractedCost"};
constexpr std::array<std::string_view, 9> kOpenCostCosts{"totalCost",        "cpuCost",    "gpuCost",   "ramCost", "pvCost", "networkCost",
                                                         "loadBalancerCost", "sharedCost", "externalCost"};

class Import : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("COSTS", &path_, "Billing rows (FOCUS, CSV) or an OpenCost allocation answer (JSON); - is stdin");
    sink.choice("layout", &layout_, {"focus", "opencost"}, "What the file is");
    sink.text("cost", &cost_, "COLUMN", "The one cost to read; EffectiveCost or totalCost where none is given");
    sink.text("currency", &currency_, "CODE", "Currency of OpenCost's answer, such as USD");
    sink.list("only", &only_, "COLUMN=VALUE", "Only billing rows with this value");
    sink.text("by", &by_, "COLUMN", "An input for each value of this column of a bill");
    sink.choice("idle", &idle_, {"count", "leave-out"}, "What OpenCost calls idle");
    sink.file("into", &into_, "A model: print it with these inputs in it", "MODEL");
  }

  void check() override {
    const bool focus = layout_ == "focus";
    if (focus && currency_) throw usage_error("--currency is for OpenCost: a bill names its own");
    if (!focus && !currency_) throw usage_error("--currency is missing: OpenCost's answer names none", "such as --currency USD");
    if (!focus && (by_ || !only_.empty())) throw usage_error("--only and --by are for bills");
    if (currency_ && !currency_code(*currency_))
      throw usage_error("--currency: expected a code of ISO 4217 such as USD, found '" + *currency_ + "'");
    const std::span<const std::string_view> known = focus ? std::span<const std::string_view>(kFocusCosts) : kOpenCostCosts;
    column_ = cost_.value_or(std::string(known[0]));
    if (std::find(known.begin(), known.end(), column_) == known.end())
      throw usage_error("--cost: expected one of " + joined(known) + ", found '" + column_ + "'",
                        "one cost is read: several are never added");
    for (const std::string& text : only_) {
      const auto equals = text.find('=');
      if (equals == 0 || equals == std::string::npos) throw usage_error("--only: expected COLUMN=VALUE, found '" + text + "'");
      conditions_.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
  }

  frame::Outcome run(frame::Session& session) override {
    const StopToken& stop = session.stop();
    const ImportedCosts costs =
        layout_ == "focus"
            ? read_focus_costs(io::InputFile(session.input(path_), &stop), {column_, by_, conditions_}, stop)
            : read_open_cost(io::Json::parse(session.read_text(path_), path_), {column_, *currency_, idle_ == "count"}, path_);
    if (into_) {
      for (const std::string& warning : costs.warnings) session.log().warning(warning);
      const io::Json model = with_inputs(io::Json::parse(session.read_text(*into_), *into_), costs, *into_);
      session.emit(model, model.dump(2) + "\n");
    } else {
      session.emit(document(costs), text(costs));
    }
    return frame::Outcome::done;
  }

 private:
  io::Json document(const ImportedCosts& costs) const {
    io::Json record;
    record["schema"] = records::kReturnSchema;
    record["method"] = "import of " + costs.layout;
    record["inputs"]["file"] = path_;
    record["inputs"]["cost"] = costs.column;
    record["inputs"]["only"] = io::Json::array(only_);
    record["inputs"]["by"] = by_ ? io::Json(*by_) : io::Json();
    io::Json& result = record["import"];
    result["layout"] = costs.layout;
    result["currency"] = costs.currency;
    result["period"] = period_text(costs);
    result["period_hours"] = costs.hours;
    result["parts"] = parts(costs.parts);
    result["left_out"] = parts(costs.left_out);
    result["model_inputs"] = io::Json::object();
    put_inputs(result["model_inputs"], costs.inputs);
    result["warnings"] = io::Json::array(costs.warnings);
    return record;
  }

  static io::Json parts(const std::vector<CostPart>& parts) {
    io::Json all = io::Json::array();
    for (const CostPart& part : parts) {
      io::Json one;
      one["name"] = part.name;
      one["cost"] = part.cost;
      one["records"] = part.records;
      all.push_back(one);
    }
    return all;
  }

  static std::string text(const ImportedCosts& costs) {
    std::vector<std::vector<std::string>> rows{{costs.column + " by kind", costs.currency, "records"}};
    for (const CostPart& part : costs.parts) rows.push_back({part.name, frame::number(part.cost), std::to_string(part.records)});
    for (const CostPart& part : costs.left_out)
      rows.push_back({"left out: " + part.name, frame::number(part.cost), std::to_string(part.records)});
    std::string out = costs.layout + ", " + period_text(costs) + "\n" + frame::table(rows);
    rows = {{"input", "value", "unit"}};
    for (const ImportedInput& input : costs.inputs) rows.push_back({input.name, frame::number(input.value), input.unit});
    out += frame::table(rows);
    for (const std::string& warning : costs.warnings) out += "warning: " + warning + "\n";
    return out;
  }

  std::string path_, layout_ = "focus", idle_ = "count", column_;
  std::optional<std::string> cost_, currency_, by_, into_;
  std::vector<std::string> only_;
  std::vector<std::pair<std::string, std::string>> conditions_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_import() {
  return std::make_unique<Import>();
}

}  // namespace daybreak::roi_calc
