// The literal return formula.
#include "libcore/finance/claims/literal.h"

#include "libcore/base/error.h"
#include "libcore/records/return_record.h"
#include "tools/frame/text.h"
#include "tools/roi-calc/named_values.h"
#include "tools/roi-calc/verbs.h"

namespace daybreak::roi_calc {
namespace {

class Literal : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    options_.declare(sink);
    values_.declare(sink, "investment or growth");
  }

  frame::Outcome run(frame::Session& session) override {
    values_.assign({{"investment", &options_.investment}, {"growth", &options_.growth}});
    if (!options_.investment) throw usage_error("--investment is missing", "give it in millions, such as --investment 80");
    if (!options_.growth) throw usage_error("--growth is missing", "give it as a factor, such as --growth 5");
    const finance::LiteralReturn result = finance::literal_return(*options_.investment, *options_.growth);
    session.emit(document(result), text(result));
    return frame::Outcome::done;
  }

 private:
  io::Json document(const finance::LiteralReturn& result) const {
    io::Json record;
    record["schema"] = records::kReturnSchema;
    record["method"] = "literal";
    record["inputs"]["investment_millions"] = *options_.investment;
    record["inputs"]["growth_factor"] = *options_.growth;
    io::Json& literal = record["literal"];
    literal["roi_multiple"] = result.roi_multiple;
    literal["slope_per_million"] = result.slope_per_million;
    literal["ceiling_multiple"] = result.ceiling_multiple;
    literal["multiple_without_investment"] = result.multiple_without_investment;
    literal["implied_annual_return"] = result.implied_annual_return;
    for (const std::string& warning : result.warnings) literal["warnings"].push_back(warning);
    return record;
  }

  static std::string text(const finance::LiteralReturn& result) {
    std::string out = frame::table({{"return multiple over three years", frame::number(result.roi_multiple)},
                                    {"implied return a year", frame::percent(result.implied_annual_return)},
                                    {"gained by one more million", frame::number(result.slope_per_million)},
                                    {"ceiling at this growth", frame::number(result.ceiling_multiple)},
                                    {"with nothing invested", frame::number(result.multiple_without_investment)}});
    for (const std::string& warning : result.warnings) out += "warning: " + warning + "\n";
    return out;
  }

  finance::LiteralOptions options_;
  NamedValues values_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_literal() {
  return std::make_unique<Literal>();
}

}  // namespace daybreak::roi_calc
