#pragma once
// CSV and JSON Lines as arrays: the text as it is, where its records begin, and columns of numbers.
#include <memory>

#include "libcore/io/array_file.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// Arrays: "text" (U8), which alone restores the file; "line_offsets" (I64), the byte at which each record begins and, as
/// its last, the size of the file; then the columns that the options want, each I64 where all its values are integers,
/// else F64. A header is a record too: where the file has one, line_offsets has one record more than the columns.
/// Empty fields and NA, NaN, null are NaN, inf is infinite. "all" takes every column that holds numbers only. Errors:
/// Error (data, with the line: fields missing or left over, text or a number beyond a double in a wanted column).
ArrayFile open_csv(const std::shared_ptr<const InputFile>& file, const ReadOptions& options);
/// The same for one JSON document a line; blank lines are passed over. Columns are members of objects; a missing member
/// and null are NaN; "all" takes the members of the first record. Every line must be valid JSON.
ArrayFile open_jsonl(const std::shared_ptr<const InputFile>& file, const ReadOptions& options);

}  // namespace daybreak::io
