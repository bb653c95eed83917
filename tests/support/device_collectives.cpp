// Collectives among the devices of the chip "queued" whose ranks are threads of one process: its memory is the host's, and so
// the members add up each other's. With SAME_DEVICE 1 all have one device, with 0 each another; with UNINVITING 1 there is never
// an invitation.
#include <barrier>
#include <cstdio>
#include <cstring>
#include <memory>
#include <mutex>
#include <vector>

#include "libcore/training/collectives/device_plugin.h"

namespace {

struct Meeting {
  explicit Meeting(int members) : barrier(members), values(static_cast<std::size_t>(members)) {}
  std::barrier<> barrier;
  std::vector<void*> values;  // of each member
};

std::mutex mutex;
unsigned char devices = 0;
std::shared_ptr<Meeting> meeting;  // the last one

}  // namespace

struct daybreak_device_group {
  std::shared_ptr<Meeting> meeting;
  int member;
};

namespace {

int identify(int32_t, unsigned char id[DAYBREAK_DEVICE_ID_BYTES], daybreak_job_failure*) {
  const std::lock_guard lock(mutex);
  std::memset(id, 0, DAYBREAK_DEVICE_ID_BYTES);
  id[0] = SAME_DEVICE ? 0 : ++devices;
  return 0;
}

int invite(unsigned char invitation[DAYBREAK_INVITATION_BYTES], daybreak_job_failure* failure) {
  if (UNINVITING) {
    failure->status = 69;
    std::snprintf(failure->message, sizeof failure->message, "nobody is invited");
    return 1;
  }
  std::memset(invitation, 7, DAYBREAK_INVITATION_BYTES);
  const std::lock_guard lock(mutex);
  meeting.reset();
  return 0;
}

daybreak_device_group* join(int32_t, int32_t member, int32_t members, const unsigned char invitation[DAYBREAK_INVITATION_BYTES],
                            double, daybreak_job_failure* failure) {
  const std::lock_guard lock(mutex);
  if (invitation[DAYBREAK_INVITATION_BYTES - 1] != 7) {
    failure->status = 70;
    std::snprintf(failure->message, sizeof failure->message, "another invitation");
    return nullptr;
  }
  if (!meeting) meeting = std::make_shared<Meeting>(members);
  return new daybreak_device_group{meeting, member};
}

void leave(daybreak_device_group* group) { delete group; }

void describe(char* text, size_t bytes) { std::snprintf(text, bytes, "threads"); }

/// work(piece, root's values, member's values) for each piece whose root this member is, or is not.
template <typename Work>
int together(daybreak_device_group* group, void* values, const Work& work) {
  group->meeting->values[static_cast<std::size_t>(group->member)] = values;
  group->meeting->barrier.arrive_and_wait();
  work(group->meeting->values);
  group->meeting->barrier.arrive_and_wait();
  return 0;
}

int reduce(daybreak_device_group* group, float* values, const daybreak_device_piece* pieces, size_t count, daybreak_job_failure*) {
  return together(group, values, [&](const std::vector<void*>& all) {
    for (size_t i = 0; i < count; ++i)
      for (size_t member = 0; pieces[i].root == group->member && member < all.size(); ++member)
        for (int64_t at = pieces[i].begin; at < pieces[i].end && static_cast<int>(member) != group->member; ++at)
          values[at] += static_cast<const float*>(all[member])[at];
  });
}

int broadcast(daybreak_device_group* group, void* values, const daybreak_device_piece* pieces, size_t count, daybreak_job_failure*) {
  return together(group, values, [&](const std::vector<void*>& all) {
    for (size_t i = 0; i < count; ++i) {
      const auto* from = static_cast<const char*>(all[static_cast<size_t>(pieces[i].root)]);
      if (pieces[i].root != group->member)
        std::memcpy(static_cast<char*>(values) + pieces[i].begin, from + pieces[i].begin,
                    static_cast<size_t>(pieces[i].end - pieces[i].begin));
    }
  });
}

const daybreak_device_collectives kTable{sizeof(daybreak_device_collectives), DAYBREAK_DEVICE_COLLECTIVES_MAJOR,
                                         DAYBREAK_DEVICE_COLLECTIVES_MINOR, "queued", &identify, &invite, &join, &leave, &describe,
                                         &reduce, &broadcast};

}  // namespace

extern "C" const daybreak_device_collectives* daybreak_device_collectives_get(uint16_t major) {
  return major == DAYBREAK_DEVICE_COLLECTIVES_MAJOR ? &kTable : nullptr;
}
