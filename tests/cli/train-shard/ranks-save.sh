# A rank that cannot write its part makes that checkpoint fail, is named, and the run goes on; the last one must succeed.
. "$CASES/../mpirun.bash"
. "$CASES/lib.bash"
run="train-shard run --init $tiny --data data.h5 --batch 4 --context 32 --steps 40 --save-every 10 --shares equal --patience 20s"
slow="--prefetch 0 --inject-latency 20ms"
# Once it has begun, no file of this rank may be longer than 40 kB, which its moments are.
mkfifo pipe
in_ranks 1 $run $slow --out out : 1 bash -c 'echo $$ > rank1.pid; trap "" XFSZ; exec "$@"' rank $run $slow --out out > pipe 2> stderr &
job=$!
exec 3< pipe
{ read -r line && echo "$line" && read -r line && echo "$line"; } <&3 > stream
[ -s stream ] || { wait $job; [ $? = 77 ] && exit 77; cat stderr; exit 1; }
prlimit --pid "$(cat rank1.pid)" --fsize=40000 || exit 1
cat <&3 >> stream
wait $job; status=$?
exec 3<&-
[ $status = 74 ] || { echo "status $status"; cat stderr; exit 1; }
[ "$(jq -r 'select(.type == "checkpoint") | .problem' stream | grep -c '^rank 1: .*optimizer-00002-of-00002.safetensors')" = 4 ] ||
  { jq -c '[.type, .step, .problem]' stream; exit 1; }
grep -q 'warning: the checkpoint of step 10 was not saved: rank 1: ' stderr || { cat stderr; exit 1; }
[ "$(grep -c '^train-shard: .*rank 1: ' stderr)" = 5 ] || { cat stderr; exit 1; }
jq -e -s 'map(select(.type == "step")) | length == 40' stream > /dev/null || exit 1
[ "$(ls out)" = lock ] || { ls out; exit 1; }
# With room for it the same command goes on.
in_ranks 2 $run --out out --resume > stream 2> stderr || { cat stderr; exit 1; }
jq -e -s '[.[] | select(.type == "checkpoint") | .write_s > 0] == [true, true, true, true]' stream > /dev/null ||
  { jq -c '[.type, .step, .problem]' stream; exit 1; }
[ "$(cd out && echo step-*)" = "step-00000020 step-00000030 step-00000040" ] || { ls out; exit 1; }
train-shard check out > /dev/null && [ "$(ls out/*/optimizer-*-of-00002.safetensors | wc -l)" = 6 ]
