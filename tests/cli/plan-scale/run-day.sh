# A cron job every ten seconds for a day (an hour unless DAYBREAK_SLOW): its state stays small, and it decides as one process does.
calls=360
[ -n "${DAYBREAK_SLOW-}" ] && calls=8640
for i in $(seq $calls); do
  echo "{\"ts\":$((i * 10)),\"nodes_ready\":$((5 + i * 7 % 11)),\"queue_length\":$((i * 7919 % 1200)),\"simulated\":true}"
done > metrics.jsonl
decide() { plan-scale run --policy literal --service-rate 1 --max-starts 3 --rate-period 10m --cool-down-down 5m --state "$@"; }
decide stream.json metrics.jsonl | grep -v summary > stream.jsonl
while read -r line; do echo "$line" | decide once.json --once; done < metrics.jsonl > once.jsonl
cmp stream.jsonl once.jsonl
cmp stream.json once.json
[ "$(wc -c < once.json)" -lt 20000 ] || echo "the state has grown to $(wc -c < once.json) bytes"
ls
