# What run does not take, and that a held or damaged state stays as it is.
decide() { plan-scale run --policy literal --service-rate 1 "$@"; echo "exit $?"; }
one='{"ts":60,"nodes_ready":3,"queue_length":0,"simulated":true}'
echo "$one" | plan-scale run; echo "exit $?"
echo "$one" | decide --once
echo '{bad' | decide
echo '1,2' | decide
printf 'ts,queue_length\n60\n' | decide --nodes 3
echo '{"queue_length":"many"}' | decide --nodes 3
echo '{"queue_length":5}' | decide
printf '' | decide --once --state s.json
echo "$one" | plan-scale run --policy nothing; echo "exit $?"
echo "$one" | decide --state s.json > /dev/null
echo "$one" | plan-scale run --policy literal --service-rate 2 --state s.json; echo "exit $?"
cp s.json kept.json; flock s.json.lock sh -c 'echo "$0" | plan-scale run --policy literal --service-rate 1 --state s.json; echo "exit $?"' "$one"
cmp s.json kept.json
head -c 100 kept.json > s.json; echo "$one" | decide --state s.json 2> message; grep -c 'not valid JSON' message; wc -c < s.json
head -c 200000 /dev/zero | tr '\0' 1 | decide
# A state is a regular file: a pipe or a device keeps nothing, and may never end.
mkfifo pipe; for other in pipe .; do echo "$one" | timeout -k 1 10 plan-scale run --policy literal --service-rate 1 --state $other; echo "exit $?"; done; ls
# A folder in which nobody may write, whoever asks.
echo "$one" | decide --state /proc/self/s.json
