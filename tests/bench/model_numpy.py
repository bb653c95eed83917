#!/usr/bin/python3
"""Evaluations a second of a net present value of six inputs over five years, roi-calc's model against numpy's vectorized form, in
turns on one core: model_numpy.py BIN_DIR [ROWS]. The two must agree to 1e-12 first. Two forms in numpy: powers as they are written,
and factors that are carried from year to year."""
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

bin_dir, rows = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1 << 20
rng = np.random.default_rng(1)
capex, revenue, growth, cost_share, fixed, rate = columns = [
    rng.uniform(low, high, rows) for low, high in ((8, 16), (3, 9), (-0.1, 0.3), (0.2, 0.6), (0.5, 2), (0.02, 0.15))]


def written():
    npv = -capex
    for t in range(1, 6):
        npv += (revenue * (1 + growth) ** (t - 1) * (1 - cost_share) - fixed) / (1 + rate) ** t
    return npv


def carried():
    npv, income, discount, step = -capex, revenue * (1 - cost_share), 1 / (1 + rate), 1 + growth
    factor = discount.copy()
    for t in range(1, 6):
        npv += (income - fixed) * factor
        income *= step
        factor *= discount
    return npv


def seconds(form):
    start = time.perf_counter()
    form()
    return time.perf_counter() - start


with tempfile.TemporaryDirectory() as folder:
    path = f"{folder}/columns"
    np.concatenate(columns).tofile(path)
    child = subprocess.Popen([f"{bin_dir}/bench_model", str(rows), path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "ready\n"
    ours = np.fromfile(path + ".npv")
    scale = np.abs(capex) + 5 * np.abs(revenue)
    difference = max(np.max(np.abs(ours - form()) / scale) for form in (written, carried))
    assert difference < 1e-12, difference

    def model():
        print("go", file=child.stdin, flush=True)
        return float(child.stdout.readline())

    times = {"roi-calc's model": [], "numpy, factors carried": [], "numpy, powers as written": []}
    for _ in range(11):
        times["roi-calc's model"].append(model())
        times["numpy, factors carried"].append(seconds(carried))
        times["numpy, powers as written"].append(seconds(written))
    child.stdin.close()
    child.wait()

print(f"{rows} rows, largest difference {difference:.1e} of the amounts")
first = statistics.median(times["roi-calc's model"])
for name, all_times in times.items():
    middle = statistics.median(all_times)
    print(f"{name:26} {1000 * middle:8.2f} ms  {rows / middle / 1e6:7.1f} million evaluations/s  {middle / first:6.2f} x")
