# Three nodes for an hour, two of the first region and one of the second: 1 h x (2 + 1 + 5) USD with a spot node among the first,
# which is what the cheapest plan costs too. Spot nodes are taken away at their rate, and others come from where there are any.
awk 'BEGIN { print "timestamp,value"; for (i = 0; i < 60; i++) print i * 60 ",180" }' > load.csv
cat > regions.json << 'JSON'
{"schema": "daybreak.regions/1", "regions": [
  {"name": "near", "provider": "a", "price_per_hour": 2, "spot_price_per_hour": 1, "spot_share": 0.5, "capacity": 2, "start_delay_s": 120},
  {"name": "far", "provider": "b", "price_per_hour": 5, "capacity": 4}]}
JSON
sim() { plan-scale sim --trace load.csv --service-rate 1 --band 0.8:1 --policy static --static-nodes 3 --regions "$@"; }
sim regions.json -o plan.json && jq -c '.cost_unit, (.optimum.cost * 1e9 | round / 1e9), (.policies[0] | .cost, .node_hours, .starts)' plan.json
sim regions.json --format text | head -n 2
sed 's/"spot_share"/"spot_interruptions_per_hour": 30, &/' regions.json > taken.json
sim taken.json --start-delay 60s -o plan.json && jq '.policies[0] | .failures > 5 and .starts == .failures' plan.json
sed 's/"price_per_hour": 5, //' regions.json > free.json; sim free.json; echo "exit $?"
sed 's/"capacity": 4/"capacity": 4, "speed": 2/' regions.json > fast.json; sim fast.json; echo "exit $?"
sed 's/"spot_price_per_hour": 1, //' regions.json > spot.json; sim spot.json; echo "exit $?"
sim regions.json --idle-nodes 3; echo "exit $?"
