// Multiply-adds that never leave the registers: chains enough to fill the units of any device.
#include "element.clh"

#define CHAINS 8

KERNEL void peak(const int rounds, const float factor, const float term, __global float* sums) {
  float16 chain[CHAINS];
  for (int c = 0; c < CHAINS; ++c) chain[c] = (float16)(get_local_id(0) + c);
  for (int round = 0; round < rounds; ++round)
    for (int c = 0; c < CHAINS; ++c) chain[c] = MULTIPLY_ADD(chain[c], (float16)factor, (float16)term);
  float16 sum = 0;
  for (int c = 0; c < CHAINS; ++c) sum += chain[c];
  sums[get_global_id(0)] = dot(sum.s0123, sum.s4567) + dot(sum.s89ab, sum.scdef);
}
