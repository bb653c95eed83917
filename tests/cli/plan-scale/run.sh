# Ten lines of metrics that a simulator could have made; the queue swells and shrinks.
for i in 1 2 3 4 5 6 7 8 9 10; do
  echo "{\"ts\":$((i * 60)),\"nodes_ready\":$((8 + i % 3)),\"nodes_pending\":0,\"queue_length\":$(((i * 377) % 900)),\"simulated\":true}"
done > metrics.jsonl
decide() { plan-scale run --policy literal --service-rate 1 --max-starts 2 "$@"; }
decide metrics.jsonl > stream.jsonl || exit
head -n 2 stream.jsonl; tail -n 1 stream.jsonl
grep -v summary stream.jsonl > decisions.jsonl

# One process a line, as cron does it, decides the same.
while read -r line; do echo "$line" | decide --once --state once.json; done < metrics.jsonl > once.jsonl
cmp decisions.jsonl once.jsonl
# Asked about the same moment again it says the same again.
tail -n 1 metrics.jsonl | decide --once --state once.json | cmp - <(tail -n 1 decisions.jsonl)

# Killed after each line, and restarted from its state.
while read -r line; do
  mkfifo pipe
  plan-scale run --policy literal --service-rate 1 --max-starts 2 --state killed.json < pipe > said.jsonl & tool=$!
  exec 3> pipe
  echo "$line" >&3
  until [ -s said.jsonl ]; do sleep 0.01; done
  { kill -9 $tool; wait $tool; } 2> /dev/null
  exec 3>&-
  cat said.jsonl
  rm pipe said.jsonl
done < metrics.jsonl > killed.jsonl
cmp decisions.jsonl killed.jsonl

# The same as CSV.
{ echo ts,nodes_ready,nodes_pending,queue_length; sed 's/[^0-9,]//g' metrics.jsonl | cut -d, -f1-4; } > metrics.csv
echo "$(head -n 2 metrics.csv | tail -n 1)" | grep -q '^60,9,0,377$' || echo "the test's own CSV is wrong"
decide --max-age 100000d metrics.csv | cmp - stream.jsonl
