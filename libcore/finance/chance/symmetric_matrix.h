#pragma once
// Small symmetric matrices: what is asked of correlations.
#include <cstddef>
#include <vector>

namespace daybreak::finance {

/// [size, size], row-major, symmetric by its users' care.
struct SymmetricMatrix {
  std::size_t size;
  std::vector<double> values;

  static SymmetricMatrix identity(std::size_t size);
  double at(std::size_t i, std::size_t j) const { return values[i * size + j]; }
  void set(std::size_t i, std::size_t j, double value) { values[i * size + j] = values[j * size + i] = value; }
};

struct Eigen {
  std::vector<double> values;                // ascending
  std::vector<std::vector<double>> vectors;  // [size][size], one an eigenvalue, of length 1
};
/// Jacobi's rotations (Golub and Van Loan, Matrix Computations, 8.5). O(size^3) a sweep.
Eigen eigen(const SymmetricMatrix& matrix);

/// The correlation matrix nearest in the sum of squares: alternating projections with Dykstra's correction (Higham 2002,
/// "Computing the nearest correlation matrix", algorithm 3.3), until a round changes less than 1e-13.
SymmetricMatrix nearest_correlation(const SymmetricMatrix& matrix);

/// The lower triangle L with L L' = matrix, [size, size], for a matrix without negative eigenvalues; pivots of less than 1e-10 are 0.
std::vector<double> cholesky(const SymmetricMatrix& matrix);

}  // namespace daybreak::finance
