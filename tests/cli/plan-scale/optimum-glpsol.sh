# The optimum of twenty random traces is the one that glpsol finds for the same integer program:
# minimize sum x(t) + 8.5 sum u(t), u(t) >= x(t) - x(t - 1), x(t) >= demand(t), 2 <= x(t) <= 12.
command -v glpsol > /dev/null || { echo "skipped: glpsol is not here (glpk-utils)"; exit 77; }
for round in {1..20}; do
  awk -v seed="$round" 'BEGIN {
    srand(seed); print "timestamp,value"
    for (t = 0; t < 40; t++) {
      arrivals = int(900 * rand()); print t * 60 "," arrivals
      demand = int(arrivals / 60 / 0.9); if (demand * 60 * 0.9 < arrivals) demand++
      if (demand < 2) demand = 2
      if (demand > 12) demand = 12
      cost = cost " + x" t (t ? " + 8.5 u" t : "")
      if (t) rises = rises " u" t " - x" t " + x" t - 1 " >= 0\n"
      bounds = bounds " " demand " <= x" t " <= 12\n"; names = names " x" t
    }
    printf "Minimize\n cost:%s\nSubject To\n%sBounds\n%sGenerals\n%s\nEnd\n", cost, rises, bounds, names > "plan.lp"
  }' > load.csv
  glpsol --lp plan.lp --write solution > log || cat log
  exact=$(awk '$1 == "s" { print $NF }' solution)
  # Starts cost 5.5 node-minutes and boot for three slots.
  found=$(plan-scale sim --trace load.csv --service-rate 1 --policy static --band 0.8:0.9 --min-nodes 2 --max-nodes 12 --start-cost 5.5 --start-delay 130s |
          jq .optimum.cost)
  awk -v a="$exact" -v b="$found" 'BEGIN { exit !(a > 80 && a - b < 1e-9 && b - a < 1e-9) }' || echo "round $round: glpsol $exact, plan-scale $found"
done
