#pragma once
// A folder of samples, one a file, as torchvision's ImageFolder has it: the first folder is the class.
#include <string>

#include "libcore/io/array_file.h"

namespace daybreak::io {

/// Every regular file below `path`, ordered by class, folder and name. Arrays: "bytes" (U8) and "offsets" (I64);
/// "names" and "name_offsets"; "labels" (I64) where there are classes, the place of the class among the sorted names of
/// the first folders, -1 for a file without one; "modes" (U16) where any permission differs from 0644. Hidden files,
/// links, and what is no file are left out, which the notes say; no link is followed. Errors: Error (data, also where
/// no file is an image unless `any_files`; no_input; io).
ArrayFile open_sample_folder(const std::string& path, bool any_files);

}  // namespace daybreak::io
