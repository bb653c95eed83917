. "$CASES/lib.bash"
try() { "$@"; echo "exit $?"; }
try train --out out
try train --init $tiny
try train-shard run --init $tiny --out out
try train --init $tiny --model out --out out
try train --init $tiny --out out --micro-batch 3
try train --init $tiny --out out --warmup 10 --steps 5
try train --init $tiny --out out --min-lr 1
try train --init $tiny --out out --val-share 10% --val data.h5
try train --init $tiny --out out --eval-every 3
try train --init bert:d=3 --out out
train --init $tiny --out out --device abacus 2>&1 | grep -o "there is no device 'abacus'"; echo "exit ${PIPESTATUS[0]}" 
try train-shard run --data absent.h5 --init $tiny --out out
try train-shard run --init $tiny --data data.h5 --out out --context 64
try train-shard run --init gpt2:d=32,layers=1,heads=1,vocab=256,context=90000 --data data.h5 --out out --context 90000 --batch 1
try train --init $tiny --out out --precision absent.json
try train-shard sample --init gpt2:d=32,layers=1,heads=1,vocab=100,context=8 --prompt a
try train-shard sample --model absent --prompt a
try train-shard evaluate --init $tiny --data data.h5 --share 0
head -c 32 text > few && compress-dataset few -o few.h5 > /dev/null
try train --init $tiny --out out --val few.h5
try train --init $tiny --out out --val-share 0.1%
train --init $tiny --out kept --steps 1 > /dev/null
try train-shard run --init gpt2:d=32,layers=1,heads=1,vocab=70,context=32 --data data.h5 --context 32 --out out > /dev/null
try train-shard run --data data.h5 --context 32 --out kept --steps 2 --resume --batch 8
try train --init $tiny --out kept --steps 2 --resume --seed 4
try train --init gpt2:d=64,layers=2,heads=2,vocab=256,context=32 --out kept --steps 2 --resume
: > nothing && compress-dataset nothing -o nothing.h5 > /dev/null
try train-shard run --init $tiny --data nothing.h5 --context 32 --out out
try train-shard evaluate --init $tiny --data nothing.h5
try train-shard run --init mlp --data nothing.h5 --out out
