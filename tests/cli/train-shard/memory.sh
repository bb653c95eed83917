# A run that does not fit is refused before its first step, with what would.
. "$CASES/lib.bash"
train-shard run --init gpt2:d=512,layers=4,heads=8,vocab=256,context=32 --data data.h5 --batch 1048576 --context 32 --out out 2> message
[ $? = 71 ] || { cat message; exit 1; }
grep -qE '^train-shard: the run needs [0-9.]+ [GT]B on cpu:0, where [0-9.]+ GB are free \(--micro-batch [0-9]+ fits and learns the same\)$' message || { cat message; exit 1; }
train-shard run --init llama-8b --data data.h5 --batch 1 --context 32 --out out 2> message
[ $? = 71 ] || { cat message; exit 1; }
[ ! -e out ]
