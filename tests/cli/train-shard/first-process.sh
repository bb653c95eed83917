# As the first process of a container, where a signal of one's own does not end one: the status is that of the signal all the same.
. "$CASES/lib.bash"
unshare --pid --fork --kill-child true 2> /dev/null || { echo "skipped: no namespaces of processes here (unshare, as root)"; exit 77; }
mkfifo pipe
unshare --pid --fork --kill-child train-shard run --init $tiny --data data.h5 --batch 4 --context 32 --steps 1000000 --out out > pipe &
container=$!
exec 3< pipe
for _ in 1 2 3 4; do read -r line <&3; done
kill -TERM "$(pgrep -P $container)"
cat <&3 | tail -n 1 | grep -q '"type":"summary".*"stopped_by":"SIGTERM"' || exit 1
wait $container
[ $? = 143 ]
