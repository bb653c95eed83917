#!/usr/bin/env python3
"""Prints peers.csv: some six hundred generated cases, and what other programs make of them.

Needs numpy-financial 1.0, pyxirr 0.10, QuantLib 1.44 and Debian's gnumeric 1.12 (ssconvert). Flows are "time:amount" or
"date:amount", joined by blanks. "-" means that the peer was not asked, and nothing that it has no answer.
"""
import csv
import datetime
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy_financial as npf
import pyxirr
import QuantLib as ql

COUNTS = {  # name here: (pyxirr, QuantLib)
    "act/365": ("ACT/365F", ql.Actual365Fixed()),
    "act/360": ("ACT/360", ql.Actual360()),
    "act/act": ("ACT/ACT ISDA", ql.ActualActual(ql.ActualActual.ISDA)),
    "30/360": ("30/360 ISDA", ql.Thirty360(ql.Thirty360.BondBasis)),
    "30E/360": ("30E/360", ql.Thirty360(ql.Thirty360.EurobondBasis)),
}
rng = random.Random(20261129)
cases, formulas = [], []  # formulas of gnumeric, by the case's number


def case(kind, flows, formula=None, convention="", a="", b="", **peers):
    text = " ".join(f"{time}:{amount!r}" for time, amount in flows)
    if formula:
        formulas.append((len(cases), formula))
    cases.append((kind, convention, a, b, text, peers))


def amounts(changes):
    """A project with so many changes of sign, which returns half to three times what it cost."""
    length = max(rng.choice([2, 3, 4, 6, 8, 12, 24]), changes + 1)
    places = sorted(rng.sample(range(1, length), changes))
    sign, values = -1, []
    for i in range(length):
        if i in places:
            sign = -sign
        values.append(sign * rng.uniform(1, 1000))
    out, back = -sum(value for value in values if value < 0), sum(value for value in values if value > 0)
    scale = rng.uniform(0.5, 3) * out / back
    return [round(value * scale, 2) if value > 0 else round(value, 2) for value in values]


def answer(function, *arguments, **named):
    try:
        value = float(function(*arguments, **named))
    except Exception:  # each peer has its own
        return ""
    return "" if value != value else repr(value)


def array(values):
    return "{" + ",".join(repr(value) for value in values) + "}"


def serial(day):
    return (day - datetime.date(1899, 12, 30)).days


def dated(changes):
    values = amounts(changes)
    day, days = datetime.date(2010, 1, 1) + datetime.timedelta(rng.randrange(5000)), []
    for _ in values:
        days.append(day)
        day += datetime.timedelta(rng.choice([14, 30, 31, 90, 365, 366]))
    return list(zip(days, values))


def leg(flows):
    return ql.Leg([ql.SimpleCashFlow(amount, ql.Date(day.day, day.month, day.year)) for day, amount in flows])


def ql_npv(flows, rate, count):
    first = ql.Date(flows[0][0].day, flows[0][0].month, flows[0][0].year)
    return ql.CashFlows.npv(leg(flows), ql.InterestRate(rate, count, ql.Compounded, ql.Annual), True, first, first)


def ql_irr(flows):
    first = ql.Date(flows[0][0].day, flows[0][0].month, flows[0][0].year)
    return ql.CashFlows.yieldRate(leg(flows), 0.0, ql.Actual365Fixed(), ql.Compounded, ql.Annual, True, first, first, 1e-14, 1000, 0.1)


for i in range(150):
    values = amounts(1 if i < 110 else rng.choice([2, 3]))
    case("irr", enumerate(values), f"IRR({array(values)})",
         numpy=answer(npf.irr, values), pyxirr=answer(pyxirr.irr, values))
for i in range(100):
    values, rate = amounts(rng.choice([1, 2])), round(rng.uniform(-0.3, 0.6), 4)
    case("npv", enumerate(values), None, "textbook", rate, numpy=answer(npf.npv, rate, values), pyxirr=answer(pyxirr.npv, rate, values))
for i in range(50):
    values, rate = amounts(1), round(rng.uniform(-0.3, 0.6), 4)
    case("npv", enumerate(values), f"NPV({rate},{array(values)})", "excel", rate,
         pyxirr=answer(pyxirr.npv, rate, values, start_from_zero=False))
for i in range(100):
    values, a, b = amounts(rng.choice([1, 2, 3])), round(rng.uniform(0, 0.3), 4), round(rng.uniform(0, 0.3), 4)
    case("mirr", enumerate(values), f"MIRR({array(values)},{a},{b})", "", a, b,
         numpy=answer(npf.mirr, values, a, b), pyxirr=answer(pyxirr.mirr, values, a, b))
for i in range(120):
    flows = dated(1 if i < 90 else 2)
    days, values = zip(*flows)
    case("xirr", flows, f"XIRR({array(values)},{array([serial(d) for d in days])},0.1)",
         pyxirr=answer(pyxirr.xirr, days, values), quantlib=answer(ql_irr, flows))
for name, (pyxirr_count, count) in COUNTS.items():
    for i in range(30):
        flows, rate = dated(1), round(rng.uniform(-0.3, 0.6), 4)
        days, values = zip(*flows)
        formula = f"XNPV({rate},{array(values)},{array([serial(d) for d in days])})" if name == "act/365" else None
        case("xnpv", flows, formula, name, rate,
             pyxirr=answer(pyxirr.xnpv, rate, flows, day_count=pyxirr_count), quantlib=answer(ql_npv, flows, rate, count))
for i in range(40):
    rate, periods = round(rng.uniform(0, 0.3), 4), rng.randrange(1, 361)
    case("crf", [], f"PMT({rate},{periods},-1)", "", rate, periods, numpy=answer(npf.pmt, rate, periods, -1))
for i in range(40):
    cost, share, years = rng.randrange(1000, 100000), rng.choice([0, 0.05, 0.1, 0.25]), rng.randrange(2, 12)
    year = rng.randrange(1, years + 1)
    flows = [(years, float(cost))]
    case("ddb", flows, f"DDB({cost},{cost * share!r},{years},{year},2)", "declining-balance", share, year)
    case("sln", flows, f"SLN({cost},{cost * share!r},{years})", "straight-line", share, year)

with tempfile.TemporaryDirectory() as folder:
    source, result = Path(folder) / "formulas.csv", Path(folder) / "values.csv"
    with source.open("w", newline="") as file:
        # As text with all digits: a cell of a number would be exported with ten.
        csv.writer(file).writerows([[f'=TEXT({formula},"0.0000000000000000E+00")'] for _, formula in formulas])
    subprocess.run(["ssconvert", source, result], check=True, stderr=subprocess.DEVNULL)
    found = result.read_text().splitlines()
for (number, _), value in zip(formulas, found, strict=True):
    try:
        cases[number][5]["gnumeric"] = repr(float(value))
    except ValueError:
        cases[number][5]["gnumeric"] = ""

NAMES = ["gnumeric", "numpy", "pyxirr", "quantlib"]
out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(["case", "kind", "convention", "a", "b", "flows", *NAMES])
for number, (kind, convention, a, b, text, peers) in enumerate(cases):
    out.writerow([number, kind, convention, a, b, text, *(peers.get(name, "-") for name in NAMES)])
