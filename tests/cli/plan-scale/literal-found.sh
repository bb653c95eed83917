# What the literal rule does to real traffic, at 60 nodes at the peak and starts of five minutes, as another simulator found it:
# cost over optimum, violated, in the band, flaps a day, for thresholds of 6 s, 1 min and 5 min of work a node.
[ -d "$DAYBREAK_DATA/traces" ] || { echo "skipped: no data folder"; exit 77; }
while read -r threshold over violated band flaps; do
  plan-scale sim --trace "$DAYBREAK_DATA/traces/worldcup98-0620-0710-per-minute.csv.zst" --nodes-peak 60 --policy literal --threshold "$threshold" \
    -o plan.json 2> warnings
  [ "$(wc -l < warnings)" = 4 ] && grep -q 'in 42.56 % of the time' warnings || cat warnings
  jq -r '.policies[0] | "\(.cost_over_optimum) \(100 * .violated_share) \(100 * .band_share) \(.flaps_per_day)"' plan.json |
    awk -v a="$over" -v b="$violated" -v c="$band" -v d="$flaps" 'function far(x, y, by) { return x - y > by || y - x > by }
      far($1, a, 0.01) || far($2, b, 1) || far($3, c, 1) || far($4, d, 1) { print "expected " a, b, c, d ", found " $0 }'
done << 'TABLE'
6s 1.56 14 4 168
60s 1.37 45 3 141
300s 0.89 93 0 43
TABLE
plan-scale sim --trace "$DAYBREAK_DATA/traces/worldcup98-0620-0710-per-minute.csv.zst" --nodes-peak 60 --policy static -o plan.json
jq '.policies[0] | (.cost_over_optimum * 100 | round), .violated_minutes' plan.json
