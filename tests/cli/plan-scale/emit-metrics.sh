# What a policy saw, a line a slot, into a file or on to the next program; one policy only.
printf 'timestamp,value\n0,600\n60,900\n120,600\n' > load.csv
plan-scale sim --trace load.csv --service-rate 1 --start-delay 0s --policy static --emit-metrics seen.jsonl -o plan.json && cat seen.jsonl
plan-scale sim --trace load.csv --service-rate 1 --start-delay 0s --policy static --emit-metrics /dev/stdout -o plan.json | cmp - seen.jsonl
plan-scale sim --trace load.csv --service-rate 1 --start-delay 0s --emit-metrics seen.jsonl; echo "exit $?"
plan-scale sim --trace load.csv --service-rate 1 --start-delay 0s --policy static --policy literal --emit-metrics seen.jsonl; echo "exit $?"
