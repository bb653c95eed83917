# A billion nodes, a single enormous spike, slots of seconds: little memory, and the optimum all the same.
awk 'BEGIN { print "timestamp,value"; for (i = 0; i < 1440; i++) print i * 60 "," 600 + (i > 720) * 600 }' > load.csv
sim() { /usr/bin/time -f %M -o memory timeout -k 1 100 plan-scale sim --policy static "$@" -o plan.json 2> message || echo "exit $?: $*"
        [ "$(tail -n 1 memory)" -lt 400000 ] || echo "$(cat memory) KiB: $*"; }
most='--max-nodes 1000000000 --same-region-nodes 1000000000'
# shellcheck disable=SC2086
sim --trace load.csv --nodes-peak 1000000 $most && jq .optimum.cost plan.json
# shellcheck disable=SC2086
sim --trace load.csv --nodes-peak 900000000 $most --policy literal --policy hpa && jq .optimum.cost plan.json
printf 'timestamp,value\n0,1\n60,1e15\n120,1\n180,1\n' > spike.csv
sim --trace spike.csv --service-rate 1 && jq .optimum.cost plan.json
# Half a billion nodes are started, and most of them released at once.
awk 'BEGIN { print "timestamp,value"; for (i = 0; i < 40; i++) print i * 60 "," (i < 2 ? 3e10 : 60) }' > drop.csv
# shellcheck disable=SC2086
sim --trace drop.csv --service-rate 1 --start-delay 1m $most --policy kpa && jq '.policies[1].stops > 5e8' plan.json
sim --trace load.csv --service-rate 1 --slot 1s
sim --trace load.csv --service-rate 1 --band 0.999:1
sim --trace load.csv --service-rate 1 --min-nodes 100000 && jq .optimum.cost plan.json
refused() { plan-scale sim --trace load.csv "$@"; echo "exit $?"; }
refused --service-rate 1 --slot 1us
refused --service-rate 1 --min-nodes 5 --max-nodes 4
refused --service-rate 1 --policy lcp --max-nodes 1000001
echo 'timestamp,value' > zeros.csv; for i in 0 60 120; do echo "$i,0"; done >> zeros.csv
plan-scale sim --trace zeros.csv --nodes-peak 3; echo "exit $?"
# A slot beyond the trace is one slot of it; a trace of nanoseconds has one too.
plan-scale sim --trace load.csv --service-rate 1 --policy static --slot 1000000000d | jq '.trace.slot_s, .trace.rows'
printf 'timestamp,value\n0,1\n1e-9,1\n2e-9,1\n' > short.csv
plan-scale sim --trace short.csv --service-rate 1 --policy static --timeline slots.csv -o plan.json && wc -l < slots.csv
# A load beyond all numbers of nodes asks for the most of them, not for the fewest.
printf 'timestamp,value\n0,1e300\n60,1e300\n' > endless.csv
plan-scale sim --trace endless.csv --service-rate 1 --policy literal --max-nodes 77 2> /dev/null | jq '.policies[0].node_hours * 30'
# Single jobs are for traces and clusters that one machine can hold.
refused --service-rate 1 --model events --policy static --min-nodes 500000000 --max-nodes 1000000000
plan-scale sim --trace endless.csv --service-rate 1 --model events --policy static; echo "exit $?"
