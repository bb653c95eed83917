#pragma once
// Ranks whose devices are of one kind and sum among themselves, without the host. What they have summed takes part in the
// sums of the whole job as one rank's, that of their leader: so devices of a kind that others do not have can be in one job.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "libcore/device/device.h"
#include "libcore/training/collectives/collectives.h"
#include "libcore/training/collectives/device_plugin.h"

namespace daybreak::training {

/// A part of an array, and the rank which has it or gets it.
struct OwnedRange {
  Range range;
  int rank = 0;
};

/// Every rank of the job has one, members or not, and all the same members.
class DeviceGroup {
 public:
  /// All ranks call it. The members are those that can load `library` for their device, where these are at least two and no
  /// two have the same device; else there are none, and why() says what is in the way. All must outlive this.
  DeviceGroup(Collectives& ranks, const device::Device& device, const std::filesystem::path& library, double patience_s);
  ~DeviceGroup();
  DeviceGroup(const DeviceGroup&) = delete;
  DeviceGroup& operator=(const DeviceGroup&) = delete;

  /// Ranks, ascending; the first of them leads.
  const std::vector<int>& members() const { return members_; }
  bool empty() const { return members_.empty(); }
  bool has(int rank) const;
  /// All ranks are members, and the host has nothing to do.
  bool is_all() const { return members_.size() == static_cast<std::size_t>(ranks_.size()); }
  const std::string& why() const { return why_; }
  /// "NCCL 2.28.9, 4 ranks"; empty without members.
  std::string description() const;

  /// What is left for the host to exchange, of one row from each rank that has counts[rank] == 1, once the members have
  /// reduced theirs to the leader.
  std::vector<std::int64_t> counts_after(std::vector<std::int64_t> counts) const;

  /// For members, at the same time; others need not call them. Arrays are in the memory of each one's device, which has done
  /// all that was given to it. In each range the values of its rank, a member, become the sum of all members'.
  void reduce(float* values, std::span<const OwnedRange> ranges);
  /// In each range, of bytes, everybody's become those of its rank.
  void broadcast(std::byte* values, std::span<const OwnedRange> ranges);

 private:
  struct Card;
  Card introduce(const device::Device& device, const std::filesystem::path& library);
  void choose_members(std::span<const Card> cards);
  void join(int ordinal, double patience_s);
  std::vector<daybreak_device_piece> pieces_of(std::span<const OwnedRange> ranges) const;
  std::int32_t place_of(int rank) const;
  void check(int failed, const daybreak_job_failure& failure);

  Collectives& ranks_;
  const daybreak_device_collectives* table_ = nullptr;
  daybreak_device_group* group_ = nullptr;
  std::vector<int> members_;
  std::string why_, library_;
};

/// The group of this job's ranks, by the shared object beside the chips.
std::shared_ptr<DeviceGroup> join_device_group(Collectives& ranks, const device::Device& device, double patience_s);

}  // namespace daybreak::training
