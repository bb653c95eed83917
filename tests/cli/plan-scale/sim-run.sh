# The decisions of run on the metrics of sim are those of sim, byte for byte, for every policy.
awk 'BEGIN{srand(7); print "timestamp,value"; for(i=0;i<1500;i++) print i*60 "," int(9000 + 6000*sin(i/230) + 2500*rand() + (i%400<15)*8000)}' > load.csv
cluster='--service-rate 10 --start-delay 5m --start-cost 5 --max-nodes 60 --max-starts 20'
for policy in band delayed-off hpa keda kpa lcp literal literal-symmetric skyserve; do
  # shellcheck disable=SC2086
  plan-scale sim --trace load.csv $cluster --policy $policy --emit-metrics /dev/stdout --emit-decisions decided.jsonl -q -o sim.json |
    plan-scale run --policy $policy $cluster | grep -v summary > live.jsonl
  cmp decided.jsonl live.jsonl && [ "$(wc -l < live.jsonl)" = 1500 ] || echo "$policy differs"
done
# shellcheck disable=SC2086
plan-scale sim --trace load.csv $cluster --policy static --static-nodes 30 --emit-metrics seen.jsonl --emit-decisions decided.jsonl -o sim.json
# shellcheck disable=SC2086
plan-scale run --policy static --static-nodes 30 $cluster seen.jsonl | grep -v summary | cmp - decided.jsonl
plan-scale sim --trace load.csv --service-rate 10 --emit-decisions decided.jsonl 2> message; echo "exit $?"; cat message
