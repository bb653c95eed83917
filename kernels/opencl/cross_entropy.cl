// A group has a row. WRITES_GRADIENT: whether the logits become their gradient. FAULT: the bit of a target outside.
#include "element.clh"
#include "group.clh"

KERNEL void cross_entropy(const long vocabulary, RESULT(LOGITS_TYPE, logits), WORDS(target), const uint ignored,
                          RESULT(f32, loss), const float gradient_scale, __global volatile uint* faults) {
  __local float room[ITEMS];
  const long row = get_group_id(0), start = row * vocabulary;
  const int item = get_local_id(0);
  const uint wanted = AT(target, row);
  const bool outside = wanted != ignored && wanted >= vocabulary, counts = wanted != ignored && !outside;
  if (outside && item == 0) atomic_or(faults, FAULT);
  float largest = -INFINITY, sum = 0;
  for (long i = item; i < vocabulary; i += ITEMS) {
    const float logit = LOAD(LOGITS_TYPE, logits, start + i);
    if (logit > largest) largest = logit;
  }
  largest = group_max(largest, room);
  for (long i = item; i < vocabulary; i += ITEMS) sum += exp(LOAD(LOGITS_TYPE, logits, start + i) - largest);
  sum = group_sum(sum, room);
  if (item == 0) AT(loss, row) = counts ? log(sum) - (LOAD(LOGITS_TYPE, logits, start + wanted) - largest) : 0;
  if (!WRITES_GRADIENT) return;
  barrier(CLK_GLOBAL_MEM_FENCE);  // the loss has read its logit
  for (long i = item; i < vocabulary; i += ITEMS) {
    const float share = exp(LOAD(LOGITS_TYPE, logits, start + i) - largest) / sum;
    STORE(LOGITS_TYPE, logits, start + i, counts ? gradient_scale * (share - (i == wanted ? 1 : 0)) : 0);
  }
}
