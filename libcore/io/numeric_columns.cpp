#include "libcore/io/numeric_columns.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/file_array.h"

namespace daybreak::io {
namespace {

constexpr std::size_t kGroupCells = std::size_t{1} << 19;
constexpr std::size_t kMostColumns = 65536;
constexpr std::array<std::string_view, 19> kMissing{
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_infinity(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower == "inf" || lower == "infinity";
}

}  // namespace

NumericCell missing_cell() {
  return {NumericCell::Kind::real, 0, std::numeric_limits<double>::quiet_NaN()};
}

NumericCell parse_cell(std::string_view text) {
  using Kind = NumericCell::Kind;
  text = trimmed(text);
  if (std::find(kMissing.begin(), kMissing.end(), text) != kMissing.end()) return missing_cell();
  const bool plus = text.starts_with('+'), minus = text.starts_with('-');
  const std::string_view magnitude = text.substr(plus || minus ? 1 : 0);
  if (magnitude.empty()) return {};
  if (const char first = magnitude[0]; (first < '0' || first > '9') && first != '.') {
    if (!is_infinity(magnitude)) return {};
    const double infinity = std::numeric_limits<double>::infinity();
    return {Kind::real, 0, minus ? -infinity : infinity};
  }
  if (plus) text = magnitude;
  const char* const end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto [last, failure] = std::from_chars(text.data(), end, integer); last == end && failure == std::errc{})
    return {Kind::integer, integer, static_cast<double>(integer)};
  double real = 0;
  const auto [last, failure] = std::from_chars(text.data(), end, real, std::chars_format::general);
  if (last != end || failure == std::errc::invalid_argument) return {};
  // from_chars tells overflow and underflow alike; strtod gives the nearest number or infinity.
  if (failure == std::errc::result_out_of_range) real = std::strtod(std::string(text).c_str(), nullptr);
  return {std::isfinite(real) ? Kind::real : Kind::overflow, 0, real};
}

NumericColumns::NumericColumns(std::vector<std::string> names, bool tolerant, std::string file)
    : tolerant_(tolerant), file_(std::move(file)),
      group_rows_(std::clamp<std::size_t>(kGroupCells / std::max<std::size_t>(names.size(), 1), 16, 4096)) {
  if (names.size() > kMostColumns) throw data_error(file_, "more than 65536 columns of numbers", "choose some with --columns");
  std::vector<std::string> sorted = names;
  for (const char* taken : {"text", "line_offsets"}) sorted.push_back(taken);
  std::sort(sorted.begin(), sorted.end());
  if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
    throw data_error(file_, "the column name \"" + *twice + "\" is taken already", "rename the column, or choose others with --columns");
  for (std::string& name : names) {
    check_array_name(name, file_);
    columns_.push_back({std::move(name), true, true, false, {}});
  }
  integers_.resize(columns_.size() * group_rows_);
  reals_.resize(columns_.size() * group_rows_);
  reset_row();
}

void NumericColumns::reset_row() {
  row_.assign(columns_.size(), missing_cell());
}

void NumericColumns::set(std::size_t column, const NumericCell& cell, const std::string& where, std::string_view text) {
  using Kind = NumericCell::Kind;
  Column& target = columns_[column];
  row_[column] = cell;
  target.was_set = true;
  if (cell.kind != Kind::other && cell.kind != Kind::overflow) return;
  if (!tolerant_) {
    const char* expected = cell.kind == Kind::overflow ? "expected a number that a double can hold" : "expected a number";
    throw data_error(where, "column \"" + target.name + "\": " + expected + ", found '" + std::string(text.substr(0, 40)) + "'");
  }
  if (cell.kind == Kind::other) target.numbers = false;
  else if (target.overflow_where.empty()) target.overflow_where = where;
}

void NumericColumns::end_row() {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    columns_[i].integers = columns_[i].integers && row_[i].kind == NumericCell::Kind::integer;
    integers_[i * group_rows_ + row_in_group_] = row_[i].integer;
    reals_[i * group_rows_ + row_in_group_] = row_[i].real;
  }
  reset_row();
  ++rows_;
  if (++row_in_group_ == group_rows_) flush_group();
}

void NumericColumns::flush_group() {
  if (row_in_group_ == 0) return;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    spool_.append(std::as_bytes(std::span(integers_).subspan(i * group_rows_, group_rows_)));
    spool_.append(std::as_bytes(std::span(reals_).subspan(i * group_rows_, group_rows_)));
  }
  row_in_group_ = 0;
}

std::vector<std::unique_ptr<ArraySource>> NumericColumns::finish() {
  flush_group();
  const auto spool = spool_.finish(file_);
  const std::uint64_t slot = group_rows_ * sizeof(double);
  std::vector<std::unique_ptr<ArraySource>> arrays;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    if (!column.numbers || (tolerant_ && rows_ == 0)) continue;
    if (!column.overflow_where.empty())
      throw data_error(column.overflow_where, "column \"" + column.name + "\": a number is larger than a double can hold");
    const bool integers = column.integers && rows_ > 0;
    Placement placement{(2 * i + (integers ? 0 : 1)) * slot};
    if (rows_ == 0) placement.offset = 0;
    placement.record_bytes = slot;
    placement.record_step = 2 * columns_.size() * slot;
    arrays.push_back(file_array(spool, {column.name, integers ? DType::i64 : DType::f64, {rows_}}, placement));
  }
  return arrays;
}

}  // namespace daybreak::io
