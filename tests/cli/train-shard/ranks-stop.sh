# All ranks stop at the same step: for --max-time of any of them, for --stop-file, and for a signal that one got.
. "$CASES/../mpirun.bash"
. "$CASES/lib.bash"
run="train-shard run --init $tiny --data data.h5 --batch 4 --context 32 --steps 1000000 --shares equal"
stopped() {  # NAME BY: a stream of one summary, whose checkpoint is whole and has the step that the stream ends with
  jq -e -s --arg by $2 '.[-1].type == "summary" and .[-1].stopped_by == $by and (map(select(.type == "step"))[-1].step == .[-1].steps)' $1.jsonl \
    > /dev/null || { echo "$1:"; tail -n 2 $1.jsonl; exit 1; }
  train-shard check $1 > /dev/null && [ "$(cat $1/latest)" = "$(basename "$(jq -r 'select(.type == "summary").checkpoint' $1.jsonl)")" ] || exit 1
}
in_ranks 1 $run --out time : 1 $run --out time --max-time 300ms > time.jsonl 2> stderr; status=$?
[ $status = 77 ] && exit 77
[ $status = 75 ] || { echo "--max-time: status $status"; cat stderr; exit 1; }
stopped time max-time
mkfifo pipe
in_ranks 2 $run --out file --stop-file stop > pipe 2> stderr &
job=$!
exec 3< pipe
for _ in 1 2 3; do read -r line <&3; echo "$line"; done > file.jsonl
touch stop
cat <&3 >> file.jsonl
wait $job; status=$?
exec 3<&-
[ $status = 75 ] || { echo "--stop-file: status $status"; cat stderr; exit 1; }
stopped file stop-file
# The rank that got the signal dies of it. (mpirun then tells the others to stop too.)
in_ranks 1 $run --out signal : 1 bash -c 'echo $$ > rank1.pid; exec "$@"' rank $run --out signal > pipe 2> stderr &
job=$!
exec 3< pipe
for _ in 1 2 3; do read -r line <&3; echo "$line"; done > signal.jsonl
kill -USR1 "$(cat rank1.pid)"
cat <&3 >> signal.jsonl
wait $job
stopped signal SIGUSR1
# Where nobody reads the records any more rank 0 dies of it, with a checkpoint, and no rank takes that for an error.
in_ranks 1 bash -c '"$@" | head -n 3 > records; exit "${PIPESTATUS[0]}"' rank $run --out unread : 1 $run --out unread > stdout 2> stderr; status=$?
[ $status = 141 ] || [ $status = 75 ] || { echo "unread: status $status"; cat stderr; exit 1; }
! grep -q '^train-shard: ' stderr && train-shard check unread > /dev/null || { cat stderr; exit 1; }
# A signal in the validation at the end: it tells nothing, and the job is not said to be done.
for _ in $(seq 100); do cat text; done > long && compress-dataset long -o long.h5 > /dev/null || exit 2
run="train-shard run --init $tiny --data long.h5 --batch 4 --context 32 --steps 2 --shares equal --val-share 95% -j 1"
in_ranks 1 $run --out late : 1 bash -c 'echo $$ > rank1.pid; exec "$@"' rank $run --out late > pipe 2> stderr &
job=$!
exec 3< pipe
for _ in begin step step; do read -r line <&3; echo "$line"; done > late.jsonl
for _ in $(seq 1000); do [ -e late/latest ] && break; sleep 0.02; done
sleep 0.2
kill -USR1 "$(cat rank1.pid)"
cat <&3 >> late.jsonl
wait $job
stopped late SIGUSR1
! grep -q '"validation"' late.jsonl
