# Losses and weights of --reduce exact are the same bits for any number of ranks and any shares, validation included, and a run
# goes on with another number of ranks as if nothing had happened.
. "$CASES/../mpirun.bash"
. "$CASES/lib.bash"
common="--init $tiny --data data.h5 --batch 8 --micro-batch 1 --reduce exact --context 32 --lr 1e-2 --steps 10 --val-share 10% --eval-every 4"
learned() { jq -c 'select(.type == "step" or .type == "validation") | [.type, .step, .loss, .lr, .grad_norm, .skipped]' "$1"; }
train-shard run $common --out alone > alone.jsonl || exit 1
learned alone.jsonl > expected
check() {  # NAME: its stream and its model are those of one process
  jq -e -s '.[0].type == "begin" and .[-1].type == "summary" and (map(.type) | unique | length) <= 6' $1.jsonl > /dev/null ||
    { echo "$1: no clean stream"; cat $1.jsonl; exit 1; }
  learned $1.jsonl | diff expected - || { echo "$1 learned something else"; exit 1; }
  cmp alone/step-00000010/model.safetensors $1/step-00000010/model.safetensors || exit 1
  train-shard check $1 > /dev/null || exit 1
}
for ranks in 1 2 3 4; do
  in_ranks $ranks train-shard run $common --out by-$ranks > by-$ranks.jsonl || exit 1
  check by-$ranks
  jq -e -s --argjson ranks $ranks '.[0] | .reduce == "exact" and .micro_batch == 1 and (.ranks | length == $ranks and (map(.micro_batches) | add) == 8
    and all(.[]; .threads > 0 and .host != "" and .device == "cpu:0"))' by-$ranks.jsonl > /dev/null || { head -n 1 by-$ranks.jsonl; exit 1; }
done
for shares in 7,1 0,8; do
  in_ranks 2 train-shard run $common --shares $shares --out uneven-$shares > uneven-$shares.jsonl || exit 1
  check uneven-$shares
  jq -e -s --arg shares $shares '(.[0].ranks | map(.micro_batches | tostring) | join(",")) == $shares' uneven-$shares.jsonl > /dev/null ||
    { head -n 1 uneven-$shares.jsonl; exit 1; }
done
# Two ranks begin, three go on, one ends it; files of moments are as many as the ranks that wrote them.
part() {  # RANKS
  in_ranks $1 train-shard run $common --out parts --resume --stop-file stop --save-every 1 >> parts.jsonl
}
touch stop
part 2; [ $? = 75 ] || { echo "it did not stop"; exit 1; }
[ $(ls parts/step-00000001/optimizer-*-of-00002.safetensors | wc -l) = 2 ] || { ls parts/*; exit 1; }
part 3; [ $? = 75 ] || { echo "it did not stop"; exit 1; }
[ $(ls parts/step-00000002/optimizer-*-of-00003.safetensors | wc -l) = 3 ] || { ls parts/*; exit 1; }
rm stop
part 1 || exit 1
learned parts.jsonl | diff expected - || { echo "the parts learned something else"; exit 1; }
cmp alone/step-00000010/model.safetensors parts/step-00000010/model.safetensors || exit 1
cmp alone/step-00000010/optimizer.safetensors parts/step-00000010/optimizer.safetensors
