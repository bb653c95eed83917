#pragma once
// The HDF5 file that a verb writes: under a temporary name, read back, then renamed.
#include <functional>
#include <optional>
#include <string>

#include "libcore/dataset/compress.h"
#include "tools/frame/tool.h"

namespace daybreak::compress_dataset {

/// Error (usage) where -o is missing and wanted, or names a pipe or a device. Notes the selector's file as an input, and
/// in a dry run reads it (Error: data).
void check_output(const std::optional<std::string>& output, const dataset::CompressOptions& options,
                  frame::Session& session);

/// Adds to the record and to its text before they are printed.
using AddToRecord = std::function<void(io::Json& document, std::string& text)>;

/// Whether a file that was written is good enough to keep, and what the record says of that.
struct Judgment {
  bool keep = true;
  std::string key;  // of the record, for the facts
  io::Json facts;
  std::string text;  // for people
};
using Judge = std::function<Judgment(const std::string& path)>;

/// Calls write(temporary path), verifies what it wrote, prints the record and gives the file its name. Where a judge
/// does not let it pass the record is printed too, but nothing is kept (Outcome::negative).
frame::Outcome write_dataset(const std::string& output, frame::Session& session, const dataset::Surroundings& around,
                             const std::function<dataset::Layout(const std::string& path)>& write,
                             const AddToRecord& add = {}, const Judge& judge = {});

/// Prints the record of a run that writes nothing.
void show_record(const AddToRecord& add, frame::Session& session);

}  // namespace daybreak::compress_dataset
