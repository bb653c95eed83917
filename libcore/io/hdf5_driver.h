#pragma once
// A read-only driver for the HDF5 library over one open descriptor: no path is ever opened. For the confined child.
#include <cstdint>

namespace daybreak::io {

/// Opens the file behind `descriptor` through the driver; an HDF5 file handle (hid_t), negative where HDF5 refuses it. Can
/// be called once a process: whatever HDF5 wants to open later, such as the target of an external link, is refused.
std::int64_t open_with_descriptor(int descriptor, std::uint64_t file_bytes);

/// Where raw data reads go instead of the file while this lives: HDF5 looks a chunk up in its index and asks for the
/// bytes, and the place that it asks for is all we want. The last one is kept; no byte is copied.
class ReadProbe {
 public:
  ReadProbe();
  ~ReadProbe();
  ReadProbe(const ReadProbe&) = delete;
  ReadProbe& operator=(const ReadProbe&) = delete;
  bool seen() const;
  std::uint64_t address() const;
  std::uint64_t bytes() const;
  void forget();
};

}  // namespace daybreak::io
