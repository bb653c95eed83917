#!/usr/bin/python3
"""Sampling beside scipy's, in one run: chance_scipy.py BIN_DIR. The mean of a product of six lognormal inputs (sigma 0.3) is known; 64
replicates of roi-calc mc must err at 2^16 cases by at most 1.25 times as much as 64 scrambles of scipy.stats.qmc.Sobol do, and by a
power of the number of cases of at most -0.85. Skips where scipy is absent."""
import json
import math
import subprocess
import sys
import tempfile

try:
    import numpy as np
    from scipy.stats import norm, qmc
except ImportError:
    print("skipped: python3-scipy is not installed")
    sys.exit(77)

BIN, SIGMA, INPUTS, REPLICATES = sys.argv[1], 0.3, 6, 64
EXACT = math.exp(INPUTS * SIGMA**2 / 2)
NAMES = [f"x{i}" for i in range(INPUTS)]
MODEL = {
    "schema": "daybreak.return-model/1", "currency": "USD", "unit": "1", "discount_rate": 0,
    "inputs": {name: {"dist": {"type": "lognormal", "mu": 0, "sigma": SIGMA}, "unit": "share"} for name in NAMES}
    | {"cost": {"value": 1, "unit": "USD"}},
    "expressions": {"product": " * ".join(NAMES)},
    "cashflows": [{"t": 0, "amount": "-cost"}],
}


def ours(model, cases, sampler):
    """Relative root mean square error of the means of the replicates: their deviation, and what their common mean is off by."""
    command = [f"{BIN}/roi-calc", "mc", model, "--of", "product", "--cases", str(cases)]
    command += ["--replicates", str(REPLICATES), "--sampler", sampler]
    mc = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["mc"]
    deviation = mc["standard_error"] * math.sqrt(REPLICATES)
    return math.sqrt(deviation**2 * (REPLICATES - 1) / REPLICATES + (mc["mean"] - EXACT) ** 2) / EXACT


def scipy_error(cases):
    errors = []
    for seed in range(REPLICATES):
        u = qmc.Sobol(INPUTS, scramble=True, seed=seed).random_base2(cases.bit_length() - 1)
        errors.append(np.exp(SIGMA * norm.ppf(u).sum(axis=1)).mean() / EXACT - 1)
    return float(np.sqrt(np.mean(np.square(errors))))


with tempfile.TemporaryDirectory() as folder:
    path = f"{folder}/model.json"
    with open(path, "w", encoding="utf-8") as file:
        json.dump(MODEL, file)
    sizes = [2**m for m in range(8, 17, 2)]
    errors = [ours(path, cases, "sobol") for cases in sizes]
    plain = ours(path, sizes[-1], "plain")

theirs = scipy_error(sizes[-1])
slope = float(np.polyfit(np.log(sizes), np.log(errors), 1)[0])
print(f"error at 2^16: {errors[-1]:.2e}, scipy's {theirs:.2e}, ratio {errors[-1] / theirs:.2f}")
print(f"slope {slope:.3f}; error of independent cases {plain:.2e}")
assert errors[-1] <= 1.25 * theirs
assert slope <= -0.85
assert plain > 20 * errors[-1]
