#!/usr/bin/env bash
# The simulators beside others on this machine, in turns: tests/bench/scaling_bench.sh BIN_DIR [TRACE]. BIN_DIR holds bench_queue and
# plan-scale; SimPy is Debian's python3-simpy3, the fluid model in numpy is fluid_numpy.py. Each verifies what it computes.
set -euo pipefail
bin=$1 trace=${2-} here=$(dirname "$0")
for _ in 1 2 3; do
  "$bin/bench_queue" 100 0.9 5e6
  /usr/bin/python3 "$here/queue_simpy.py" 100 0.9 5e4
done
[ -n "$trace" ] || exit 0
policies=()
for policy in literal literal-symmetric static hpa kpa keda skyserve delayed-off lcp band; do policies+=(--policy "$policy"); done
for _ in 1 2 3; do
  /usr/bin/python3 "$here/fluid_numpy.py" "$trace" 60
  start=$(date +%s%N)
  "$bin/plan-scale" sim -q --trace "$trace" --nodes-peak 60 "${policies[@]}" -o /dev/null
  echo "plan-scale sim of the ten policies, reading and optimum included: $((($(date +%s%N) - start) / 1000000)) ms"
done
