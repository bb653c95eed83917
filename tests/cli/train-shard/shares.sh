# Whole shares of the micro-batches that are asked for, never slower than an equal split.
. "$CASES/lib.bash"
train-shard shares --init $tiny --device cpu@1 --device reference@1 --micro-batches 9 --context 32 --time 20ms > found.json || exit 1
jq -e '(.devices | map(.micro_batches) | add) == 9 and .devices[0].micro_batches > .devices[1].micro_batches
  and (.devices | map(.state_share) | add - 1 | fabs) < 1e-9 and (.devices | all(.fixed_s >= 0 and .update_s > 0))
  and .step_s <= .equal_split_step_s and .ideal_step_s <= .step_s and .share_of_ideal <= 1
  and .tokens_per_s > 0' found.json > /dev/null || { cat found.json; exit 1; }
# A device that is made slower takes less.
train-shard shares --init $tiny --device cpu@1 --micro-batches 9 --context 32 --time 20ms --inject-slowdown 40 |
  jq -e --slurpfile plain found.json '.devices[0].micro_batch_s > 5 * $plain[0].devices[0].micro_batch_s' > /dev/null || exit 1
train-shard shares --init $tiny --device cpu --micro-batches 2 --context 32 --time 1ms --format text | grep -q '^A step takes ' || exit 1
train-shard shares --init $tiny; echo "none: $?"
train-shard shares --init $tiny --device cpu@0; echo "no thread: $?"
