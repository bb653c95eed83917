# The event model: a seed gives the same bytes, drawn delays and failures too; jobs out of a log; what cannot be.
awk 'BEGIN { print "timestamp,value"; for (i = 0; i < 120; i++) print i * 60 "," 600 + (i > 60) * 300 }' > load.csv
printf '60\n240\n300\n' > delays.csv
sim() { plan-scale sim --model events --trace load.csv --policy literal --service-rate 1 --start-delays delays.csv --mtbf 30m "$@" 2> /dev/null; }
sim --timeline first.csv -o first.json && sim --timeline second.csv -o second.json && cmp first.json second.json && cmp first.csv second.csv
sim --seed 2 -o other.json && cmp -s first.json other.json && echo "the seed does nothing"
[ "$(jq '.policies[0].failures' first.json)" -gt 20 ] || echo "of some twelve nodes in two hours about fifty should fail"
printf 'ts,input_tokens,output_tokens\n0,100,10\n1,100,10\n2,100,10\n30,100,10\n' > log.csv
# A node decodes two sequences at once: each reads for 10 s and then writes a token a second; the third waits for the first.
log() { plan-scale sim --model events --trace log.csv --policy static --static-nodes 1 --start-delay 0s --service tokens --prefill-rate 10 "$@"; }
log --batch-limit 2 --time-per-output-token 1s | jq -c '.model, .service_rate_per_s, (.policies[0] | .wait_p95_s, .utilization_mean)'
log --batch-limit 1 --time-per-output-token 1s | jq -c '.service_rate_per_s, (.policies[0] | .wait_p50_s, .wait_p95_s)'
refused() { plan-scale sim --policy static --start-delay 0s "$@"; echo "exit $?"; }
refused --trace log.csv --service tokens
refused --trace log.csv --service tokens --model events --service-rate 2
refused --trace load.csv --service tokens --model events
refused --trace log.csv --service data --model events
refused --trace - --arrivals requests --model events --service-rate 2
refused --trace load.csv --model events --service-rate 2 --service hyperexponential --service-scv 0.5
refused --trace load.csv --service-rate 2 --mtbf 0s
printf -- '-3\n' > delays.csv; refused --trace load.csv --service-rate 2 --start-delays delays.csv
: > delays.csv; refused --trace load.csv --service-rate 2 --start-delays delays.csv
