# A rank that becomes slower in the middle of a run gives up some of its micro-batches, which changes nothing of what is learned.
. "$CASES/../mpirun.bash"
. "$CASES/lib.bash"
slow="--prefetch 0 --inject-latency 1ms"
common="train-shard run --init $tiny --data data.h5 --context 32 --batch 16 --micro-batch 1 --reduce exact --steps 60 --save-every 0 -j 1"
$common --out one > /dev/null || exit 1
# A micro-batch takes less than a millisecond, then two hundred times as long.
in_ranks 1 $common --out two --metrics two.jsonl $slow : \
  1 $common --out two --metrics two.jsonl --inject-slowdown 200 --slow-from 5 > output 2>&1 || { cat output; exit 1; }
cmp one/step-00000060/model.safetensors two/step-00000060/model.safetensors || exit 1
jq -es 'map(select(.type == "shares"))[0] | .step > 5 and (.micro_batches | add == 16 and .[0] > .[1])' two.jsonl > /dev/null ||
  { grep -v '"step"' two.jsonl; exit 1; }
# What steps have waited for their data is counted on, though each division reads anew.
jq -es 'map(select(.type == "step")) | all(.[]; .data_stall_s > 0)' two.jsonl > /dev/null || { jq -c '[.step, .data_stall_s]' two.jsonl; exit 1; }
