#!/usr/bin/python3
"""plan-scale's rebuilt peers decide as the published algorithms do: each is restated here from its documentation, and follows
the timelines of plan-scale sim over random loads, decision for decision.

    peers_restated.py BIN_DIR

HPA: Kubernetes' "Horizontal Pod Autoscaling" (algorithm details, configurable scaling behavior) and KEP-853, KEP-4951.
KPA: Knative's configuration of the autoscaler, with its averages over buckets of a second. KEDA: "Scaling Jobs".
SkyServe: "Autoscaling". Slots are whole seconds, a timeline's row is what a policy saw at the end of a slot, and all nodes
of the next row, also those on their way, are what it decided. DAYBREAK_SLOW: twenty times as many loads.
"""
import csv
import math
import os
import random
import subprocess
import sys
import tempfile

LOADS = 400 if "DAYBREAK_SLOW" in os.environ else 20
SLOTS = 300
RATE = 1.75  # units that a node serves in a second
BAND_MIDDLE = (0.85 + 0.92) / 2


class Limited:
    """What any policy here is given: bounds, and the slot's length in seconds."""

    def __init__(self, setting):
        self.low, self.high, self.slot = setting["min"], setting["max"], setting["slot"]


class Hpa(Limited):
    """autoscaling/v2 on one or two metrics by pod."""

    def __init__(self, setting, choice):
        super().__init__(setting)
        self.metric = choice.choice(["utilization", "demand", "both"])
        self.target = choice.choice([None, 0.5, 0.7, 0.95])
        self.tolerance = {"up": choice.choice([0.1, 0.04, 0.0]), "down": choice.choice([0.1, 0.04, 0.0])}
        self.window = {"up": choice.choice([0, 0, 45, 180]), "down": choice.choice([300, 0, 90, 900])}
        self.select = {way: choice.choice(["max", "max", "min", "disabled"]) if choice.random() < 0.3 else "max" for way in ("up", "down")}
        usual = {"up": [(False, 4, 15), (True, 100, 15)], "down": [(True, 100, 15)]}
        self.rates = {way: usual[way] if choice.random() < 0.4 else self.some_rates(choice) for way in ("up", "down")}
        self.proposals, self.changes = [], []

    @staticmethod
    def some_rates(choice):
        return [(percent, choice.choice([5, 10, 50, 100] if percent else [1, 2, 4]), choice.choice([15, 60, 150, 600]))
                for percent in choice.choice([[True], [False], [True, False], [False, False]])]

    def options(self):
        words = ["--hpa-metric", self.metric] + (["--hpa-target", str(self.target)] if self.target else [])
        for way in ("up", "down"):
            words += [f"--hpa-tolerance-{way}", str(self.tolerance[way]), f"--hpa-window-{way}", f"{self.window[way]}s"]
            words += [f"--hpa-select-{way}", self.select[way]]
            for percent, value, period in self.rates[way]:
                words += [f"--hpa-rate-{way}", f"{value}{'%' if percent else ''}/{period}s"]
        return words

    def replicas(self, average, row, target):
        """Documentation: "Algorithm details"; pods that are not ready are set aside, and count as using nothing on the way up."""
        ready, unready, current = row["nodes"], row["pending"], row["nodes"] + row["pending"]
        total, counted = average * ready, ready
        ratio = first = total / counted / target
        if first > 1:
            counted += unready
            ratio = total / counted / target
        if 1 - self.tolerance["down"] <= ratio <= 1 + self.tolerance["up"] or (first > 1 > ratio):
            return current
        wanted = math.ceil(ratio * counted)
        return current if counted > ready and ratio > 1 and wanted < current else wanted

    def bound(self, way, now, current):
        if self.select[way] == "disabled":
            return current
        bounds = []
        for percent, value, period in self.rates[way]:
            begin = current - sum(change for time, change in self.changes if now - period < time)
            if way == "up":
                bounds.append(math.ceil(begin * (1 + value / 100)) if percent else begin + value)
            else:
                bounds.append(math.trunc(begin * (1 - value / 100)) if percent else begin - value)
        largest_change = (max if way == "up" else min)(bounds)
        smallest_change = (min if way == "up" else max)(bounds)
        return largest_change if self.select[way] == "max" else smallest_change

    def decide(self, now, row):
        current = row["nodes"] + row["pending"]
        if not self.proposals:
            self.proposals.append((now, current))
        desired = self.desired(now, row, current)
        self.changes.append((now, desired - current))
        return desired

    def desired(self, now, row, current):
        if current == 0:
            return 0
        if not self.low <= current <= self.high:
            return min(max(current, self.low), self.high)
        if row["nodes"] == 0:
            return current
        target = self.target or BAND_MIDDLE
        usage = {"utilization": row["utilization"], "demand": (row["arrivals"] + row["queue"]) / (RATE * self.slot * row["nodes"])}
        metrics = ["utilization", "demand"] if self.metric == "both" else [self.metric]
        proposal = max(self.replicas(usage[metric], row, target) for metric in metrics)
        self.proposals.append((now, proposal))
        in_window = lambda way: [value for time, value in self.proposals if now - self.window[way] < time] + [proposal]
        stable = min(max(current, min(in_window("up"))), max(in_window("down")))
        if stable > current:
            return min(stable, max(self.bound("up", now, current), current), self.high)
        if stable < current:
            return max(stable, min(self.bound("down", now, current), current), self.low)
        return stable


class Kpa(Limited):
    def __init__(self, setting, choice):
        super().__init__(setting)
        self.target = choice.choice([0.7, 0.7, 0.5, 0.95])
        self.stable, self.panic_share = choice.choice([(60, 0.1), (60, 0.1), (120, 0.25), (300, 0.5)])
        self.threshold = choice.choice([2, 2, 1.5])
        self.up, self.down = choice.choice([(1000, 2), (1.5, 1.2), (10, 10)])
        self.delay = choice.choice([0, 0, 120, 601])
        self.activation = choice.choice([1, 1, 3])
        self.request = choice.choice([None, 7])
        self.seconds, self.history = [], []
        self.panic_last, self.panic_nodes = None, 0

    def options(self):
        words = ["--kpa-target", self.target, "--kpa-stable-window", f"{self.stable}s", "--kpa-panic-share", self.panic_share]
        words += ["--kpa-panic-threshold", self.threshold, "--kpa-max-up-rate", self.up, "--kpa-max-down-rate", self.down]
        words += ["--kpa-down-delay", f"{self.delay}s", "--kpa-activation", self.activation]
        return [str(word) for word in words + (["--kpa-request-time", f"{self.request}s"] if self.request else [])]

    def average(self, seconds):
        last = self.seconds[-seconds:]
        return math.floor(math.fsum(last) / len(last) * 1e6 + 0.5) / 1e6

    def nodes(self, wanted, ready):
        fewest, most = math.floor(ready / self.down), math.ceil(ready * self.up)
        return max(min(max(wanted, fewest), most), self.activation if wanted > 0 else 0)

    def decide(self, now, row):
        ready = max(row["nodes"], 1)
        if not self.seconds:
            self.panic_nodes = row["nodes"]
            self.panic_last = now - self.slot if row["nodes"] > 1 else None
        waiting = row["queue"] / (RATE * (self.request or self.slot))
        self.seconds += [row["utilization"] * row["nodes"] + waiting] * self.slot
        stable = math.ceil(self.average(self.stable) / self.target)
        panic = math.ceil(self.average(round(self.stable * self.panic_share)) / self.target)
        if panic / ready >= self.threshold:
            self.panic_last = now
        elif self.panic_last is not None and now - self.panic_last > self.stable:
            self.panic_last, self.panic_nodes = None, 0
        desired = self.nodes(stable, ready)
        if self.panic_last is not None:
            self.panic_nodes = desired = max(desired, self.nodes(panic, ready), self.panic_nodes)
        if self.delay:
            self.history.append((now // 2, desired))
            desired = max(nodes for tick, nodes in self.history if now // 2 - tick < math.ceil(self.delay / 2))
        return max(desired, 1)


class Keda(Limited):
    def __init__(self, setting, choice):
        super().__init__(setting)
        self.strategy = choice.choice(["default", "accurate", "eager", "custom"])
        self.minimum = choice.choice([0, 0, 3])
        self.deduction, self.share = choice.choice([0, 2, 5]), choice.choice([None, 0.5, 1.0])
        self.job = choice.choice([None, 20])

    def options(self):
        words = ["--keda-strategy", self.strategy, "--keda-min-jobs", self.minimum, "--keda-queue-deduction", self.deduction]
        words += ["--keda-running-share", self.share] if self.share is not None else []
        return [str(word) for word in words + (["--keda-job-time", f"{self.job}s"] if self.job else [])]

    def decide(self, now, row):
        busy = row["utilization"] * row["nodes"]
        left, pending = math.ceil(busy) + row["pending"], row["pending"]
        queue = row["queue"] / (RATE * (self.job or self.slot))
        if self.strategy in ("default", "custom"):
            queue += busy
        if queue == 0 and self.minimum == 0:
            return left
        if left < self.minimum:
            return self.minimum
        running, wanted, length = left - self.minimum, min(math.ceil(queue), self.high), math.ceil(queue)
        if self.strategy == "accurate":
            most = self.high - running if wanted + running - pending > self.high else wanted - pending
        elif self.strategy == "eager":
            most, length = min(self.high - running - pending, wanted), self.high
        elif self.strategy == "custom" and self.share is not None:
            most = min(wanted - self.deduction - math.trunc(running * self.share), self.high)
        else:
            most = wanted - running
        return left + max(min(length, most), 0)


class SkyServe(Limited):
    def __init__(self, setting, choice):
        super().__init__(setting)
        self.share = choice.choice([None, 0.6, 1.1])
        self.window = choice.choice([60, 60, 300])
        self.delays = choice.choice([(300, 1200), (0, 0), (100, 400)])
        self.extra = choice.choice([0, 0, 2])
        self.seconds, self.target, self.above, self.below = [], None, 0, 0

    def options(self):
        words = ["--skyserve-window", f"{self.window}s", "--skyserve-up-delay", f"{self.delays[0]}s"]
        words += ["--skyserve-down-delay", f"{self.delays[1]}s"]
        words += ["--skyserve-over-provision", self.extra] + (["--skyserve-target", self.share] if self.share else [])
        return [str(word) for word in words]

    def decide(self, now, row):
        if self.target is None:
            self.target = row["nodes"] + row["pending"] - self.extra
        self.seconds += [row["arrivals"] / self.slot] * self.slot
        last = self.seconds[-self.window:]
        wanted = math.ceil(math.fsum(last) / len(last) / (RATE * (self.share or BAND_MIDDLE)))
        wanted = min(max(wanted, self.low), self.high)
        self.above = self.above + 1 if wanted > self.target else 0
        self.below = self.below + 1 if wanted < self.target else 0
        if self.target <= 0 or self.above * self.slot > self.delays[0] - self.slot and self.above or \
                self.below * self.slot > self.delays[1] - self.slot and self.below:
            self.target, self.above, self.below = wanted, 0, 0
        return self.target + self.extra


class LiteralSymmetric(Limited):
    def __init__(self, setting, choice):
        super().__init__(setting)
        self.threshold = choice.choice([60, 6, 30])

    def options(self):
        return ["--threshold", f"{self.threshold}s"]

    def decide(self, now, row):
        nodes = row["nodes"] + row["pending"]
        full = self.threshold * RATE * nodes
        return nodes + (row["queue"] > full) - (row["queue"] < 0.7 * full and nodes > 0)


POLICIES = {"hpa": Hpa, "kpa": Kpa, "keda": Keda, "skyserve": SkyServe, "literal-symmetric": LiteralSymmetric}


def random_load(choice, slot):
    """Arrivals of each slot: a walk with bursts, quiet times and now and then nothing at all."""
    level, loads = choice.uniform(1, 20), []
    for _ in range(SLOTS):
        level = max(0.0, level + choice.gauss(0, 0.5) + (choice.uniform(-8, 15) if choice.random() < 0.04 else 0))
        loads.append(0.0 if choice.random() < 0.03 else level * RATE * slot * choice.uniform(0.9, 1.1))
    return loads


def timeline(folder, policy, restated, setting, loads):
    """The rows of plan-scale sim's timeline, numbers for texts."""
    trace, slots = os.path.join(folder, "load.csv"), os.path.join(folder, "slots.csv")
    with open(trace, "w", encoding="ascii") as file:
        file.write("timestamp,value\n" + "".join(f"{i * setting['slot']},{load!r}\n" for i, load in enumerate(loads)))
    words = [os.path.join(sys.argv[1], "plan-scale"), "sim", "--trace", trace, "--service-rate", str(RATE), "--policy", policy]
    words += ["--slot", f"{setting['slot']}s", "--start-delay", f"{setting['delay']}s", "--idle-nodes", str(setting["idle"])]
    words += ["--min-nodes", str(setting["min"]), "--max-nodes", str(setting["max"]), *restated.options()]
    subprocess.run([*words, "--timeline", slots, "-o", os.path.join(folder, "plan.json")], check=True)
    with open(slots, encoding="ascii", newline="") as file:
        for row in csv.DictReader(file):
            numbers = {name: float(row[name]) for name in ("time_s", "arrivals", "queue", "utilization")}
            yield numbers | {name: int(row[name]) for name in ("nodes", "pending")}


def follow(folder, policy, seed):
    """Counts the decisions that changed something; fails at the first one that differs."""
    choice = random.Random(f"{policy} {seed}")
    setting = {"slot": choice.choice([15, 20, 60, 60, 120]), "delay": choice.choice([0, 60, 300, 900]), "idle": choice.choice([0, 0, 5]),
               "min": choice.choice([1, 1, 2, 4]), "max": choice.choice([1000, 1000, 25])}
    restated = POLICIES[policy](setting, choice)
    rows = list(timeline(folder, policy, restated, setting, random_load(choice, setting["slot"])))
    assert len(rows) == SLOTS, f"{policy}, load {seed}: {len(rows)} rows of {SLOTS}"
    changes = 0
    for row, after in zip(rows, rows[1:]):
        decided = after["nodes"] + after["pending"]
        expected = min(max(restated.decide(int(row["time_s"]) + setting["slot"], row), setting["min"]), setting["max"])
        if decided != expected:
            sys.exit(f"{policy}, load {seed}: decided {decided}, expected {expected} after {row}\n{setting} {restated.options()}")
        changes += decided != row["nodes"] + row["pending"]
    return changes


def main():
    with tempfile.TemporaryDirectory() as folder:
        for policy in POLICIES:
            changes = sum(follow(folder, policy, seed) for seed in range(LOADS))
            assert changes > LOADS * SLOTS // 20, f"{policy}: only {changes} decisions changed anything, which shows little"
            print(f"{policy}: {LOADS * (SLOTS - 1)} decisions equal, {changes} of them changes")


main()
