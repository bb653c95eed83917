# Whole shares of the micro-batches that are asked for, never slower than an equal split.
. "$CASES/lib.bash"
train-shard shares --init $tiny --device cpu@1 --device reference@1 --micro-batches 9 --context 32 --time 20ms > found.json || exit 1
jq -e '(.devices | map(.micro_batches) | add) == 9 and .devices[0].micro_batches > .devices[1].micro_batches
  and .step_s <= .equal_split_step_s and .ideal_step_s <= .step_s and .tokens_per_s > 0' found.json > /dev/null || { cat found.json; exit 1; }
train-shard shares --init $tiny --device cpu --micro-batches 2 --context 32 --time 1ms --format text | grep -q '^A step takes ' || exit 1
train-shard shares --init $tiny; echo "none: $?"
train-shard shares --init $tiny --device cpu@0; echo "no thread: $?"
