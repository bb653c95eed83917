# The cost of twenty random plans is the optimum that GLPK's branch and cut finds for the same integer program.
command -v glpsol > /dev/null || { echo "skipped: no glpsol (Debian: glpk-utils)"; exit 77; }
python3 - <<'END'
import json, random, re, subprocess

random.seed(5)
found = 0
for case in range(20):
    regions = [dict(name=f"r{i}", price_per_hour=round(random.uniform(1, 3), 2), capacity=random.randint(5, 60),
                    service_rate_per_s=round(random.uniform(0.5, 2), 2)) for i in range(random.randint(2, 8))]
    for r in regions:
        if random.random() < 0.5:
            r["spot_price_per_hour"] = round(r["price_per_hour"] * random.uniform(0.2, 0.9), 2)
    load = round(sum(r["capacity"] * r["service_rate_per_s"] for r in regions) * random.uniform(0.1, 0.6), 1)
    low, high, share, survive = 0.3, 0.92, random.choice([0, 0.25, 0.6]), random.random() < 0.5
    indices = range(len(regions))
    spot = lambda i: regions[i].get("spot_price_per_hour")
    capacity = " + ".join(f"{r['service_rate_per_s']} n{i}" for i, r in enumerate(regions))
    lines = ["Minimize", "cost: " + " + ".join(f"{r['price_per_hour']} n{i}" for i, r in enumerate(regions))]
    lines[-1] += "".join(f" - {regions[i]['price_per_hour'] - spot(i):.10f} s{i}" for i in indices if spot(i))
    lines += ["Subject To", f"least: {capacity} >= {load / high!r}", f"most: {capacity} <= {load / low!r}"]
    if survive:
        lines += [f"loss{i}: " + " + ".join(f"{r['service_rate_per_s']} n{j}" for j, r in enumerate(regions) if j != i) + f" >= {load!r}" for i in indices]
    if any(spot(i) for i in indices):
        lines += ["spot: " + " + ".join(f"s{i}" for i in indices if spot(i)) + "".join(f" - {share} n{i}" for i in indices) + " <= 0"]
        lines += [f"within{i}: s{i} - n{i} <= 0" for i in indices if spot(i)]
    lines += ["Bounds"] + [f"n{i} <= {regions[i]['capacity']}" for i in indices]
    lines += ["General"] + [f"n{i}" for i in indices] + [f"s{i}" for i in indices if spot(i)] + ["End"]
    open("p.lp", "w").write("\n".join(lines) + "\n")
    subprocess.run(["glpsol", "--lp", "p.lp", "-o", "p.txt"], stdout=subprocess.DEVNULL, check=True)
    answer = open("p.txt").read()
    optimum = float(re.search(r"Objective:\s+cost = (\S+)", answer).group(1)) if "INTEGER OPTIMAL" in answer else None
    json.dump({"schema": "daybreak.regions/1", "regions": regions}, open("r.json", "w"))
    command = ["plan-scale", "plan", "--regions", "r.json", "--load", str(load), "--band", f"{low}:{high}", "--max-spot-share", str(share)]
    ours = json.loads(subprocess.run(command + ["--survive-region"] * survive, stdout=subprocess.PIPE).stdout)
    cost = ours.get("plan", {}).get("cost_per_hour_usd")
    if (cost is None) != (optimum is None) or (cost is not None and abs(cost - optimum) > 1e-5 * optimum) or not ours["search"]["proved"]:
        print(f"case {case}: ours {cost}, glpsol {optimum}, {ours['search']}")
    found += cost is not None
if found < 10:
    print(f"only {found} cases had a plan")
END
