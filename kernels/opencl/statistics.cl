// Sums over a buffer in double, in an order that its size alone decides: first one group's worth each.
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#include "element.clh"

// As daybreak_statistics_result is laid out.
typedef struct {
  double sum, squares, largest;
  ulong not_finite;
} Result;

void add_to(__local Result* to, __local const Result* from) {
  to->sum += from->sum;
  to->squares += from->squares;
  if (from->largest > to->largest) to->largest = from->largest;
  to->not_finite += from->not_finite;
}

/// The items' results, added in pairs; the first item writes it.
void write_sum(const Result mine, __local Result* room, __global Result* out) {
  const int item = get_local_id(0);
  room[item] = mine;
  for (int reach = ITEMS / 2; reach > 0; reach /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item < reach) add_to(&room[item], &room[item + reach]);
  }
  if (item == 0) *out = room[0];
}

KERNEL void sum_parts(const long count, OPERAND(X_TYPE, x), __global Result* parts) {
  __local Result room[ITEMS];
  Result mine = {0, 0, 0, 0};
  for (long i = get_global_id(0); i < count; i += get_global_size(0)) {
    const float value = LOAD(X_TYPE, x, i);
    if (isfinite(value)) {
      const double wide = value, magnitude = fabs(wide);
      mine.sum += wide;
      mine.squares += wide * wide;
      if (magnitude > mine.largest) mine.largest = magnitude;
    } else {
      ++mine.not_finite;
    }
  }
  write_sum(mine, room, &parts[get_group_id(0)]);
}

/// One group adds the parts, and puts the sum behind the last.
KERNEL void sum_of_parts(const long count, __global Result* parts) {
  __local Result room[ITEMS];
  Result mine = {0, 0, 0, 0};
  for (long i = get_local_id(0); i < count; i += ITEMS) {
    mine.sum += parts[i].sum;
    mine.squares += parts[i].squares;
    if (parts[i].largest > mine.largest) mine.largest = parts[i].largest;
    mine.not_finite += parts[i].not_finite;
  }
  write_sum(mine, room, &parts[count]);
}
