#pragma once
// In which of the field's layouts a trace is written.
#include <string>
#include <vector>

#include "libcore/io/input_file.h"

namespace daybreak::scaling {

/// How the rows of a layout are cut out of the file.
enum class Framing { csv, json_lines, prometheus, swf };

struct Layout {
  std::string name;                     // as --trace-format spells it
  Framing framing;
  std::vector<std::string> columns;     // that a file of this layout has, by which it is recognized; empty: any
  std::string time_unit = "auto";       // of its numeric times
};

/// True where all columns that the layout has are among those found.
bool has_columns(const Layout& layout, const std::vector<std::string>& found);

/// The layout of that name, or for "auto" the one that the first 64 KiB show. Error (data) where the file is empty, (usage)
/// for an unknown name.
const Layout& layout_of(const io::InputFile& file, const std::string& name);

}  // namespace daybreak::scaling
