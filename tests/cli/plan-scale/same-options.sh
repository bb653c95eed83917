# What sim and run are both told of nodes and time reads the same, and a band is two numbers however it is spelled.
said() { plan-scale "$1" --help | awk -v option="--$2" '/^  --/ { on = $1 == option } !/^   *[^ ]/ { on = 0 } on'; }
for option in slot service-rate start-delay start-cost band; do
  [ -n "$(said sim $option)" ] && [ "$(said sim $option)" = "$(said run $option)" ] || { echo "$option:"; said sim $option; said run $option; }
done
decide() { echo "{\"ts\":$1,\"nodes_ready\":3,\"queue_length\":0,\"arrivals\":9,\"simulated\":true}" | plan-scale run --service-rate 1 --state s.json --once --band "$2"; }
decide 60 80%:0.90 > first
decide 120 0.8:90% | jq -c .decision_id
decide 180 0.8:0.91; echo "exit $?"
for verb in sim run plan; do plan-scale $verb --print-config --band 60%:0.7 | grep '^band'; done
