#pragma once
// Finds and loads chips: shared objects that implement kernels/device.h. They are looked for in the folder of installed
// chips beside the program, or loaded from an explicit path; never from the working directory.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "kernels/device.h"

namespace daybreak::device {

/// A loaded chip whose table has been checked: major version, size, and every entry that must be there. Copies share it.
class Chip {
 public:
  /// Loads the shared object at `path`. Throws Error (unavailable) that says what is wrong with it.
  static Chip load(const std::filesystem::path& path);

  const daybreak_chip& table() const noexcept { return *table_; }
  std::string name() const { return table_->name; }
  const std::filesystem::path& path() const noexcept { return path_; }
  /// Devices here; 0 with the reason in `why` where the chip cannot work on this machine.
  int device_count(std::string& why) const;

 private:
  std::shared_ptr<void> library_;
  const daybreak_chip* table_ = nullptr;
  std::filesystem::path path_;
};

/// One line of list_devices(): a device that can be opened, or a chip that cannot be used here and why.
struct DeviceListing {
  std::string name;         // "cpu:0", which Device::open takes; the chip's name alone where it cannot be used
  std::string description;  // "AMD EPYC (AVX2, 2 threads)"
  std::string problem;      // why it cannot be used; empty: it can
  double score = 0;         // "auto" takes the largest
  std::uint64_t memory_bytes = 0;
  std::uint32_t threads = 0;
  std::uint32_t emulated_types = 0;  // bit 1 << daybreak_dtype
  std::filesystem::path path;
};

/// Where the chips of this program are: ../lib/daybreak (or the installed library folder) from the program's own file.
std::filesystem::path chip_folder();
/// The files libdaybreak-chip-*.so of a folder, by name; an absent folder has none.
std::vector<std::filesystem::path> chip_files(const std::filesystem::path& folder = chip_folder());
/// Every device of every chip of a folder, best score first; chips that fail to load are listed with their problem.
std::vector<DeviceListing> list_devices(const std::filesystem::path& folder = chip_folder());

}  // namespace daybreak::device
