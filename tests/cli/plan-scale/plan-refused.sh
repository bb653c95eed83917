echo '{"schema":"daybreak.regions/1","regions":[{"name":"a","price_per_hour":1,"capacity":100}]}' > r.json
try() { plan-scale plan "$@" --format text; echo "exit $?"; }
# The answer is no: too dear, too far, no second region, no whole number of nodes.
try --regions r.json --load 50 --service-rate 1 --max-cost 10
try --regions r.json --load 50 --service-rate 1 --survive-region
try --regions r.json --load 5 --service-rate 1
try --regions r.json --load 500 --service-rate 1 --max-cost 10
# Wrong options.
try; try --regions r.json; try --regions r.json --load 1 --trace x; try --regions r.json --load 0; try --regions r.json --load 1
try --regions r.json --load 1 --service-rate 0; try --regions r.json --load 1 --service-rate 1 --band 0.9; try --regions absent.json --load 1
try --regions r.json --load 1 --service-rate 1 --percentile 0; try --regions r.json --load 1 --service-rate 1 --loss-utilization 0
# Wrong files.
wrong() { echo "$1" > w.json; try --regions w.json --load 1 --service-rate 1; }
wrong '{"schema":"daybreak.regions/1","regions":[]}'
wrong '{"regions":[{"name":"a","price_per_hour":1,"capacity":100}]}'
wrong '{"schema":"daybreak.regions/1","regions":[{"name":"a","price_per_hour":-1,"capacity":100}]}'
wrong '{"schema":"daybreak.regions/1","regions":[{"name":"a","price_per_hour":1,"capacity":0}]}'
wrong '{"schema":"daybreak.regions/1","regions":[{"name":"a","capacity":1}]}'
wrong '{"schema":"daybreak.regions/1","regions":[{"name":"a","price_per_hour":1,"capacity":1,"color":"red"}]}'
wrong '{"schema":"daybreak.regions/1","regions":[{"name":"a","price_per_hour":1,"capacity":1},{"name":"a","price_per_hour":1,"capacity":1}]}'
wrong "{\"schema\":\"daybreak.regions/1\",\"regions\":[$(for i in 1 2 3 4 5 6 7 8 9; do printf '{"name":"%s","price_per_hour":1,"capacity":1}' $i; [ $i = 9 ] || printf ,; done)]}"
echo '{"schema":"daybreak.regions/1","regions":[{"name":"a","sku":"S","capacity":100}]}' > priced.json
echo 'A,B' > bill.csv; try --regions priced.json --load 1 --service-rate 1 --prices bill.csv
printf 'timestamp,value\n0,0\n60,0\n' > idle.csv; try --regions r.json --trace idle.csv --service-rate 1
# No message repeats a name that nobody could read.
{ printf '{"schema":"daybreak.regions/1","regions":[{"name":"'; head -c 100000 /dev/zero | tr '\0' x; echo '","capacity":1,"price_per_hour":1}]}'; } > long.json
plan-scale plan --regions long.json --load 5 2> message; echo "exit $?"; [ "$(wc -c < message)" -lt 1000 ] || wc -c message
