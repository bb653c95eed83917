#!/usr/bin/env python3
"""Prints xirr_roots.csv: every rate above -1 of each sample of the XIRR reference collection.

    xirr_roots.py FOLDER_OF_SAMPLES xirr-reference.csv

Needs python-flint (ball arithmetic). With y = -log(1 + rate) the value of the payments is p(y) = sum(amount * exp(days/365 * y)).
Between two roots of p lies one of the derivative of p * exp(-t * y) (Rolle). With t in a change of sign of the amounts this
derivative has one change less, so the recursion ends. All signs are certain: 300 bits, and an error where a ball holds zero.
"""
import csv
import datetime
import sys
from pathlib import Path

from flint import arb, ctx, fmpq

ctx.prec = 300


def value(terms, y):
    total = arb(0)
    for time, amount in terms:
        total += amount * (y * time).exp()
    return total


def sign(terms, y):
    found = value(terms, y)
    if found > 0:
        return 1
    if found < 0:
        return -1
    raise SystemExit(f"no certain sign at {y}")


def bisect(terms, low, high, bits):
    at_low = sign(terms, low)
    for _ in range(bits):
        middle = ((low + high) / 2).mid()
        if sign(terms, middle) == at_low:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def roots(terms, reach, bits):
    changes = [i for i in range(len(terms) - 1) if (terms[i][1] > 0) != (terms[i + 1][1] > 0)]
    if not changes:
        return []
    i = changes[len(changes) // 2]
    t = (terms[i][0] + terms[i + 1][0]) / 2
    edges = [-reach, *roots([(time, amount * arb(time - t)) for time, amount in terms], reach, 80), reach]
    signs = [sign(terms, edge) for edge in edges]
    return [bisect(terms, a, b, bits) for a, b, s, u in zip(edges, edges[1:], signs, signs[1:]) if s != u]


def flows(path):
    paid = {}
    for row in csv.reader(path.open()):
        try:
            day = datetime.date.fromisoformat(row[0]).toordinal()
        except ValueError:
            continue
        paid[day] = paid.get(day, 0.0) + float(row[1])
    first = min(paid)
    return [(fmpq(day - first, 365), arb(amount)) for day, amount in sorted(paid.items()) if amount != 0]


folder, reference = Path(sys.argv[1]), Path(sys.argv[2])
out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(["sample", "rate", "logarithm"])
for sample in sorted({row[1] for row in csv.reader(reference.open()) if row[0] == "xirr"}):
    terms = flows(folder / sample)
    # Far enough that the first or the last payment rules: the others are below exp(-40) of what they are at y = 0.
    gap = min(terms[1][0] - terms[0][0], terms[-1][0] - terms[-2][0])
    reach = arb(40) / arb(gap)
    found = roots(terms, reach, 200)
    for y in sorted(found, key=lambda root: -float(root)):
        rate = (-y).exp() - 1
        out.writerow([sample, rate.str(20, radius=False), (-y).str(20, radius=False)])
    if not found:
        out.writerow([sample, "", ""])
    sys.stdout.flush()
