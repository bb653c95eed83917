#!/usr/bin/python3
"""Cases a second, sampling and evaluation together: six uncertain inputs by scrambled Sobol points and inverse distributions, and the net
present value over five years of each case; roi-calc's sampler and model against scipy.stats.qmc, scipy.stats and numpy, in turns on
one core: sampling_scipy.py BIN_DIR [CASES], a power of two. The means must agree to 1e-4 and the 5 % quantiles to 1e-3 first.
scipy twice: with stats.norm.ppf, and with special.ndtri, the bare function under it."""
import statistics
import subprocess
import sys
import time

import numpy as np
from scipy import special, stats
from scipy.stats import qmc

bin_dir, cases = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1 << 20
seeds = iter(range(1, 1000))


def peer(normal):
    u = qmc.Sobol(6, scramble=True, seed=next(seeds)).random_base2(cases.bit_length() - 1)
    capex, revenue = np.exp(2.5 + 0.2 * normal(u[:, 0])), np.exp(1.8 + 0.3 * normal(u[:, 1]))
    growth, cost_share = 0.1 + 0.05 * normal(u[:, 2]), 0.2 + 0.4 * u[:, 3]
    fixed, rate = np.exp(0.25 * normal(u[:, 4])), stats.triang.ppf(u[:, 5], 6 / 13, 0.02, 0.13)
    npv, income, discount, step = -capex, revenue * (1 - cost_share), 1 / (1 + rate), 1 + growth
    factor = discount.copy()
    for _ in range(5):
        npv += (income - fixed) * factor
        income *= step
        factor *= discount
    return npv


def seconds(normal):
    start = time.perf_counter()
    peer(normal)
    return time.perf_counter() - start


child = subprocess.Popen([f"{bin_dir}/bench_sampling", str(cases)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
mean, low = map(float, child.stdout.readline().split())
theirs = peer(stats.norm.ppf)
assert abs(mean / theirs.mean() - 1) < 1e-4, (mean, theirs.mean())
assert abs(low - np.quantile(theirs, 0.05)) < 1e-3 * theirs.std(), (low, np.quantile(theirs, 0.05))


def own():
    print("go", file=child.stdin, flush=True)
    return float(child.stdout.readline())


times = {"roi-calc": [], "scipy, special.ndtri": [], "scipy, norm.ppf": []}
for _ in range(7):
    times["roi-calc"].append(own())
    times["scipy, special.ndtri"].append(seconds(special.ndtri))
    times["scipy, norm.ppf"].append(seconds(stats.norm.ppf))
child.stdin.close()
child.wait()

first = statistics.median(times["roi-calc"])
for name, all_times in times.items():
    middle = statistics.median(all_times)
    print(f"{name:22} {1000 * middle:8.2f} ms  {cases / middle / 1e6:7.1f} million cases/s  {middle / first:6.2f} x")
