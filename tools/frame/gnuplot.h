#pragma once
// Pictures through gnuplot, a program that is asked for at run time.
#include <string>
#include <string_view>

#include "libcore/io/atomic_file.h"

namespace daybreak::frame {

/// Error (usage) for a name that ends in neither .svg nor .png; Error (unavailable) where there is no gnuplot.
void check_plot(const std::string& path);

/// A text in gnuplot's quotes, whatever it holds: characters outside a closed alphabet become "_", for gnuplot would
/// execute some.
std::string gnuplot_text(std::string_view text);

/// A number as gnuplot reads it, whatever the locale.
std::string gnuplot_number(double value);

/// Draws what the script plots into `file`, which will be called `path`, `height` points high. Nothing that came from a
/// file may stand in the script but numbers and gnuplot_text(). Errors: as check_plot(); Error (bug) where gnuplot
/// fails.
void draw(const std::string& script, int height, const std::string& path, io::AtomicFile& file);

}  // namespace daybreak::frame
