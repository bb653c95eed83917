#include "libcore/training/collectives/device_group.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/device/chip.h"
#include "libcore/training/collectives/library.h"

namespace daybreak::training {
namespace {

/// "cuda:1" -> 1
int ordinal_of(const device::Device& device) {
  const std::string name = device.name();
  return static_cast<int>(parse_count(name.substr(name.rfind(':') + 1)));
}

/// What the first member tells the others.
struct Invitation {
  std::int32_t valid = 0;
  unsigned char bytes[DAYBREAK_INVITATION_BYTES] = {};
};

}  // namespace

/// What a rank tells of its device.
struct DeviceGroup::Card {
  std::int32_t able = 0;
  unsigned char id[DAYBREAK_DEVICE_ID_BYTES] = {};
};

DeviceGroup::DeviceGroup(Collectives& ranks, const device::Device& device, const std::filesystem::path& library, double patience_s)
    : ranks_(ranks) {
  choose_members(all_gathered(ranks, introduce(device, library)));
  if (empty()) return;
  join(has(ranks.rank()) ? ordinal_of(device) : -1, patience_s);
}

DeviceGroup::~DeviceGroup() {
  if (group_) table_->leave(group_);
}

DeviceGroup::Card DeviceGroup::introduce(const device::Device& device, const std::filesystem::path& library) {
  Card card;
  if (device.in_host_memory()) {
    why_ = "the device computes in the host's memory";
    return card;
  }
  try {
    table_ = load_table<daybreak_device_collectives>(library, "daybreak_device_collectives_get", DAYBREAK_DEVICE_COLLECTIVES_MAJOR,
                                                     DAYBREAK_DEVICE_COLLECTIVES_MINOR, "install NCCL (libnccl2)");
    if (device.chip().name() != table_->chip)
      throw Error(ExitStatus::unavailable, "it is for devices of the chip " + std::string(table_->chip));
    daybreak_job_failure failure{};
    check_call(table_->identify(ordinal_of(device), card.id, &failure), failure);
    card.able = 1;
  } catch (const Error& error) {
    why_ = error.what();
  }
  return card;
}

void DeviceGroup::choose_members(std::span<const Card> cards) {
  for (std::size_t rank = 0; rank < cards.size(); ++rank) {
    if (!cards[rank].able) continue;
    for (const int other : members_)
      if (std::memcmp(cards[static_cast<std::size_t>(other)].id, cards[rank].id, sizeof cards[rank].id) == 0) {
        why_ = "ranks " + std::to_string(other) + " and " + std::to_string(rank) + " have the same device";
        members_.clear();
        return;
      }
    members_.push_back(static_cast<int>(rank));
  }
  if (members_.size() > 1) return;
  if (why_.empty()) why_ = "no other rank has such a device";
  members_.clear();
}

void DeviceGroup::join(int ordinal, double patience_s) {
  daybreak_job_failure failure{};
  Invitation invitation;
  if (ranks_.rank() == members_.front()) invitation.valid = table_->invite(invitation.bytes, &failure) == 0;
  ranks_.broadcast(std::as_writable_bytes(std::span(&invitation, 1)), members_.front());
  bool able = invitation.valid != 0;
  if (able && ordinal >= 0) {
    group_ = table_->join(ordinal, place_of(ranks_.rank()), static_cast<std::int32_t>(members_.size()), invitation.bytes, patience_s,
                          &failure);
    able = group_ != nullptr;
  }
  // All of them or none.
  const std::vector<std::int32_t> all = all_gathered(ranks_, std::int32_t{able});
  std::array<char, 128> text{};
  if (group_) table_->describe(text.data(), text.size());
  library_ = all_gathered_text(ranks_, text.data())[static_cast<std::size_t>(members_.front())];
  if (std::count(all.begin(), all.end(), 0) == 0) return;
  why_ = failure.status ? failure.message : "another rank cannot join";
  members_.clear();
}

bool DeviceGroup::has(int rank) const { return std::binary_search(members_.begin(), members_.end(), rank); }

std::int32_t DeviceGroup::place_of(int rank) const {
  return static_cast<std::int32_t>(std::lower_bound(members_.begin(), members_.end(), rank) - members_.begin());
}

std::string DeviceGroup::description() const {
  return empty() ? "" : library_ + ", " + std::to_string(members_.size()) + " ranks";
}

std::vector<std::int64_t> DeviceGroup::counts_after(std::vector<std::int64_t> counts) const {
  for (const int member : members_) counts[static_cast<std::size_t>(member)] = member == members_.front() ? 1 : 0;
  return counts;
}

std::vector<daybreak_device_piece> DeviceGroup::pieces_of(std::span<const OwnedRange> ranges) const {
  std::vector<daybreak_device_piece> pieces;
  for (const OwnedRange& owned : ranges) pieces.push_back({owned.range.begin, owned.range.end, place_of(owned.rank)});
  return pieces;
}

void DeviceGroup::check(int failed, const daybreak_job_failure& failure) {
  if (!failed) return;
  if (is_all()) all_gathered(ranks_, 0);  // which names the rank that was waited for, where one is lost
  check_call(failed, failure);
}

void DeviceGroup::reduce(float* values, std::span<const OwnedRange> ranges) {
  const std::vector<daybreak_device_piece> pieces = pieces_of(ranges);
  daybreak_job_failure failure{};
  check(table_->reduce(group_, values, pieces.data(), pieces.size(), &failure), failure);
}

void DeviceGroup::broadcast(std::byte* values, std::span<const OwnedRange> ranges) {
  const std::vector<daybreak_device_piece> pieces = pieces_of(ranges);
  daybreak_job_failure failure{};
  check(table_->broadcast(group_, values, pieces.data(), pieces.size(), &failure), failure);
}

std::shared_ptr<DeviceGroup> join_device_group(Collectives& ranks, const device::Device& device, double patience_s) {
  return std::make_shared<DeviceGroup>(ranks, device, device::chip_folder() / "libdaybreak-collectives-nccl.so", patience_s);
}

}  // namespace daybreak::training
