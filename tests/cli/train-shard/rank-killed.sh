# A rank that is killed at any moment, one that hangs, and mpirun that is killed: the job ends soon, its last checkpoint is
# whole, and it goes on at another size. It loses the steps since that checkpoint and nothing of the order of the data: in exact
# mode every loss that was told, once or twice, is that of an unbroken run. Twenty times where DAYBREAK_SLOW is 1.
. "$CASES/lib.bash"
. "$CASES/../mpirun.bash"
exec 2> of-the-shell  # which tells of children that were killed
times=3
[ "${DAYBREAK_SLOW-}" != 1 ] || times=20
RANDOM=${KILL_SEED:-$$}
every=5
options="--init $tiny --data data.h5 --batch 6 --context 32 --lr 1e-2 --micro-batch 1 --reduce exact --save-every $every --keep 2"
options+=" --steps $((times * 25 + 100))"
train-shard run $options --out whole --metrics whole.jsonl || exit

fail() { echo "seed ${KILL_SEED:-$$}: $1"; cat message; exit 1; }
ranks_of() { pgrep -P "$1" -x train-shard; }
told() { cat "$1" 2> /dev/null | grep '"type":"step"'; }
last_told() { told job.jsonl | tail -n 1 | grep -o '"step":[0-9]*' | cut -d: -f2; }
# With the comma: the last line of a rank 0 that was killed may be cut.
losses() { told "$1" | grep -o '"step":[0-9]*,"loss":[^,]*,' | sort -u; }
# begun RANKS OPTION...: a job that has told of two steps more; $job is its mpirun
begun() {
  local size=$1 before; shift
  before=$(told job.jsonl | wc -l)
  (exec mpirun --oversubscribe -np "$size" train-shard run $options --out model --resume --metrics job.jsonl --prefetch 0 \
    --inject-latency 10ms "$@" > /dev/null 2> message) &
  job=$!
  for _ in $(seq 1200); do
    [ "$(told job.jsonl | wc -l)" -ge $((before + 2)) ] && return
    kill -0 $job || break
    sleep 0.05
  done
  # What a killed job had begun to save may hold the folder a few seconds.
  wait $job
  [ $? = 75 ] && grep -q "another process" message || fail "no two steps"
  begun "$size" "$@"
}
# ends STATUS...: the job ends within a minute, with one of these
ends() {
  timeout 60 tail --pid=$job -s 0.1 -f /dev/null || fail "the job did not end"
  wait $job
  local status=$? one
  for one; do [ $status = "$one" ] && return; done
  fail "the job ended with $status"
}
# While a checkpoint is being written training goes on, at most until the next one is due.
is_whole() {
  local saved=0 lost
  [ ! -e model/latest ] || { train-shard check model > /dev/null || fail "a checkpoint is damaged"; saved=$(cut -c6- model/latest); }
  lost=$(($(last_told) - 10#$saved))
  [ $lost -lt $((2 * every)) ] || fail "$lost steps are lost"
  [ -z "$(comm -13 <(losses whole.jsonl) <(losses job.jsonl))" ] || fail "other losses"
}

size=3
for ((time = 0; time < times; ++time)); do
  begun $size
  sleep "0.$((RANDOM % 5))"
  victims=($(ranks_of $job))
  kill -KILL "${victims[$((RANDOM % size))]}" || fail "the job was over before its rank was killed"
  ends 75 137
  is_whole
  size=$((RANDOM % 3 + 1))
done

begun 3 --patience 3s
victims=($(ranks_of $job))
kill -STOP "${victims[1]}"
ends 75
grep -q "rank 1 .*has not answered" message || fail "the rank that hangs is not named"
is_whole

begun 3
victims=($(ranks_of $job))
kill -KILL $job
ends 137
for one in "${victims[@]}"; do timeout 60 tail --pid="$one" -s 0.1 -f /dev/null || fail "a rank goes on without mpirun"; done
is_whole

begun 2
ends 0
cmp <(losses whole.jsonl) <(losses job.jsonl) || fail "other losses"
cmp {whole,model}/"$(cat model/latest)"/model.safetensors || fail "other weights"
