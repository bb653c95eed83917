# mpirun kills its ranks a second after it has told them to stop. The state before the step under way is saved all the same,
# and whoever begins again too soon is sent away until it is.
. "$CASES/lib.bash"
. "$CASES/../mpirun.bash"

# left RANKS: a step takes 8 seconds, and 2 after the signal nobody is there any more
left() {
  local out=out-$1 records
  mkfifo "pipe-$1"
  (exec mpirun --oversubscribe -np "$1" train-shard run --init $tiny --data data.h5 --batch 4 --context 32 --steps 1000 \
    --out "$out" --prefetch 0 --inject-latency $((2 * $1))s > "pipe-$1" 2> "message-$1") &
  local mpirun=$!
  exec 3< "pipe-$1"
  for _ in begin step; do read -r line <&3; done
  kill -TERM $mpirun
  records=$(cat <&3)
  wait $mpirun
  [ -z "$records" ] || { echo "$1 ranks: not killed, but $records"; return 1; }
  for _ in $(seq 600); do [ -e "$out/latest" ] && break; sleep 0.1; done
  [ "$(cat "$out/latest")" = step-00000001 ] || { echo "$1 ranks: the step before is not saved:"; ls -a "$out"; cat "message-$1"; return 1; }
  train-shard check "$out" > /dev/null || return 1
  # Whoever saved it may hold the lock a moment longer.
  for _ in $(seq 600); do
    train --out "$out" --resume --steps 2 > resumed-"$1" 2> message-"$1" && break
    [ $? = 75 ] || { cat "message-$1"; return 1; }
    sleep 0.1
  done
  head -n 1 resumed-"$1" | grep -q '"resumed_from":1[,}]' || { head -n 1 resumed-"$1"; return 1; }
}

left 1 &
one=$!
left 2 && wait $one
