#include "libcore/device/device.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/device/device_state.h"

namespace fs = std::filesystem;
namespace daybreak::device {
namespace {

struct Choice {
  Chip chip;
  int ordinal = 0;
};

std::string what_there_is(const fs::path& folder) {
  std::string text;
  for (const DeviceListing& device : list_devices(folder)) {
    text += text.empty() ? "there is " : ", ";
    text += device.name + (device.problem.empty() ? "" : " (not usable: " + device.problem + ")");
  }
  return text.empty() ? "there is no chip in " + folder.string() : text;
}

Error absent(const std::string& name, const fs::path& folder) {
  return {ExitStatus::unavailable, "there is no device '" + name + "'", what_there_is(folder)};
}

Choice best_choice(const fs::path& folder) {
  for (const DeviceListing& device : list_devices(folder)) {
    if (!device.problem.empty() || device.score <= 0) continue;
    const auto colon = device.name.rfind(':');
    return {Chip::load(device.path), static_cast<int>(parse_count(device.name.substr(colon + 1)))};
  }
  throw absent("auto", folder);
}

/// "cpu:1" -> {"cpu", 1}; a name without a number means the first device.
std::pair<std::string, int> split(const std::string& name) {
  const auto colon = name.rfind(':');
  if (colon == std::string::npos) return {name, 0};
  const std::int64_t ordinal = parse_count(name.substr(colon + 1));
  if (ordinal > 65535) throw usage_error("'" + name + "' names no device", "use a name such as cpu:0");
  return {name.substr(0, colon), static_cast<int>(ordinal)};
}

Choice choose(const std::string& name, const fs::path& folder) {
  if (name == "auto") return best_choice(folder);
  const auto [chip_name, ordinal] = split(name);
  if (chip_name.ends_with(".so")) return {Chip::load(chip_name), ordinal};
  const auto files = chip_files(folder);
  const auto file = std::find_if(files.begin(), files.end(), [&chip_name = chip_name](const fs::path& path) {
    return path.filename() == "libdaybreak-chip-" + chip_name + ".so";
  });
  if (file == files.end()) throw absent(name, folder);
  return {Chip::load(*file), ordinal};
}

}  // namespace

void DeviceState::require(daybreak_status status, const char* doing) const {
  if (status == DAYBREAK_OK) return;
  const char* words = device ? chip.table().last_error(device) : nullptr;
  const std::string message = std::string(doing) + ": " + (words && *words ? words : "no reason given");
  switch (status) {
    case DAYBREAK_UNSUPPORTED:
      throw Error(ExitStatus::unavailable, message, "choose another device or precision", "device " + name);
    case DAYBREAK_NO_MEMORY:
      throw Error(ExitStatus::resources, message, "use a smaller batch or context", "device " + name);
    case DAYBREAK_INVALID: throw Error(ExitStatus::bug, message, {}, "device " + name);
    default: throw Error(ExitStatus::unavailable, message, {}, "device " + name);
  }
}

Device Device::open(const std::string& name, const OpenOptions& options, const fs::path& folder) {
  Choice choice = choose(name, folder);
  std::string why;
  const int count = choice.chip.device_count(why);
  if (count == 0) throw Error(ExitStatus::unavailable, "device '" + name + "' cannot be used: " + why, what_there_is(folder));
  if (choice.ordinal >= count) throw absent(name, folder);

  const auto state = std::make_shared<DeviceState>(choice.chip);
  state->name = choice.chip.name() + ":" + std::to_string(choice.ordinal);
  daybreak_open_options wanted{};
  wanted.struct_size = sizeof wanted;
  wanted.threads = options.threads;
  wanted.instruction_set = options.instruction_set.empty() ? nullptr : options.instruction_set.c_str();
  std::array<char, 512> reason{};
  const daybreak_status status =
      choice.chip.table().open(choice.ordinal, &wanted, &state->device, reason.data(), reason.size());
  if (status != DAYBREAK_OK) {
    const std::string message = "device '" + name + "' cannot be opened: " + (reason[0] ? reason.data() : "no reason given");
    if (status == DAYBREAK_INVALID) throw usage_error(message);
    throw Error(status == DAYBREAK_NO_MEMORY ? ExitStatus::resources : ExitStatus::unavailable, message);
  }
  state->info.struct_size = sizeof state->info;
  state->require(choice.chip.table().device_info(choice.ordinal, &state->info), "device_info");
  // The chip tells of the whole processor.
  if (state->info.threads > 0 && options.threads > 0) state->info.threads = options.threads;
  return Device(state);
}

std::string Device::name() const {
  return state_->name;
}

const daybreak_device_info& Device::info() const {
  return state_->info;
}

const Chip& Device::chip() const {
  return state_->chip;
}

Buffer Device::allocate(std::size_t bytes) {
  return Buffer(state_, bytes);
}

void Device::copy(void* to, const void* from, std::size_t bytes) {
  OperationTimer timer(*state_, "copy");
  state_->require(state_->chip.table().copy(state_->device, nullptr, to, from, bytes), "copy");
  timer.stop();
}

void Device::fill_zero(void* memory, std::size_t bytes) {
  OperationTimer timer(*state_, "fill_zero");
  state_->require(state_->chip.table().fill_zero(state_->device, nullptr, memory, bytes), "fill_zero");
  timer.stop();
}

void Device::copy_in(void* to, const void* from_host, std::size_t bytes) {
  OperationTimer timer(*state_, "copy_in");
  state_->require(state_->chip.table().copy_in(state_->device, nullptr, to, from_host, bytes), "copy_in");
  timer.stop();
}

void Device::copy_out(void* to_host, const void* from, std::size_t bytes) {
  OperationTimer timer(*state_, "copy_out");
  state_->require(state_->chip.table().copy_out(state_->device, nullptr, to_host, from, bytes), "copy_out");
  timer.stop();
  synchronize();
}

void Device::synchronize() {
  state_->require(state_->chip.table().stream_synchronize(state_->device, nullptr), "synchronize");
}

int Device::supports(daybreak_op op, std::initializer_list<daybreak_dtype> types,
                     std::initializer_list<std::int64_t> sizes) const {
  daybreak_query query{};
  query.struct_size = sizeof query;
  query.op = op;
  if (types.size() > std::size(query.types) || sizes.size() > std::size(query.sizes))
    throw Error(ExitStatus::bug, "supports(): at most 4 types and 4 sizes");
  std::copy(types.begin(), types.end(), query.types);
  std::copy(sizes.begin(), sizes.end(), query.sizes);
  return state_->chip.table().supports(state_->device, &query);
}

std::size_t Device::packed_bytes(daybreak_pack arguments) const {
  arguments.struct_size = sizeof arguments;
  return state_->chip.table().packed_bytes(state_->device, &arguments);
}

double Device::peak_flops(daybreak_dtype type) const {
  return state_->chip.table().peak_flops(state_->device, type);
}

}  // namespace daybreak::device
