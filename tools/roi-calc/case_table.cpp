#include "tools/roi-calc/case_table.h"

#include <charconv>
#include <cmath>

#include "libcore/io/buffered_text.h"

namespace daybreak::roi_calc {
namespace {

/// A comma and the shortest digits of the value, or nothing behind it for NaN.
void add_cell(std::string& row, double value) {
  char text[32];
  row += ',';
  if (!std::isnan(value)) row.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

}  // namespace

void write_cases(const finance::CaseSource& source, std::span<const double> results, const std::string& name, io::AtomicFile& target,
                 const StopToken& stop) {
  io::BufferedText file(target);
  std::string row = "replicate,case";
  for (const finance::NamedDistribution& input : source.inputs()) row += "," + input.name;
  file.add(row + "," + name + "\n");
  std::size_t at = 0;
  for (std::uint64_t number = 0; at < results.size(); ++number) {
    const finance::UnitReplicate replicate = source.points().replicate(number);
    for (std::size_t b = 0; b < source.points().blocks(); ++b) {
      stop.check();
      finance::CaseBlock block = source.block(replicate, b);
      for (std::size_t i = 0; i < block.cases(); ++i) {
        row = std::to_string(number) + "," + std::to_string(b * finance::kCasesABlock + i);
        for (std::size_t input = 0; input < block.inputs(); ++input) add_cell(row, block.column(input)[i]);
        add_cell(row, results[at++]);
        file.add(row + "\n");
      }
    }
  }
  file.flush();
}

}  // namespace daybreak::roi_calc
