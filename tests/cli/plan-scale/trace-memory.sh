# Ten million requests are counted into slots in little memory. Slow, so only where DAYBREAK_SLOW asks for it; else a
# fortieth of them, whose rows would need more than is allowed too.
rows=250000; [ -z "$DAYBREAK_SLOW" ] || rows=10000000
awk -v rows=$rows 'BEGIN { print "timestamp,input_tokens,output_tokens"; for (i = 0; i < rows; i++) printf "%d.%03d,%d,%d\n", i / 100, i % 100 * 10, i % 977, i % 89 }' > log.csv
peak() { /usr/bin/time -f %M -o memory plan-scale sim --trace "$1" --service-rate 20 --start-delay 10s --policy static -o plan.json; tail -n 1 memory; }
head -n 10001 log.csv > short.csv
short=$(peak short.csv) long=$(peak log.csv)
grep -q "\"rows\": $rows," plan.json || echo "not all rows were read"
[ $((long - short)) -lt 4096 ] || echo "$rows rows took $long KiB, 10000 rows $short KiB"
