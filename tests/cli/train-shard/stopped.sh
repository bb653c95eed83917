# SIGTERM and SIGINT end a run after its step, with a checkpoint that evaluates; the process dies of the signal.
. "$CASES/lib.bash"
for signal in TERM INT; do
  mkfifo pipe
  # Without job control bash starts background jobs with SIGINT ignored; env gives it back.
  env --default-signal=INT train-shard run --init $tiny --data data.h5 --batch 4 --context 32 --steps 1000000 --out out-$signal > pipe &
  child=$!
  exec 3< pipe
  for _ in 1 2 3 4; do read -r line <&3; done
  kill -$signal $child
  cat <&3 > rest
  wait $child
  status=$?
  exec 3<&-
  rm pipe
  wanted=143; [ $signal = INT ] && wanted=130
  [ $status = $wanted ] || { echo "SIG$signal: status $status"; exit 1; }
  tail -n 1 rest | grep -q "\"type\":\"summary\".*\"stopped_by\":\"SIG$signal\"" || { tail -n 1 rest; exit 1; }
  train-shard evaluate --model out-$signal --data data.h5 --share 5% > /dev/null || exit 1
done
