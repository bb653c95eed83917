/* What a shared object of collectives, such as libdaybreak-collectives-mpi.so, offers to the program that loads it. In C, and
   as narrow as it can be, so that for another MPI this one object is built anew and nothing else. */
#ifndef DAYBREAK_COLLECTIVES_PLUGIN_H
#define DAYBREAK_COLLECTIVES_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Major: an entry has changed. Minor: one has been added at the end. */
#define DAYBREAK_COLLECTIVES_MAJOR 0
#define DAYBREAK_COLLECTIVES_MINOR 0

typedef struct daybreak_job daybreak_job;

typedef struct daybreak_job_options {
  uint32_t struct_size;
  int32_t rank, size;     /* as the environment says; refused where the library says otherwise */
  double patience_s;      /* how long another rank is waited for before it counts as lost */
  uint64_t slot_bytes;    /* of the windows that ranks of one host share: each has two slots */
  int32_t pretended_hosts; /* 0; for tests: as if the ranks were spread over so many hosts, in blocks */
} daybreak_job_options;

/* Why a call has failed: an exit status of the suite (libcore/base/error.h), a sentence, and what to do. */
typedef struct daybreak_job_failure {
  int32_t status;
  char message[1024];
  char hint[1024];
} daybreak_job_failure;

typedef struct daybreak_range {
  int64_t begin, end;
} daybreak_range;

/* Not 0: the rows could not be taken; the exchange then fails in this rank, and the job is over. */
typedef int (*daybreak_take)(void* context, const float* const* rows, size_t count);

/* Calls that return int return 0, or another value with the failure filled in; the job is then over, and of it only
   close() may be called. exchange and share are those of collectives.h; ranges and counts have one entry a rank. */
typedef struct daybreak_collectives {
  uint32_t struct_size;
  uint16_t major, minor;
  /* Joins the job that started this process: once in a process. NULL with the failure. */
  daybreak_job* (*open)(const daybreak_job_options* options, daybreak_job_failure* failure);
  /* Leaves the job. leave_alone is not 0: this rank ends because something else has failed, and the others are told so
     rather than waited for. */
  void (*close)(daybreak_job* job, int leave_alone);
  /* "Open MPI 4.1.4, 2 hosts" */
  void (*describe)(const daybreak_job* job, char* text, size_t bytes);
  int (*exchange)(daybreak_job* job, const float* const* rows, const int64_t* counts, const daybreak_range* parts,
                  daybreak_take take, void* context, daybreak_job_failure* failure);
  int (*share)(daybreak_job* job, void* values, const daybreak_range* parts, daybreak_job_failure* failure);
} daybreak_collectives;

/* The one exported symbol: daybreak_collectives_get. NULL where the object does not speak this major version. */
typedef const daybreak_collectives* (*daybreak_collectives_get_function)(uint16_t major);

#ifdef __cplusplus
}
#endif
#endif
