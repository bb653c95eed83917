# A billion tokens within a week: by metrics of a run, by measured efficiency, by kinds of nodes.
printf '{"type":"begin","schema":"daybreak.train/1"}\n{"type":"summary","schema":"daybreak.train/1","tokens_per_s":400,"checkpoint_stall_s":20}\n' > one.jsonl
printf '{"type":"summary","schema":"daybreak.train/1","tokens_per_s":1296,"checkpoint_stall_s":20}\n' > four.jsonl
deadline() { plan-scale deadline --tokens 1e9 --deadline 7d "$@"; }
deadline --metrics one.jsonl --max-nodes 16 --price 2 --efficiency 0.95 --mtbf 30d --restart-time 5m --seed 1
deadline --metrics one.jsonl --metrics 4:four.jsonl --max-nodes 16 --price 2 --format text
echo '{"schema":"daybreak.kinds/1","kinds":[{"name":"old","tokens_per_s":300,"price_per_hour":1.2,"count":8},
  {"name":"new","tokens_per_s":700,"price_per_hour":2.1,"count":2}]}' > kinds.json
deadline --kinds kinds.json --efficiency 0.97 --mtbf 60d --restart-time 2m --checkpoint-time 10s --format text
# The same seed, the same bytes.
deadline --kinds kinds.json --efficiency 1 --mtbf 60d --checkpoint-time 10s --seed 4 > a.json
deadline --kinds kinds.json --efficiency 1 --mtbf 60d --checkpoint-time 10s --seed 4 | cmp a.json -
