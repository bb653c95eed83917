# A real Prometheus on loopback: it scrapes our gauges from a textfile, follows our rules, and its answers drive decisions.
PATH=$PATH:/usr/sbin
for program in prometheus promtool prometheus-node-exporter python3; do
  command -v $program > /dev/null || { echo "skipped: no $program here (prometheus, prometheus-node-exporter)"; exit 77; }
done
exporter_port=$((20000 + $$ % 20000)) server_port=$((20001 + $$ % 20000))
processes=()
stop_all() { kill "${processes[@]}" 2> /dev/null; wait; }
trap stop_all EXIT

# What a load balancer would say, beside our own gauges.
mkdir textfiles
write_load() { printf '# TYPE queue_length gauge\nqueue_length %s\n# TYPE serving_nodes gauge\nserving_nodes %s\n' "$1" "$2" > load.tmp && mv load.tmp textfiles/load.prom; }
write_load 900 3
decide() { plan-scale run --policy literal --service-rate 1 "$@"; }
echo '{"ts":60,"nodes_ready":3,"queue_length":900,"simulated":true}' | decide --emit prom -o textfiles/plan.prom || exit
promtool check metrics < textfiles/plan.prom || exit
plan-scale emit rules -o rules.yml || exit
promtool check rules rules.yml > checked || { cat checked; exit 1; }
cat > prometheus.yml <<YAML
global: {scrape_interval: 200ms, evaluation_interval: 200ms}
rule_files: [rules.yml]
scrape_configs: [{job_name: textfile, static_configs: [{targets: ["127.0.0.1:$exporter_port"]}]}]
YAML
prometheus-node-exporter --web.listen-address=127.0.0.1:$exporter_port --collector.disable-defaults --collector.textfile \
  --collector.textfile.directory="$PWD/textfiles" > exporter.log 2>&1 & processes+=($!)
prometheus --config.file=prometheus.yml --storage.tsdb.path="$PWD/data" --web.listen-address=127.0.0.1:$server_port \
  > prometheus.log 2>&1 & processes+=($!)

ask() {  # ask PATH PARAMETER=VALUE...
  python3 - "http://127.0.0.1:$server_port$1" "${@:2}" <<'PYTHON'
import sys, urllib.error, urllib.parse, urllib.request
query = urllib.parse.urlencode([tuple(pair.split("=", 1)) for pair in sys.argv[2:]])
try:
    sys.stdout.write(urllib.request.urlopen(sys.argv[1] + "?" + query, timeout=5).read().decode())
except urllib.error.HTTPError as answer:
    sys.stdout.write(answer.read().decode())
except OSError:
    sys.exit(1)
PYTHON
}
until_said() {  # until_said TEXT QUERY
  for _ in $(seq 150); do ask /api/v1/query "query=$2" > answer && grep -q "$1" answer && return; sleep 0.2; done
  echo "$2 never said $1"; cat answer prometheus.log; exit 1
}
until_said '"4"' 'plan_scale:desired_nodes:max'

# An answer about now, and one about a while.
wanted='{__name__=~"queue_length|serving_nodes"}'
until_said '"900"' "$wanted"
decide --field nodes_ready=serving_nodes < answer > decisions || exit
jq -r 'select(.type == null) | [.current, .desired, .reason, .metrics.queue_length] | @tsv' decisions
write_load 0 4
until_said '"0"' "$wanted"
now=$(date +%s)
ask /api/v1/query_range "query=$wanted" start=$((now - 5)) end=$((now + 2)) step=1 > range
decide --field nodes_ready=serving_nodes < range | jq 'select(.type == null) | .current' | tail -n 1
jq . range | decide --field nodes_ready=serving_nodes | grep -v summary | cmp - <(decide --field nodes_ready=serving_nodes < range | grep -v summary)
# cron's way: the newest sample of the range, a series without a name.
ask /api/v1/query 'query=sum(queue_length)' | decide --once --state state.json --field queue_length --nodes 5 | jq -c '[.current, .desired]'

# What is no answer to go by.
ask /api/v1/query 'query=sum(' | decide --nodes 3 || echo "exit $?"
ask /api/v1/query 'query=absent_metric' | decide --nodes 3 || echo "exit $?"
ask /api/v1/query 'query=scalar(queue_length)' | decide --nodes 3 || echo "exit $?"
ask /api/v1/query 'query=serving_nodes' | decide --nodes 3 || echo "exit $?"
decide --field nothing=x < answer || echo "exit $?"
