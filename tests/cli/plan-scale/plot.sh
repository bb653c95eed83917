# Load, nodes, queue and band as a picture, of a trace that is longer than the picture is wide.
awk 'BEGIN { print "timestamp,value"; for (i = 0; i < 5000; i++) print i * 60 "," 600 + i % 1000 }' > load.csv
plan-scale sim --trace load.csv --nodes-peak 20 --policy static --plot load.svg -o plan.json
for title in 'load, in nodes' static nodes 'queue (s of all nodes)' utilization; do grep -qF "$title" load.svg || echo "no $title in the picture"; done
[ "$(wc -c < load.svg)" -lt 400000 ] || echo "the picture has a point for every slot"
plan-scale sim --trace load.csv --nodes-peak 20 --policy static --plot load.gif; echo "exit $?"
