# The ranks of a job measure themselves, each its own device, and agree on the shares; rank 0 tells.
. "$CASES/../mpirun.bash"
. "$CASES/lib.bash"
common="train-shard shares --init $tiny --micro-batches 9 --context 32 --time 200ms -j 1 --format json"
in_ranks 1 $common : 1 $common --inject-slowdown 500 --device cpu@1 > found.json 2> errors || { cat errors; exit 1; }
jq -e '(.devices | map(.micro_batches) | add) == 9 and .devices[0].micro_batches > .devices[1].micro_batches
  and (.devices | map(.name)) == ["cpu:0", "cpu@1"] and (.devices | map(.state_share) | add - 1 | fabs) < 1e-9
  and .step_s <= .equal_split_step_s and .ideal_step_s <= .step_s and (.collectives | endswith("1 host"))' found.json > /dev/null ||
  { cat found.json; exit 1; }
in_ranks 2 $common --device cpu --device cpu 2>&1 | grep '^train-shard'
in_ranks 1 $common : 1 $common --micro-batch 2 2>&1 | grep '^train-shard'
exit 0
