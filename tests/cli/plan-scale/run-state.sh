# A state that was cut after any byte is refused as bad data and stays as it is; whole, it goes on.
one='{"ts":60,"nodes_ready":3,"queue_length":0,"simulated":true}'
decide() { plan-scale run --policy literal --service-rate 1 --cool-down-down 5m --state s.json --once; }
echo "$one" | decide > /dev/null
cp s.json whole.json
size=$(wc -c < whole.json) step=43
[ "${DAYBREAK_SLOW-}" = 1 ] && step=1
for ((bytes = 0; bytes < size - 1; bytes += step)); do
  head -c $bytes whole.json > s.json
  echo "$one" | decide > said 2> message
  status=$?
  [ $status = 65 ] && [ ! -s said ] && [ "$(wc -c < s.json)" = $bytes ] && grep -q '^plan-scale: s.json: ' message && continue
  echo "cut at $bytes: status $status"; cat message
done
cp whole.json s.json
echo '{"ts":120,"nodes_ready":3,"queue_length":0,"simulated":true}' | decide | jq -c '.decision_id, .reason'

# The newest of several lines counts, wherever it stands; a clock that goes back moves nothing.
lines() { printf '{"ts":%s,"nodes_ready":3,"queue_length":%s,"simulated":true}\n' "$@"; }
lines 300 900 360 0 240 900 | plan-scale run --policy literal --service-rate 1 --state n.json --once | jq -c '.ts, .desired'
lines 60 9999 | plan-scale run --policy literal --service-rate 1 --state n.json --once | jq -c '.reason, .delta'

# Columns in any order, a byte order mark, line ends of another system; a percentage is no ratio.
printf '\xEF\xBB\xBFqueue_length,note,nodes_ready,ts\r\n900,x,3,60\r\n' |
  plan-scale run --policy literal --service-rate 1 --max-age 100000d | jq -c 'select(.ts) | .desired'
echo '{"nodes_ready":3,"utilization":87,"queue_length":0}' | plan-scale run --policy hpa | jq -c 'select(.ts) | .reason, .delta'

# Ended in mid-stream: the status of the signal, and a state that goes on. A reader that goes away ends it quietly.
for i in $(seq 5000); do echo "{\"ts\":$((i * 60)),\"nodes_ready\":3,\"queue_length\":0,\"simulated\":true}"; done > day.jsonl
mkfifo pipe; exec 3<> pipe
plan-scale run --policy literal --service-rate 1 --state t.json < pipe > said & tool=$!
head -n 1 day.jsonl >&3
until [ -s said ]; do sleep 0.01; done
kill -TERM $tool; wait $tool; echo "exit $?"
exec 3>&-
head -n 2 day.jsonl | plan-scale run --policy literal --service-rate 1 --state t.json | jq -c .decision_id
plan-scale run --policy literal --service-rate 1 day.jsonl 2> message | head -n 1 > /dev/null; echo "exit ${PIPESTATUS[0]}"; cat message
# A full disk: the answer is not lost silently.
head -n 1 day.jsonl | plan-scale run --policy literal --service-rate 1 > /dev/full 2> message; echo "exit $?"; wc -l < message
