printf '{"type":"summary","schema":"daybreak.train/1","tokens_per_s":400,"checkpoint_stall_s":20}\n' > run.jsonl
try() { plan-scale deadline "$@" --format text; echo "exit $?"; }
given() { try --tokens 1e9 --deadline 7d "$@"; }
# The answer is no, and what would do.
given --metrics run.jsonl --max-nodes 3 --price 2 --efficiency 0.95
given --metrics run.jsonl --max-nodes 3 --price 2 --efficiency 0.95 --mtbf 10m --restart-time 20m
# Wrong options.
try; try --tokens 1e9; try --tokens 0 --deadline 1d; try --tokens 1e9 --deadline 7
given; given --max-nodes 3; given --max-nodes 3 --price 2; given --kinds k.json --price 2; given --max-nodes 3 --price -1
given --metrics run.jsonl --max-nodes 3 --price 2; given --metrics run.jsonl --metrics run.jsonl --max-nodes 3 --price 2
given --metrics run.jsonl --max-nodes 3 --price 2 --efficiency 1.5; given --metrics 0:run.jsonl --max-nodes 3 --price 2
given --metrics run.jsonl --max-nodes 3 --price 2 --efficiency 1 --mtbf 0s; given --metrics run.jsonl --max-nodes 0 --price 2
given --metrics run.jsonl --max-nodes 3 --price 2 --efficiency 1 --samples 3; given --metrics absent.jsonl --max-nodes 3 --price 2 --efficiency 1
# Wrong files.
wrong() { printf '%s\n' "$@" > w.jsonl; given --metrics w.jsonl --max-nodes 3 --price 2 --efficiency 1 --mtbf 1d; }
wrong '{"type":"begin","schema":"daybreak.train/1"}' '{"type":"step"}'
wrong '{"type":"summary","schema":"daybreak.train/1"}'
wrong '{"type":"summary","schema":"daybreak.train/1","tokens_per_s":null}'
wrong '{"type":"summary","schema":"daybreak.plan/1","tokens_per_s":5}'
wrong '{"type":"summary","schema":"daybreak.train/1","tokens_per_s":5}'
wrong 'not json'
echo '{"schema":"daybreak.kinds/1","kinds":[{"name":"a","tokens_per_s":1,"price_per_hour":1,"count":0}]}' > k.json; given --kinds k.json --efficiency 1
echo '{"schema":"daybreak.kinds/1","kinds":[{"name":"a","tokens_per_s":1,"price_per_hour":1,"count":2000000}]}' > k.json; given --kinds k.json --efficiency 1
# An end that no number holds is no number.
printf '{"type":"summary","schema":"daybreak.train/1","tokens_per_s":1000}\n' > endless.jsonl
plan-scale deadline --metrics endless.jsonl --tokens 1e9 --deadline 7d --max-nodes 1 --price 2 --efficiency 1 --mtbf 1d --checkpoint-time 1m --restart-time 1e9d |
  jq -c '.plan.expected_s, .reason'
