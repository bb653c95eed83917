#include "libcore/finance/fit/projects.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"

namespace daybreak::finance {
namespace {

std::size_t column_of(const io::CsvTable& table, const std::string& name, const std::string& option) {
  const auto column = table.column(name);
  if (!column || !table.has_header)
    throw data_error(table.name,
                     "expected a column " + name + ", found " + (table.has_header ? joined(table.header) : "no header"),
                     "name the column with --" + option);
  if (std::count(table.header.begin(), table.header.end(), name) > 1)
    throw data_error(table.name, "two columns are called " + name);
  return *column;
}

}  // namespace

Projects read_projects(const io::CsvTable& table, const ProjectColumns& names) {
  const std::size_t investment = column_of(table, names.investment, "investment-column");
  const std::size_t growth = column_of(table, names.growth, "growth-column");
  const std::size_t roi = column_of(table, names.roi, "roi-column");
  Projects projects;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    projects.investment.push_back(table.number(row, investment));
    projects.growth.push_back(table.number(row, growth));
    projects.roi.push_back(table.number(row, roi));
    projects.places.push_back(table.where(row));
    if (projects.investment.back() < 0)
      throw data_error(table.where(row), names.investment + ": expected at least 0, found " + table.rows[row][investment]);
    if (!(projects.growth.back() > 0))
      throw data_error(table.where(row), names.growth + ": expected a factor above 0, found " + table.rows[row][growth]);
  }
  return projects;
}

}  // namespace daybreak::finance
