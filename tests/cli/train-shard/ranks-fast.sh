# Without --reduce exact, ranks learn what one process does but for the rounding of sums; a job of one is that process.
. "$CASES/../mpirun.bash"
. "$CASES/lib.bash"
common="--init $tiny --data data.h5 --batch 8 --micro-batch 2 --context 32 --lr 1e-2 --steps 8 --val-share 10%"
train-shard run $common --out alone > alone.jsonl || exit 1
in_ranks 1 train-shard run $common --out one > one.jsonl || exit 1
cmp alone/step-00000008/model.safetensors one/step-00000008/model.safetensors || exit 1
for shares in equal 1,3 auto; do
  in_ranks 2 train-shard run $common --shares $shares --out two-$shares > two-$shares.jsonl || exit 1
  jq -e -s --slurpfile alone alone.jsonl 'def near($a; $b): (($a - $b) | fabs) <= 1e-6 * $a;
    (map(select(.type == "step"))) as $ours | ($alone | map(select(.type == "step"))) as $theirs |
    ($ours | length) == 8 and ([range(8)] | all(.[]; near($theirs[.].loss; $ours[.].loss) and $theirs[.].tokens == $ours[.].tokens)) and
    near($alone[-1].validation_loss; .[-1].validation_loss)' two-$shares.jsonl > /dev/null ||
    { echo "--shares $shares:"; jq -c '[.type, .loss]' alone.jsonl two-$shares.jsonl; exit 1; }
done
# Steps tell how long rank 0 was with the others; four micro-batches a rank where they are not told.
jq -e -s 'map(select(.type == "step")) | all(.[]; .exchange_s > 0 and .exchange_s < 60)' two-equal.jsonl > /dev/null || exit 1
in_ranks 2 train-shard run --init $tiny --data data.h5 --batch 24 --context 32 --steps 1 --shares equal --out told > told.jsonl || exit 1
jq -e -s '.[0] | .micro_batch == 3 and .ranks[1].micro_batches == 4 and .identity.may["micro-batch"] == 3' told.jsonl > /dev/null ||
  { head -n 1 told.jsonl; exit 1; }
# A dry run speaks once and writes nothing.
in_ranks 2 train-shard run $common --shares 1,3 --out planned --dry-run > plan.json || exit 1
jq -e '.dry_run and (.ranks | map(.micro_batches)) == [1, 3]' plan.json > /dev/null && [ ! -e planned ] || { cat plan.json; exit 1; }
