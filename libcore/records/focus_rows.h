#pragma once
// Billing rows in the FOCUS layout (FinOps Open Cost and Usage Specification, versions 1.0 to 1.2).
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/io/csv.h"

namespace daybreak::records {

/// Streams the rows of a bill, whatever the order of its columns. NULL as a word and an empty field both say nothing.
class FocusRows {
 public:
  /// Error (data) for a file without a header, and for a column that stands there twice.
  explicit FocusRows(const io::InputFile& file);

  /// False at the end.
  bool next();
  /// The place of a column; Error (data) where it is missing.
  std::size_t column(std::string_view name) const;
  /// The place of a column; nothing where it is missing.
  std::optional<std::size_t> find(std::string_view name) const;

  /// A field of the row that next() gave; "" where it says nothing.
  std::string_view text(std::size_t column) const;
  std::string_view text(std::optional<std::size_t> column) const { return column ? text(*column) : std::string_view(); }
  /// Nothing where the field says nothing; Error (data) with the line for another text.
  std::optional<double> number(std::size_t column) const;
  /// Error (data) unless the row's currency, in that column, is `currency`; an empty `currency` becomes that of the row.
  void require_currency(std::size_t column, std::string& currency) const;
  const std::vector<std::string>& fields() const { return *fields_; }
  std::string where() const { return reader_.where(); }

 private:
  io::CsvReader reader_;
  std::string name_;
  std::vector<std::string> header_;
  const std::vector<std::string>* fields_ = nullptr;
};

/// True for a unit of PricingUnit or ConsumedUnit that counts hours.
bool is_hours(std::string_view unit);

}  // namespace daybreak::records
