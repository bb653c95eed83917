#!/usr/bin/python3
"""Jobs a second of SimPy (python3-simpy3) on M/M/k, the model of bench_queue: queue_simpy.py [SERVERS] [LOAD] [JOBS]."""
import random
import sys
import time

import simpy

servers = int(sys.argv[1]) if len(sys.argv) > 1 else 100
load = float(sys.argv[2]) if len(sys.argv) > 2 else 0.9
jobs = int(float(sys.argv[3])) if len(sys.argv) > 3 else 50000

draw = random.Random(1)
environment = simpy.Environment()
nodes = simpy.Resource(environment, servers)
waits = []


def job():
    arrived = environment.now
    with nodes.request() as place:
        yield place
        waits.append(environment.now - arrived)
        yield environment.timeout(draw.expovariate(1))


def arrivals():
    for _ in range(jobs):
        yield environment.timeout(draw.expovariate(load * servers))
        environment.process(job())


environment.process(arrivals())
start = time.perf_counter()
environment.run()
seconds = time.perf_counter() - start
print(f"{servers} servers, load {load}, {jobs} jobs: mean wait {sum(waits) / jobs:.5f}, "
      f"{jobs / seconds / 1e6:.4f} million jobs/s (SimPy {simpy.__version__})")
