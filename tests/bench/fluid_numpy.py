#!/usr/bin/python3
"""Time of one pass of the fluid slot model in numpy, as plan-scale sim --model fluid makes one a policy: fluid_numpy.py
TRACE.csv[.zst] NODES_PEAK. Decisions depend on the queue, so the slots follow each other; the policy holds demand at the middle of the
band."""
import csv
import io
import subprocess
import sys
import time

import numpy as np

path, nodes_peak = sys.argv[1], float(sys.argv[2])
text = subprocess.run(["zstd", "-dcf", path], check=True, capture_output=True, text=True).stdout
arrivals = np.array([float(row[-1]) for row in list(csv.reader(io.StringIO(text)))[1:]])
delay, start_cost = 5, 5.0
per_slot = arrivals.max() / nodes_peak

start = time.perf_counter()
slots = len(arrivals)
nodes, queue, served, waits = np.zeros(slots), np.zeros(slots), np.zeros(slots), np.zeros(slots)
ready = np.zeros(slots + delay + 1)  # starts by the slot in which they begin to serve
serving, pending, left, cost = max(1.0, np.ceil(arrivals[0] / per_slot)), 0.0, 0.0, 0.0
for i in range(slots):
    serving += ready[i]
    pending -= ready[i]
    work = left + arrivals[i]
    served[i] = np.minimum(work, serving * per_slot)
    left = work - served[i]
    nodes[i], queue[i], waits[i] = serving, left, left / (serving * per_slot)
    cost += serving + pending
    change = max(1.0, np.ceil(work / per_slot / 0.885)) - serving - pending
    if change > 0:
        ready[i + 1 + delay] += change
        pending += change
        cost += start_cost * change
    elif change < 0 and pending == 0:
        serving += change
order = np.argsort(waits)
share = np.cumsum(arrivals[order]) / arrivals.sum()
p99 = waits[order][np.searchsorted(share, 0.99)]
utilization = served / (nodes * per_slot)
band = np.mean((utilization >= 0.85) & (utilization <= 0.92))
seconds = time.perf_counter() - start
print(f"{slots} slots: {1000 * seconds:.1f} ms; cost {cost:.0f}, violated {np.mean(waits > 1):.4f}, in band {band:.3f}, "
      f"wait p99 {60 * p99:.1f} s")
