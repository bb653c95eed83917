#include "libcore/finance/imports/focus_costs.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>
#include <unordered_set>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/records/focus_rows.h"

namespace daybreak::finance {
namespace {

constexpr std::array<std::string_view, 5> kCategories{"Usage", "Purchase", "Tax", "Credit", "Adjustment"};
constexpr std::size_t kMostGroups = 200;

struct Sum {
  double cost = 0, one_time = 0;  // one_time: what of the cost was charged one time
  std::uint64_t rows = 0;

  void add(const Sum& other) {
    cost += other.cost;
    one_time += other.one_time;
    rows += other.rows;
  }
};

/// By part and group.
using Sums = std::map<std::pair<std::string, std::string>, Sum>;

struct Commitment {
  Sums purchase, covered;
};

double cost_of(const Sums& sums) {
  double cost = 0;
  for (const auto& [key, sum] : sums) cost += std::abs(sum.cost);
  return cost;
}

class FocusImport {
 public:
  FocusImport(const io::InputFile& file, const FocusOptions& options)
      : options_(options), file_(file.name()), rows_(file), cost_(rows_.column(options.column)), currency_(rows_.column("BillingCurrency")),
        category_(rows_.column("ChargeCategory")), begin_(rows_.column("ChargePeriodStart")), end_(rows_.column("ChargePeriodEnd")),
        class_(rows_.find("ChargeClass")), commitment_(rows_.find("CommitmentDiscountId")), frequency_(rows_.find("ChargeFrequency")),
        quantity_(rows_.find("PricingQuantity")), unit_(rows_.find("PricingUnit")), sku_(rows_.find("SkuId")) {
    if (options.by) group_ = rows_.column(*options.by);
    for (const auto& [name, value] : options.only) only_.emplace_back(rows_.column(name), value);
    costs_.layout = "FOCUS " + version();
    costs_.column = options.column;
  }

  ImportedCosts run(const StopToken& stop) {
    while (rows_.next()) {
      stop.check();
      if (std::all_of(only_.begin(), only_.end(), [&](const auto& one) { return rows_.text(one.first) == one.second; })) add_row();
    }
    settle_commitments();
    if (sums_.empty()) throw data_error(file_, options_.only.empty() ? "the bill has no costs" : "no row with a cost is as --only says");
    const bool used = usage_.first < usage_.second;
    costs_.begin_s = used ? usage_.first : all_.first;
    costs_.end_s = used ? usage_.second : all_.second;
    costs_.hours = (costs_.end_s - costs_.begin_s) / 3600;
    add_parts();
    add_cost_inputs(costs_, file_);
    add_groups();
    add_hours();
    add_warnings();
    return std::move(costs_);
  }

 private:
  using Period = std::pair<double, double>;

  /// The youngest version whose columns are there.
  std::string version() const {
    if (rows_.find("InvoiceId") || rows_.find("PricingCurrency")) return "1.2";
    return rows_.find("ServiceSubcategory") || rows_.find("CommitmentDiscountQuantity") ? "1.1" : "1.0";
  }

  void add_row() {
    rows_.require_currency(currency_, costs_.currency);
    const std::string_view category = rows_.text(category_);
    if (std::find(kCategories.begin(), kCategories.end(), category) == kCategories.end())
      throw data_error(rows_.where(), "ChargeCategory: expected one of " + joined(kCategories) + ", found " + io::quoted_field(category));
    const bool correction = rows_.text(class_) == "Correction";
    take_period(category == "Usage" && !correction);
    const auto cost = rows_.number(cost_);
    if (!cost) {
      ++without_cost_;
      return;
    }
    if (!seen_.insert(std::hash<std::string>()(joined(rows_.fields(), "\x1f"))).second) ++repeated_;
    const std::pair<std::string, std::string> key{correction ? "corrections" : input_name(category), std::string(rows_.text(group_))};
    const std::string id(rows_.text(commitment_));
    Commitment* commitment = id.empty() ? nullptr : &commitments_[id];
    Sums& sums = commitment == nullptr ? sums_ : category == "Purchase" ? commitment->purchase : commitment->covered;
    sums[key].add({*cost, rows_.text(frequency_) == "One-Time" ? *cost : 0, 1});
    if (category == "Usage" && !correction) take_hours();
  }

  void take_period(bool usage) {
    const Period period{record_time(rows_.text(begin_), rows_.where() + ": ChargePeriodStart"),
                        record_time(rows_.text(end_), rows_.where() + ": ChargePeriodEnd")};
    if (!(period.second > period.first)) throw data_error(rows_.where(), "the charge period ends before it begins");
    for (Period* whole : {&all_, usage ? &usage_ : &all_})
      *whole = {std::min(whole->first, period.first), std::max(whole->second, period.second)};
  }

  void take_hours() {
    const auto quantity = quantity_ && records::is_hours(rows_.text(unit_)) ? rows_.number(*quantity_) : std::nullopt;
    if (quantity) hours_ += *quantity;
    else by_the_hour_ = false;
    skus_.insert(std::string(rows_.text(sku_)));
  }

  void settle_commitments() {
    const bool billed = options_.column == "BilledCost";
    Sum left;
    for (auto& [id, commitment] : commitments_) {
      const bool twice = cost_of(commitment.purchase) > 0 && cost_of(commitment.covered) > 0;
      for (Sums* part : {&commitment.purchase, &commitment.covered})
        for (const auto& [key, sum] : *part)
          (twice && (part == &commitment.covered) == billed ? left : sums_[key]).add(sum);
    }
    if (left.rows == 0) return;
    costs_.left_out.push_back({billed ? "covered by commitments" : "purchases of commitments", left.cost, left.rows});
    costs_.warnings.push_back("left out: " + counted(left.rows, "row") + " of " + io::Json(left.cost).dump() + " " + costs_.currency +
                              (billed ? ", covered by commitments: the cost is in their purchase"
                                      : ", purchases of commitments: the cost is in the rows that they cover"));
  }

  void add_parts() {
    std::map<std::string, Sum> parts;
    for (const auto& [key, sum] : sums_) {
      parts[key.first].add(sum);
      one_time_ += sum.one_time;
    }
    for (const auto& [name, sum] : parts) costs_.parts.push_back({name, sum.cost, sum.rows});
  }

  void add_groups() {
    if (!group_) return;
    std::map<std::string, Sum> groups;
    for (const auto& [key, sum] : sums_) groups[key.second].add(sum);
    if (groups.size() > kMostGroups)
      throw data_error(file_, "expected at most " + std::to_string(kMostGroups) + " values of " + *options_.by + ", found " +
                                  std::to_string(groups.size()));
    std::set<std::string> taken;
    for (const auto& [value, sum] : groups) {
      std::string name = "cost_of_" + input_name(value);
      for (int i = 2; !taken.insert(name).second; ++i) name = "cost_of_" + input_name(value) + "_" + std::to_string(i);
      costs_.inputs.push_back({name, sum.cost, costs_.currency,
                               file_ + ": " + costs_.column + " of " + counted(sum.rows, "record") + ", " + *options_.by + " " +
                                   io::quoted_field(value) + ", part of cost"});
    }
  }

  void add_hours() {
    const auto usage = std::find_if(costs_.parts.begin(), costs_.parts.end(), [](const CostPart& part) { return part.name == "usage"; });
    if (!by_the_hour_ || skus_.size() != 1 || !(hours_ > 0) || usage == costs_.parts.end()) return;
    costs_.inputs.push_back({"hours", hours_, "hour", file_ + ": PricingQuantity of usage of one SkuId"});
    costs_.inputs.push_back({"cost_per_hour", usage->cost / hours_, costs_.currency + "/hour",
                             file_ + ": " + costs_.column + " of usage over PricingQuantity"});
  }

  void add_warnings() {
    if (without_cost_ > 0) costs_.warnings.push_back(counted(without_cost_, "row") + " without " + options_.column + ", taken as 0");
    if (repeated_ > 0)
      costs_.warnings.push_back(counted(repeated_, "row") +
                                " equal to an earlier one in every column, and counted: was the bill joined from exports that overlap?");
    if (one_time_ != 0)
      costs_.warnings.push_back("cost_per_year takes " + io::Json(one_time_).dump() + " " + costs_.currency +
                                " that were charged one time as if they came again");
  }

  const FocusOptions& options_;
  std::string file_;
  records::FocusRows rows_;
  std::size_t cost_, currency_, category_, begin_, end_;
  std::optional<std::size_t> class_, commitment_, frequency_, quantity_, unit_, sku_, group_;
  std::vector<std::pair<std::size_t, std::string>> only_;
  ImportedCosts costs_;
  Sums sums_;
  std::map<std::string, Commitment> commitments_;
  std::set<std::string> skus_;  // of usage
  std::unordered_set<std::size_t> seen_;  // hashes of whole rows
  Period usage_{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}, all_ = usage_;
  std::uint64_t without_cost_ = 0, repeated_ = 0;
  double one_time_ = 0, hours_ = 0;
  bool by_the_hour_ = true;
};

}  // namespace

ImportedCosts read_focus_costs(const io::InputFile& file, const FocusOptions& options, const StopToken& stop) {
  return FocusImport(file, options).run(stop);
}

}  // namespace daybreak::finance
