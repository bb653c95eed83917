# A million payments: every rate, in seconds. Of random ones there are several; the sums at both sides of each have different signs.
awk 'BEGIN { srand(7); print "period,amount"; for (i = 0; i < 1000000; i++) printf "%d,%.2f\n", i, 200 * rand() - 100 }' > flows.csv
timeout 30 roi-calc irr flows.csv > rates.json || exit 1
jq -e '.irr | .count_proved and (.roots | length) >= 1 and .residual < 1e-15 and .residual > -1e-15' rates.json > /dev/null || exit 1
for rate in $(jq '.irr.roots[] | select(. > -0.001 and . < 0.01)' rates.json); do
  signs=$(for side in 0.999999 1.000001; do
    roi-calc npv flows.csv --rate "$(jq -n "$rate * $side")" | jq 'if .npv.npv > 0 then "+" else "-" end'
  done | sort -u | wc -l)
  [ "$signs" = 2 ] || { echo "no change of sign at $rate"; exit 1; }
done
