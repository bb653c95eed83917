#include "libcore/records/focus_rows.h"

#include <algorithm>

#include "libcore/base/error.h"

namespace daybreak::records {

FocusRows::FocusRows(const io::InputFile& file) : reader_(file), name_(file.name()) {
  const std::vector<std::string>* first = reader_.next();
  if (first == nullptr) throw data_error(name_, "the file has no records");
  header_ = *first;
  for (const std::string& name : header_)
    if (std::count(header_.begin(), header_.end(), name) > 1) throw data_error(name_, "two columns are called " + io::quoted_field(name));
}

bool FocusRows::next() {
  fields_ = reader_.next();
  return fields_ != nullptr;
}

std::size_t FocusRows::column(std::string_view name) const {
  if (const auto found = find(name)) return *found;
  throw data_error(name_, "expected a column " + std::string(name), "billing rows in the FOCUS layout have it");
}

std::optional<std::size_t> FocusRows::find(std::string_view name) const {
  const auto found = std::find(header_.begin(), header_.end(), name);
  if (found == header_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header_.begin());
}

std::string_view FocusRows::text(std::size_t column) const {
  const std::string& field = (*fields_)[column];
  return field == "NULL" ? std::string_view() : std::string_view(field);
}

std::optional<double> FocusRows::number(std::size_t column) const {
  if (text(column).empty()) return std::nullopt;
  return io::csv_number(text(column), where(), header_[column]);
}

void FocusRows::require_currency(std::size_t column, std::string& currency) const {
  const std::string_view found = text(column);
  if (found.empty()) throw data_error(where(), "expected a currency in " + header_[column] + ", found none");
  if (currency.empty()) currency = found;
  if (found != currency)
    throw data_error(where(), "expected costs in " + currency + ", found " + header_[column] + " " + io::quoted_field(found),
                     "split the bill by BillingCurrency: costs of several currencies are not added");
}

bool is_hours(std::string_view unit) {
  return unit == "Hours" || unit == "Hrs" || unit == "Hour";
}

}  // namespace daybreak::records
