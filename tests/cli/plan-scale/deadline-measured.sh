# The metrics of a real run of train-shard set the speed, and its checkpoints their time.
command -v train-shard > /dev/null && command -v compress-dataset > /dev/null || { echo "skipped: train-shard is not built"; exit 77; }
. "$CASES/../train-shard/lib.bash"
train --init $tiny --steps 12 --save-every 4 --out out --metrics m.jsonl || exit 1
plan-scale deadline --metrics m.jsonl --tokens 1e9 --deadline 3650d --max-nodes 4 --price 1 --efficiency 1 > plan.json
jq -e --slurpfile m m.jsonl '.plan.nodes == 1 and .plan.tokens_per_s == $m[-1].tokens_per_s and .speed_source == "tokens_per_s of m.jsonl"
  and (.plan.expected_s - 1e9 / $m[-1].tokens_per_s | fabs) < 60 and .checkpoint_s == $m[-1].checkpoint_stall_s' plan.json > /dev/null || cat plan.json
