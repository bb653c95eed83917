#include "libcore/device/chip.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <system_error>
#include <utility>

#include "kernels/common/operation_list.h"
#include "libcore/base/error.h"

namespace fs = std::filesystem;
namespace daybreak::device {
namespace {

constexpr std::string_view kPrefix = "libdaybreak-chip-", kSuffix = ".so";

Error unusable(const fs::path& path, std::string message, std::string hint = {}) {
  return {ExitStatus::unavailable, std::move(message), std::move(hint), path.string()};
}

struct RequiredEntry {
  std::string_view name;
  std::size_t offset;
};

#define DAYBREAK_ENTRY(name) \
  { #name, offsetof(daybreak_chip, name) }
#define DAYBREAK_OPERATION_ENTRY(name, Arguments) DAYBREAK_ENTRY(name),
constexpr RequiredEntry kRequired[] = {
    DAYBREAK_ENTRY(device_count),   DAYBREAK_ENTRY(device_info),     DAYBREAK_ENTRY(score),
    DAYBREAK_ENTRY(open),           DAYBREAK_ENTRY(close),           DAYBREAK_ENTRY(last_error),
    DAYBREAK_ENTRY(allocate),       DAYBREAK_ENTRY(release),         DAYBREAK_ENTRY(copy_in),
    DAYBREAK_ENTRY(copy_out),       DAYBREAK_ENTRY(copy),            DAYBREAK_ENTRY(fill_zero),
    DAYBREAK_ENTRY(stream_create),  DAYBREAK_ENTRY(stream_destroy),  DAYBREAK_ENTRY(stream_synchronize),
    DAYBREAK_ENTRY(event_create),   DAYBREAK_ENTRY(event_destroy),   DAYBREAK_ENTRY(event_record),
    DAYBREAK_ENTRY(stream_wait),    DAYBREAK_ENTRY(event_elapsed_s), DAYBREAK_ENTRY(supports),
    DAYBREAK_ENTRY(peak_flops),     DAYBREAK_ENTRY(packed_bytes),    DAYBREAK_EACH_OPERATION(DAYBREAK_OPERATION_ENTRY)};
#undef DAYBREAK_OPERATION_ENTRY
#undef DAYBREAK_ENTRY

/// The table may be longer (a newer minor version) but must hold all that this program calls.
void check_table(const daybreak_chip* table, const fs::path& path) {
  const std::string expected = std::to_string(DAYBREAK_CHIP_MAJOR) + "." + std::to_string(DAYBREAK_CHIP_MINOR);
  if (!table) throw unusable(path, "the chip refuses interface version " + expected, "build it for this version of Daybreak");
  if (table->struct_size < offsetof(daybreak_chip, minor) + sizeof table->minor || table->major != DAYBREAK_CHIP_MAJOR)
    throw unusable(path, "the chip speaks another major version of the interface, expected " + expected,
                   "build it for this version of Daybreak");
  if (table->struct_size < offsetof(daybreak_chip, pack))
    throw unusable(path, "the chip's table has " + std::to_string(table->struct_size) + " bytes, expected at least " +
                             std::to_string(offsetof(daybreak_chip, pack)));
  if (!table->name || !*table->name) throw unusable(path, "the chip has no name");
  for (const RequiredEntry& entry : kRequired) {
    const auto* place = reinterpret_cast<const std::byte*>(table) + entry.offset;
    if (!*reinterpret_cast<void* const*>(place))
      throw unusable(path, "the chip lacks the required entry " + std::string(entry.name));
  }
}

void append_devices(const Chip& chip, std::vector<DeviceListing>& listings) {
  DeviceListing listing;
  listing.name = chip.name();
  listing.path = chip.path();
  const int count = chip.device_count(listing.problem);
  if (count == 0) listings.push_back(listing);
  for (int ordinal = 0; ordinal < count; ++ordinal) {
    daybreak_device_info info{};
    info.struct_size = sizeof info;
    listing.problem = chip.table().device_info(ordinal, &info) == DAYBREAK_OK ? "" : "it does not tell what it is";
    listing.name = chip.name() + ":" + std::to_string(ordinal);
    listing.description = info.name;
    listing.memory_bytes = info.memory_bytes;
    listing.threads = info.threads;
    listing.emulated_types = info.emulated_types;
    listing.score = chip.table().score(ordinal);
    listings.push_back(listing);
  }
}

}  // namespace

Chip Chip::load(const fs::path& path) {
  std::error_code failed;
  const fs::path file = fs::absolute(path, failed);  // dlopen searches the library path for a name without a slash
  if (failed || !fs::exists(file, failed)) throw unusable(path, "there is no such chip");
  // Never unloaded: a thread pool inside a vendor's library may outlive the last device.
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!library) throw unusable(path, std::string("the chip cannot be loaded: ") + dlerror());
  Chip chip;
  chip.library_ = std::shared_ptr<void>(library, [](void* handle) { dlclose(handle); });
  chip.path_ = file;
  const auto get = reinterpret_cast<daybreak_chip_get_function>(dlsym(library, "daybreak_chip_get"));
  if (!get) throw unusable(path, "not a chip: it does not export daybreak_chip_get");
  chip.table_ = get(DAYBREAK_CHIP_MAJOR, DAYBREAK_CHIP_MINOR);
  check_table(chip.table_, path);
  return chip;
}

int Chip::device_count(std::string& why) const {
  std::array<char, 512> text{};
  const int count = table_->device_count(text.data(), text.size());
  if (count > 0) return count;
  why = text[0] ? text.data() : "there is no such device on this machine";
  return 0;
}

fs::path chip_folder() {
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  if (failed) throw system_error("open", "/proc/self/exe", failed.value());
  const fs::path prefix = program.parent_path().parent_path();
  const fs::path built = prefix / "lib/daybreak";
  return fs::is_directory(built, failed) ? built : prefix / DAYBREAK_INSTALLED_LIBRARIES / "daybreak";
}

std::vector<fs::path> chip_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(folder, absent)) {
    const std::string name = entry.path().filename();
    if (name.starts_with(kPrefix) && name.ends_with(kSuffix)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<DeviceListing> list_devices(const fs::path& folder) {
  std::vector<DeviceListing> listings;
  for (const fs::path& file : chip_files(folder)) try {
      append_devices(Chip::load(file), listings);
    } catch (const Error& error) {
      DeviceListing broken;
      const std::string name = file.filename();
      broken.name = name.substr(kPrefix.size(), name.size() - kPrefix.size() - kSuffix.size());
      broken.problem = error.message();
      broken.path = file;
      listings.push_back(broken);
    }
  std::stable_sort(listings.begin(), listings.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  return listings;
}

}  // namespace daybreak::device
