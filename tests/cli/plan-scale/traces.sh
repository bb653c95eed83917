# Each layout by its content, what was odd in it on stderr, and what cannot be read with its place.
about() { plan-scale sim --service-rate 1 --policy static "$@" | sed -n '/"trace"/,/^  }/p' | grep -E 'format|rows|gaps|zero_runs|duplicates|resample|peak_per_s'; }
printf 'timestamp,value\n2014-04-10 00:00:00,60\n2014-04-10 00:05:00,600\n2014-04-10 00:10:00,300\n' > nab.csv
printf 'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:25:46.6805900,1,1\n2023-11-16 18:25:46.6805900,1,1' > azure.csv
printf '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"n_total"},"values":[[0,"0"],[300,"60"],[600,"90"]]}]}}' > answer.json
printf 'timestamp,value\n0,100\n60,100\n120,0\n180,100\n240,100\n600,100\n' > outage.csv
about --trace nab.csv --resample linear
gzip -k azure.csv && about --trace azure.csv.gz --work tokens
about --trace - < answer.json
about --trace outage.csv
about --trace outage.csv --outage zero
about --trace nab.csv --start-delay 1h
head -c 10000000 /dev/zero | tr '\0' 7 > line && plan-scale sim --service-rate 1 --trace line; echo "exit $?"
: > empty.csv; plan-scale sim --service-rate 1 --trace empty.csv; echo "exit $?"
plan-scale sim --service-rate 1 --trace nab.csv --trace-format azure-llm; echo "exit $?"
plan-scale sim --service-rate 1 --trace answer.json --series-match job=api; echo "exit $?"
plan-scale sim --service-rate 1 --trace nab.csv --resample cubic; echo "exit $?"
