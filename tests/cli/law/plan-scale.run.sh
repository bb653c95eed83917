# shellcheck shell=bash disable=SC2034
moments=8
# The state of a live controller: written anew for each line, and at any moment one that a controller goes on from.
prepare() {
  for i in $(seq 30); do echo "{\"ts\":$((i * 60)),\"nodes_ready\":3,\"queue_length\":$((i % 9 * 100)),\"simulated\":true}"; done > metrics.jsonl
}
decide() { plan-scale run --policy literal --service-rate 1 --max-starts 2 --state "$@" > /dev/null; }
old() { head -n 1 in/metrics.jsonl | decide "$1"; }
command() { exec plan-scale run --policy literal --service-rate 1 --max-starts 2 --state "$1" metrics.jsonl > /dev/null; }
whole() { cp "$1" copy.json && echo '{"ts":99999,"nodes_ready":3,"queue_length":0,"simulated":true}' | decide copy.json --once; }
