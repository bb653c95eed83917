# A run whose loss is no number ends with 1, names the step, and the first tensor in the order of computation, and leaves the
# checkpoints before.
. "$CASES/lib.bash"
train-shard run --data data.h5 --batch 4 --context 32 --init $tiny --steps 40 --save-every 2 --lr 1e3 --clip 0 --weight-decay 1e3 --out out > stream 2> message
[ $? = 1 ] || { tail -n 1 stream; cat message; exit 1; }
grep -qE '^train-shard: the run has diverged at step [0-9]+: (forward|backward), (layer [01] )?[a-z ]+ \(transformer\.[a-z0-9_.]+\): [0-9]+ of [0-9]+ numbers are not finite, the first tensor in the order of computation \(go back' message ||
  { cat message; exit 1; }
train-shard check out > /dev/null
