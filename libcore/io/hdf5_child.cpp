#include <hdf5.h>

#include <algorithm>

#include "libcore/io/confined_child.h"
#include "libcore/io/hdf5_driver.h"
#include "libcore/io/hdf5_handle.h"
#include "libcore/io/hdf5_table.h"
#include "libcore/io/hdf5_walk.h"

namespace daybreak::io {
namespace {

constexpr std::size_t kSendAbove = 1 << 16;

// --- in the child ----------------------------------------------------------------------------------------------------

void send_all(Hdf5WireWriter& writer) {
  send_from_child(writer.buffer());
  writer.buffer().clear();
}

void walk_file(std::uint64_t file_bytes, Hdf5WireWriter& writer) {
  writer.begin();
  const auto send = [&writer] {
    if (writer.buffer().size() > kSendAbove) send_all(writer);
  };
  try {
    const Hdf5Handle file(open_with_descriptor(kConfinedInput, file_bytes), H5Fclose, "open it");
    Hdf5Walker(writer, send).walk(file);
    writer.end();
  } catch (const Hdf5Fault& fault) {
    writer.fault(fault.text);
  }
  send_all(writer);
}

// --- in the parent ---------------------------------------------------------------------------------------------------

/// A table can hardly be larger than this for a file of that size: each item stands somewhere in the file.
std::uint64_t most_table_bytes(std::uint64_t file_bytes) {
  constexpr std::uint64_t kBase = std::uint64_t{16} << 20, kMost = std::uint64_t{1} << 30;
  return file_bytes > kMost / 32 ? kMost : std::min(kMost, kBase + 32 * file_bytes);
}

}  // namespace

Hdf5Table read_hdf5_table(const InputFile& file) {
  ConfinedWork work;
  work.worker = "HDF5's parser";
  work.name = file.name();
  work.hint = "the file is damaged or hostile; write it again from its source";
  work.input = file.descriptor();
  work.most_bytes = most_table_bytes(file.size());
  work.too_many = "describes more data than a file of its size can hold";
  work.prepare = [] {
    H5open();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    H5PLset_loading_state(0);
  };
  work.work = [&file] {
    Hdf5WireWriter writer;
    walk_file(file.size(), writer);
  };
  return parse_hdf5_table(run_confined(work), file.name(), file.size());
}

}  // namespace daybreak::io
