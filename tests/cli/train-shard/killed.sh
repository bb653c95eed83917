# Killed at random moments and begun again, a run ends with the bytes of an unbroken one. Twenty times where DAYBREAK_SLOW is 1.
. "$CASES/lib.bash"
times=3
[ "${DAYBREAK_SLOW-}" != 1 ] || times=20
RANDOM=${KILL_SEED:-$$}
options="--init gpt2:d=64,layers=2,heads=2,vocab=256,context=32 --steps 250 --save-every 7 --keep 2"
started=$(date +%s%N)
train $options --out whole > /dev/null || exit 1
took_ms=$((($(date +%s%N) - started) / 1000000 + 1))
killed=0
for ((run = 0; run < times; ++run)); do
  rm -rf parts
  for ((part = 0; part < 100; ++part)); do
    # The process itself, for the shell would outlive it.
    (exec train-shard run --data data.h5 --batch 4 --context 32 --lr 1e-2 $options --out parts --resume > /dev/null 2> message) &
    child=$!
    delay_ms=$((RANDOM % (took_ms / 2 + 10)))
    (sleep "$(printf '%d.%03d' $((delay_ms / 1000)) $((delay_ms % 1000)))"; [ $part -ge 3 ] || kill -KILL $child 2> /dev/null) &
    wait $child 2> /dev/null
    status=$?
    wait
    [ $status = 137 ] && { killed=$((killed + 1)); continue; }
    [ $status = 0 ] && break
    echo "seed ${KILL_SEED:-$$}, run $run, part $part: status $status"; cat message; exit 1
  done
  train-shard check parts > /dev/null || { echo "a checkpoint is damaged"; exit 1; }
  for file in model.safetensors optimizer.safetensors config.json; do
    cmp whole/step-00000250/$file parts/step-00000250/$file || { echo "seed ${KILL_SEED:-$$}, run $run"; exit 1; }
  done
done
[ $killed -ge $((times / 2)) ] || echo "only $killed of the runs were killed"
