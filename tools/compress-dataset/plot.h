#pragma once
// The record of a dataset as a picture.
#include <string>

#include "libcore/dataset/layout.h"
#include "libcore/io/atomic_file.h"

namespace daybreak::compress_dataset {

/// The bytes of the largest arrays, plain and stored; where any is lossy, also the bits of a value against what was
/// lost of the variance, beside the least that normal values need. `file` will be called `path`, which tells the kind
/// of picture. Errors: those of frame::draw(); Error (data) where there is nothing to plot.
void plot_summary(const dataset::Layout& layout, const std::string& path, io::AtomicFile& file);

}  // namespace daybreak::compress_dataset
