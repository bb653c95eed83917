# A signal ends a run after its step, with a checkpoint that evaluates; the process dies of the signal. An engine may send
# it twice at once. A second one that comes later, such as that of someone who waits, ends the process without more ado.
. "$CASES/lib.bash"
exec 2> of-the-shell  # which tells of signals that children died of
# begun RECORDS OPTION...: a run that has told so many records; more come from descriptor 3; its process is $child
begun() {
  local records=$1; shift
  mkfifo pipe
  # Without job control bash starts background jobs with SIGINT ignored, and a job may have SIGHUP ignored; env gives them back.
  env --default-signal=INT,HUP train-shard run --init $tiny --data data.h5 --batch 4 --context 32 --steps 1000000 "$@" > pipe 2> message &
  child=$!
  exec 3< pipe
  for ((i = 0; i < records; ++i)); do read -r line <&3; done
}
# ended STATUS: the rest of the records is in the file rest
ended() {
  cat <&3 > rest
  wait $child
  status=$?
  exec 3<&-
  rm pipe
  [ $status = "$1" ] || { echo "status $status, expected $1"; cat message; exit 1; }
  [ ! -s message ] || { cat message; exit 1; }
}
stopped_by() { tail -n 1 rest | grep -q "\"type\":\"summary\".*\"stopped_by\":\"SIG$1\"" || { tail -n 1 rest; exit 1; }; }

for signal in TERM INT HUP USR1 USR2; do
  begun 4 --out out-$signal
  kill -$signal $child
  kill -$signal $child
  ended $((128 + $(kill -l $signal)))
  stopped_by $signal
  train-shard evaluate --model out-$signal --data data.h5 --share 5% > /dev/null || exit 1
done

# While a step waits for its four sequences: a warning, and then the signal at the end of the time. The first one counts.
begun 1 --out out-both --prefetch 0 --inject-latency 200ms
sleep 0.2
kill -USR1 $child
sleep 0.2
kill -TERM $child
ended 138
stopped_by USR1

begun 1 --out out-twice --prefetch 0 --inject-latency 1s
sleep 0.2
kill -TERM $child
sleep 1.2
kill -TERM $child
ended 143
! grep -q summary rest && [ ! -e out-twice/latest ]
