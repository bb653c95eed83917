# However long one rank's disk takes, the others wait for its checkpoints as long as it answers.
. "$CASES/../mpirun.bash"
. "$CASES/lib.bash"
run="train-shard run --init $tiny --data data.h5 --batch 4 --context 32 --steps 2 --save-every 1 --shares equal --out out --patience 5s"
slow="-x LD_PRELOAD=$DAYBREAK_BUILD/tests/libslow_disk.so -x ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0"
in_ranks 1 $slow $run : 1 $run > stream 2> stderr; status=$?
[ $status = 77 ] && exit 77
[ $status = 0 ] && [ ! -s stderr ] || { echo "status $status"; cat stderr; exit 1; }
jq -e -s 'map(select(.type == "checkpoint") | .write_s > 5) == [true, true]' stream > /dev/null || { cat stream; exit 1; }
train-shard check out > /dev/null
