# An answer of Prometheus beyond a mebibyte on one line, as curl writes it, is what it is on many; the line has a bound all the same.
{ printf '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"queue_length"},"values":['
  seq 100000 | awk '{ printf "%s[%d,\"%d\"]", (NR > 1 ? "," : ""), $1 * 60, $1 % 900 }'
  echo ']}]}}'; } > line.json
[ "$(wc -c < line.json)" -gt 1500000 ] || echo "the line is short"
jq . line.json > lines.json
decide() { plan-scale run --policy literal --service-rate 1 --nodes 3 --max-age 100000d --once "$@"; }
decide --state one.json line.json > one && decide --state many.json < lines.json > many && cmp one many
jq -c '.ts, .metrics.queue_length, .desired' one
head -c 68000000 /dev/zero | tr '\0' ' ' | decide --state long.json; echo "exit $?"
# Nor does a message repeat what is long.
{ printf '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"'; head -c 100000 /dev/zero | tr '\0' x; echo '"},"value":[1,"2"]}]}}'; } |
  decide --state long.json 2> message; echo "exit $?"; [ "$(wc -c < message)" -lt 1000 ] || wc -c message
{ printf '{"queue_length":"'; head -c 100000 /dev/zero | tr '\0' x; echo '"}'; } | decide --state long.json 2> message; echo "exit $?"
[ "$(wc -c < message)" -lt 1000 ] || wc -c message
