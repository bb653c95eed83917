#include "libcore/dataset/row_sample.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "libcore/dataset/integrity.h"
#include "libcore/dataset/real_values.h"
#include "libcore/dataset/rounding.h"

namespace daybreak::dataset {
namespace {

constexpr std::uint64_t kMostValues = std::uint64_t{1} << 20;
constexpr std::uint64_t kRuns = 64;

void read_values(const io::ArraySource& source, std::uint64_t first, std::span<double> values) {
  const std::uint64_t width = io::dtype_bytes(source.info().type);
  std::vector<std::byte> bytes(values.size() * width);
  source.read(first * width, bytes);
  to_doubles(source.info().type, bytes, values);
}

}  // namespace

RowSample sample_rows(const io::ArraySource& original, const io::ArraySource& decoded, std::vector<double> missing) {
  RowSample sample;
  const std::uint64_t width = io::dtype_bytes(original.info().type);
  sample.columns = columns_of(original.info());
  sample.missing = std::move(missing);
  const std::uint64_t all = original.info().bytes() / width / sample.columns;
  const std::uint64_t most = std::max(kMostValues / sample.columns, std::uint64_t{2});
  const std::uint64_t runs = all <= most ? 1 : std::min(kRuns, most);
  const std::uint64_t length = all <= most ? all : most / runs;
  sample.rows = runs * length;
  sample.original.resize(sample.rows * sample.columns);
  sample.decoded.resize(sample.original.size());
  for (std::uint64_t run = 0; run < runs && length > 0; ++run) {
    const std::uint64_t first = runs == 1 ? 0 : (all - length) / (runs - 1) * run;
    const std::uint64_t at = run * length * sample.columns, count = length * sample.columns;
    read_values(original, first * sample.columns, std::span(sample.original).subspan(at, count));
    read_values(decoded, first * sample.columns, std::span(sample.decoded).subspan(at, count));
  }
  for (std::uint64_t row = 0; row < sample.rows; ++row) {
    const auto values = sample.original_row(row);
    if (std::all_of(values.begin(), values.end(),
                    [&](double x) { return std::isfinite(x) && !is_missing(x, sample.missing); }))
      sample.whole.push_back(row);
  }
  return sample;
}

}  // namespace daybreak::dataset
