// Laws as files describe them.
#include <array>
#include <cmath>
#include <optional>

#include "libcore/base/described.h"
#include "libcore/base/joined.h"
#include "libcore/finance/chance/distribution.h"
#include "libcore/finance/chance/normal_law.h"
#include "libcore/finance/chance/percentile_name.h"
#include "libcore/records/members.h"

namespace daybreak::finance {
namespace {

using records::Members;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Two members such as "p10" and "p90".
struct TwoQuantiles {
  double z[2];      // deviates of the chances
  double value[2];
};

/// The members "pNN" of a description: none of them, or exactly two.
std::optional<TwoQuantiles> two_quantiles(const io::Json& description, Members& members) {
  TwoQuantiles two{};
  std::size_t count = 0;
  for (const auto& [key, value] : description.as_object()) {
    const std::optional<double> chance = named_percentile(key);
    if (!chance) continue;
    if (!(*chance > 0 && *chance < 1)) members.refuse(key + ": expected a quantile from above p0 to below p100, such as p5");
    if (count == 2) members.refuse(key + ": expected two quantiles, such as p10 and p90, found a third");
    two.z[count] = normal_quantile({*chance, 1 - *chance});
    two.value[count++] = members.required_number(key.c_str());
  }
  if (count == 0) return std::nullopt;
  if (count == 1) members.refuse("expected two quantiles, such as p10 and p90, found one");
  if (!((two.z[1] - two.z[0]) * (two.value[1] - two.value[0]) > 0)) members.refuse("expected quantiles that grow with their percentage");
  return two;
}

Distribution normal_of(const io::Json& description, Members& members) {
  if (const auto two = two_quantiles(description, members)) {
    const double sd = (two->value[1] - two->value[0]) / (two->z[1] - two->z[0]);
    return normal(two->value[0] - sd * two->z[0], sd);
  }
  const double mean = members.required_number("mean");
  return normal(mean, members.required_number("sd"));
}

Distribution lognormal_of(const io::Json& description, Members& members) {
  if (const auto two = two_quantiles(description, members)) {
    if (!(two->value[0] > 0 && two->value[1] > 0)) members.refuse("lognormal: expected quantiles above 0");
    const double sigma = std::log(two->value[1] / two->value[0]) / (two->z[1] - two->z[0]);
    return lognormal(std::log(two->value[0]) - sigma * two->z[0], sigma);
  }
  if (description.find("mean") != nullptr) {
    const double mean = members.required_real("mean", 0, true), sd = members.required_real("sd", 0, true);
    const double variance = std::log1p((sd / mean) * (sd / mean));
    return lognormal(std::log(mean) - variance / 2, std::sqrt(variance));
  }
  const double mu = members.required_number("mu");
  return lognormal(mu, members.required_number("sigma"));
}

Distribution uniform_of(const io::Json&, Members& members) {
  const double low = members.required_number("min");
  return uniform(low, members.required_number("max"));
}

Distribution triangular_of(const io::Json&, Members& members) {
  const double low = members.required_number("min"), mode = members.required_number("mode");
  return triangular(low, mode, members.required_number("max"));
}

Distribution pert_of(const io::Json&, Members& members) {
  const double low = members.required_number("min"), mode = members.required_number("mode"), high = members.required_number("max");
  return pert(low, mode, high, members.number("shape").value_or(4));
}

Distribution beta_of(const io::Json&, Members& members) {
  const double a = members.required_number("alpha"), b = members.required_number("beta");
  return beta(a, b, members.number("min").value_or(0), members.number("max").value_or(1));
}

Distribution discrete_of(const io::Json&, Members& members) {
  const auto values = members.numbers("values"), weights = members.numbers("weights");
  if (!values || !weights) members.refuse("discrete: expected \"values\" and \"weights\", two lists of numbers of the same length");
  return discrete(*values, *weights);
}

Distribution constant_of(const io::Json&, Members& members) {
  return constant(members.required_number("value"));
}

std::vector<double> column_of(const io::CsvTable& table, const std::optional<std::string>& name) {
  const auto column = name ? table.column(*name) : std::optional<std::size_t>(0);
  if (!column) throw data_error(table.name, "no column '" + *name + "'", "its columns: " + joined(table.header));
  if (!name && table.header.size() > 1) throw data_error(table.name, "expected one column, found " + std::to_string(table.header.size()),
                                                          "name one with \"column\": " + joined(table.header));
  std::vector<double> values;
  for (std::size_t row = 0; row < table.rows.size(); ++row) values.push_back(table.number(row, *column));
  return values;
}

Distribution empirical_of(Members& members, const ReadTable& table) {
  const auto values = members.numbers("values");
  const auto file = members.text("file"), column = members.text("column");
  if (values.has_value() == file.has_value())
    members.refuse("empirical: expected either \"values\", a list of numbers, or \"file\", a CSV");
  if (values) return empirical(*values);
  if (!table) members.refuse("empirical: a file cannot be named here");
  return empirical(column_of(table(*file), column));
}

struct Kind {
  const char* name;
  Distribution (*read)(const io::Json&, Members&);  // null: from a table
};

constexpr std::array<Kind, 9> kKinds{{{"constant", constant_of},
                                      {"normal", normal_of},
                                      {"lognormal", lognormal_of},
                                      {"triangular", triangular_of},
                                      {"pert", pert_of},
                                      {"uniform", uniform_of},
                                      {"beta", beta_of},
                                      {"discrete", discrete_of},
                                      {"empirical", nullptr}}};

const Kind& kind_of(const std::string& type, const Members& members) {
  std::vector<std::string_view> names;
  for (const Kind& kind : kKinds) {
    if (type == kind.name) return kind;
    names.emplace_back(kind.name);
  }
  members.refuse("unknown distribution '" + type + "'; known: " + joined(names));
}

/// "truncate": [low, high], of which one may be null.
Distribution cut(const Distribution& whole, const io::Json& limits, const Members& members) {
  const auto limit = [&](std::size_t i, double none) {
    const io::Json& one = limits.at(i);
    if (!one.is_null() && !one.is_number()) members.refuse("truncate: expected numbers or null, found " + one.dump());
    return one.is_null() ? none : one.as_double();
  };
  if (!limits.is_array() || limits.size() != 2) members.refuse("truncate: expected a list of two limits, found " + limits.dump());
  return truncated(whole, limit(0, -kInfinity), limit(1, kInfinity));
}

}  // namespace

Distribution read_distribution(const io::Json& description, const std::string& where, const ReadTable& table) {
  return described(where, {}, [&] {
    if (description.is_number()) return constant(description.as_double());
    Members members(description, where);
    const std::string type = members.required_text("type");
    const Kind& kind = kind_of(type, members);
    Distribution law = kind.read != nullptr ? kind.read(description, members) : empirical_of(members, table);
    if (const io::Json* limits = members.any("truncate")) law = cut(law, *limits, members);
    members.refuse_others();
    return law;
  });
}

}  // namespace daybreak::finance
