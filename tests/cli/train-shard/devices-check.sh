# Every operation of a chip beside its definition.
train-shard devices --check --device cpu --time 1ms > found.json || { jq '.operations[] | select(.conforms | not)' found.json; exit 1; }
jq -e '.conforms and (.operations | length) >= 60 and all(.operations[]; .cases == 3 and .error < 0.2 and .time_s > 0)
  and (.operations | map(select(.operation == "gemm")) | all(.peak_share == null or .peak_share > 0))' found.json > /dev/null || { cat found.json; exit 1; }
train-shard --list-devices --check --device abacus 2> message; [ $? = 69 ] || { cat message; exit 1; }
