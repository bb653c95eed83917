# A token outside the model's vocabulary is found before the run begins, wherever it stands in the data, though no batch meets it.
. "$CASES/lib.bash"
{ head -c 1400000 /dev/zero; printf '\054\001'; head -c 600000 /dev/zero; } > one.bin  # token 300 is at position 700000
head -c 4000 /dev/zero > none.bin
for name in one none; do compress-dataset $name.bin --input-format tokens -o $name.h5 > /dev/null || exit 1; done
refused() {
  echo "\$ $*"
  "$@" > stdout 2> stderr
  echo "exit $?"
  cat stderr
}
few=(--init gpt2:d=16,layers=1,heads=1,vocab=300,context=16 --context 16)
run=(train-shard run "${few[@]}" --batch 1 --steps 1 --out out)
refused "${run[@]}" --data one.h5
refused "${run[@]}" --data one.h5 --val-share 50%
refused "${run[@]}" --data none.h5 --val one.h5
refused "${run[@]}" --data one.h5 --dry-run
refused train-shard evaluate "${few[@]}" --data one.h5
refused train-shard evaluate "${few[@]}" --data one.h5 --share 10%  # which ends before
[ ! -e out ] || echo "out is there"
# What a dataset says of its own vocabulary is enough to refuse it, never to take it.
compress-dataset one.bin --input-format tokens --vocab 301 -o told.h5 > /dev/null || exit 1
refused "${run[@]}" --data told.h5
compress-dataset none.bin --input-format tokens --vocab 300 -o told-none.h5 > /dev/null || exit 1
"${run[@]}" --data told-none.h5 > /dev/null
