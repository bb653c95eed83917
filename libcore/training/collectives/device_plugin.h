/* What a shared object for one maker's devices, libdaybreak-collectives-nccl.so, offers: sums and copies among the memories
   of the devices of several ranks, without the host. In C, as plugin.h. */
#ifndef DAYBREAK_COLLECTIVES_DEVICE_PLUGIN_H
#define DAYBREAK_COLLECTIVES_DEVICE_PLUGIN_H

#include "libcore/training/collectives/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define DAYBREAK_DEVICE_COLLECTIVES_MAJOR 0
#define DAYBREAK_DEVICE_COLLECTIVES_MINOR 0
#define DAYBREAK_DEVICE_ID_BYTES 16
#define DAYBREAK_INVITATION_BYTES 128

typedef struct daybreak_device_group daybreak_device_group;

/* A range of an array that all members have in their devices' memories, and a member by its place in the group. */
typedef struct daybreak_device_piece {
  int64_t begin, end;
  int32_t root;
} daybreak_device_piece;

/* Calls that return int return 0, or another value with the failure filled in; of the group only leave() may then be called.
   What they are given is final in the device's memory when they are called, and what they make is when they return. */
typedef struct daybreak_device_collectives {
  uint32_t struct_size;
  uint16_t major, minor;
  /* The chip whose devices these are: "cuda". */
  const char* chip;
  /* Which device it is, anywhere: two ranks of a group do not have the same one. */
  int (*identify)(int32_t ordinal, unsigned char id[DAYBREAK_DEVICE_ID_BYTES], daybreak_job_failure* failure);
  /* One member makes an invitation; all of them join with it, at the same time. NULL with the failure, after half of
     patience_s where others do not come: who could not join is still waiting for the rest then. */
  int (*invite)(unsigned char invitation[DAYBREAK_INVITATION_BYTES], daybreak_job_failure* failure);
  daybreak_device_group* (*join)(int32_t ordinal, int32_t member, int32_t members,
                                 const unsigned char invitation[DAYBREAK_INVITATION_BYTES], double patience_s,
                                 daybreak_job_failure* failure);
  /* Waits for nobody. */
  void (*leave)(daybreak_device_group* group);
  /* "NCCL 2.28.9" */
  void (*describe)(char* text, size_t bytes);
  /* values[0] is element 0 of the array. In each piece the root's values become the sum of all members'; those of others stay. */
  int (*reduce)(daybreak_device_group* group, float* values, const daybreak_device_piece* pieces, size_t count,
                daybreak_job_failure* failure);
  /* Pieces are of bytes; in each everybody's become the root's. */
  int (*broadcast)(daybreak_device_group* group, void* values, const daybreak_device_piece* pieces, size_t count,
                   daybreak_job_failure* failure);
} daybreak_device_collectives;

/* The one exported symbol: daybreak_device_collectives_get. NULL where the object does not speak this major version. */
typedef const daybreak_device_collectives* (*daybreak_device_collectives_get_function)(uint16_t major);

#ifdef __cplusplus
}
#endif
#endif
