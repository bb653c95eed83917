#pragma once
// Linear least squares by orthogonal reflections: what is left of the columns says whether they determine an answer.
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace daybreak::finance {

/// A matrix by its columns, all of one length.
using Columns = std::vector<std::vector<double>>;

/// Q R = A P by Householder reflections with pivoting of the columns, each first divided by its own length so that units do
/// not matter (Golub and Van Loan, Matrix Computations, section 5.4). O(rows columns^2).
class OrthogonalFactors {
 public:
  /// rows >= columns >= 1, all finite. A column whose share beyond the others' combinations is at most `nothing_new` of its length
  /// counts as one: a few roundings of exact columns, more where the columns are less exact.
  explicit OrthogonalFactors(Columns matrix, double nothing_new = 1e-13);

  /// The columns that are no combination of others; all: the answer is determined.
  std::size_t rank() const { return rank_; }
  bool determined() const { return rank_ == columns_.size(); }
  /// A column that is a combination of others; nothing where there is none.
  std::optional<std::size_t> dependent_column() const;
  /// Q' right: the first `columns` entries are what the columns can reach, the rest is what they leave.
  std::vector<double> rotated(std::span<const double> right) const;
  /// The x with the least |A x - right|, from rotated(right). Only where determined().
  std::vector<double> solve(std::span<const double> rotated_right) const;
  /// R, [columns][columns], its columns in the order and of the lengths of A's: they have the angles of A's.
  Columns triangle() const;
  /// The inverse of A' A, by columns. Only where determined().
  Columns inverse_gram() const;

 private:
  void reflect(std::size_t step);

  Columns columns_;                  // above the diagonal R, from it down the reflections
  std::vector<double> diagonal_;     // of R
  std::vector<double> lengths_;      // of the columns as given, in their order there
  std::vector<std::size_t> order_;   // order_[j]: which column as given is the j-th here
  std::size_t rank_ = 0;
};

/// The square root of the sum of squares, without overflow of the squares.
double length_of(std::span<const double> values);

}  // namespace daybreak::finance
