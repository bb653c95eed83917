// The C interface of this shared object: what is thrown inside becomes a failure here.
#include <cstdio>
#include <cstring>
#include <memory>

#include "libcore/base/error.h"
#include "libcore/training/collectives/failure.h"
#include "libcore/training/collectives/nccl/group.h"

struct daybreak_device_group {
  daybreak::training::nccl::Group group;
};

namespace {

using daybreak::training::guarded;
namespace nccl = daybreak::training::nccl;

static_assert(sizeof(ncclUniqueId) == DAYBREAK_INVITATION_BYTES);
static_assert(sizeof(cudaUUID_t) == DAYBREAK_DEVICE_ID_BYTES);

int identify(int32_t ordinal, unsigned char id[DAYBREAK_DEVICE_ID_BYTES], daybreak_job_failure* failure) {
  return guarded(failure, [&] {
    cudaDeviceProp properties{};
    nccl::check(cudaGetDeviceProperties(&properties, ordinal), "the device");
    std::memcpy(id, &properties.uuid, DAYBREAK_DEVICE_ID_BYTES);
  });
}

int invite(unsigned char invitation[DAYBREAK_INVITATION_BYTES], daybreak_job_failure* failure) {
  return guarded(failure, [&] {
    ncclUniqueId id{};
    nccl::check(ncclGetUniqueId(&id), "inviting the devices of other ranks");
    std::memcpy(invitation, &id, sizeof id);
  });
}

daybreak_device_group* join(int32_t ordinal, int32_t member, int32_t members,
                            const unsigned char invitation[DAYBREAK_INVITATION_BYTES], double patience_s,
                            daybreak_job_failure* failure) {
  std::unique_ptr<daybreak_device_group> group;
  guarded(failure, [&] {
    ncclUniqueId id{};
    std::memcpy(&id, invitation, sizeof id);
    group.reset(new daybreak_device_group{{ordinal, member, members, id, patience_s}});
  });
  return group.release();
}

void leave(daybreak_device_group* group) { delete group; }

void describe(char* text, size_t bytes) {
  int version = 0;
  ncclGetVersion(&version);
  std::snprintf(text, bytes, "NCCL %d.%d.%d", version / 10000, version / 100 % 100, version % 100);
}

int reduce(daybreak_device_group* group, float* values, const daybreak_device_piece* pieces, size_t count,
           daybreak_job_failure* failure) {
  return guarded(failure, [&] { group->group.reduce(values, {pieces, count}); });
}

int broadcast(daybreak_device_group* group, void* values, const daybreak_device_piece* pieces, size_t count,
              daybreak_job_failure* failure) {
  return guarded(failure, [&] { group->group.broadcast(static_cast<std::byte*>(values), {pieces, count}); });
}

const daybreak_device_collectives kTable{sizeof(daybreak_device_collectives), DAYBREAK_DEVICE_COLLECTIVES_MAJOR,
                                         DAYBREAK_DEVICE_COLLECTIVES_MINOR, "cuda", &identify, &invite, &join, &leave, &describe,
                                         &reduce, &broadcast};

}  // namespace

extern "C" __attribute__((visibility("default"))) const daybreak_device_collectives* daybreak_device_collectives_get(uint16_t major) {
  return major == DAYBREAK_DEVICE_COLLECTIVES_MAJOR ? &kTable : nullptr;
}
