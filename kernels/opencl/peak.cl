// Multiply-adds that never leave the registers: chains enough to fill the units of any device, and not more than a processor
// with 16 vector registers holds.
#include "element.clh"

#define STEP(chain) chain = multiply_add(chain, factors, terms);

KERNEL void peak(const int rounds, const float factor, const float term, __global float* sums) {
  const float8 factors = factor, terms = term;
  float8 a = (float8)get_local_id(0), b = a + 1, c = a + 2, d = a + 3, e = a + 4, f = a + 5, g = a + 6, h = a + 7;
  for (int round = 0; round < rounds; ++round) {
    STEP(a) STEP(b) STEP(c) STEP(d) STEP(e) STEP(f) STEP(g) STEP(h)
  }
  const float8 sum = a + b + c + d + e + f + g + h;
  sums[get_global_id(0)] = dot(sum.lo, (float4)1) + dot(sum.hi, (float4)1);
}
