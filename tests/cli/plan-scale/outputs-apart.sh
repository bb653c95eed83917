# No output replaces an input or another output, and a run that fails leaves all of them as they were.
printf 'timestamp,value\n0,600\n60,700\n' > load.csv && cp load.csv kept.csv
sim() { plan-scale sim --trace load.csv --nodes-peak 3 --start-delay 1m "$@"; }
refused() { "$@" > printed 2> message; [ $? = 64 ] && [ ! -s printed ] || { echo "not refused: $*"; cat message; }; }
refused sim -o plan.json --depfile load.csv
refused sim -o plan.json --depfile plan.json
refused sim -o plan.json --timeline plan.json
refused sim --timeline -
refused sim --depfile plan.d
refused sim -o ''
cmp load.csv kept.csv
ls plan.json plan.d ./- 2>/dev/null

echo old > slots.csv
sim --timeline slots.csv > /dev/full 2> message && echo "a full disk was not noticed"
[ "$(cat slots.csv)" = old ] || echo "the timeline of a failed run was kept"
sim --timeline slots.csv -o plan.json && head -n 1 slots.csv
sim -o /dev/stdout | head -c 1
