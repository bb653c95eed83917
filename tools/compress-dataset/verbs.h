#pragma once
#include <memory>
#include <string>
#include <vector>

#include "libcore/dataset/archive.h"
#include "libcore/dataset/layout.h"
#include "tools/frame/tool.h"

namespace daybreak::compress_dataset {

std::unique_ptr<frame::Verb> make_compress();
std::unique_ptr<frame::Verb> make_restore();
std::unique_ptr<frame::Verb> make_check();
std::unique_ptr<frame::Verb> make_inspect();
std::unique_ptr<frame::Verb> make_convert();
std::unique_ptr<frame::Verb> make_join();
std::unique_ptr<frame::Verb> make_merge();
std::unique_ptr<frame::Verb> make_salvage();
std::unique_ptr<frame::Verb> make_bench();
std::unique_ptr<frame::Verb> make_train_selector();

/// The file, which with all of its parts is an input from here on. Errors as dataset::Archive.
dataset::Archive open_archive(const std::string& path, frame::Session& session);

/// The summary as people read it. speeds: of each array, in bytes decoded a second; none: no such column.
std::string summary_text(const dataset::Layout& layout, std::uint64_t output_bytes,
                         const std::vector<double>& speeds = {});

}  // namespace daybreak::compress_dataset
