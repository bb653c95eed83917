# Killed between its first checkpoint and `latest`, a folder still holds a run: it is not written over, and goes on.
awk 'BEGIN { for (i = 0; i < 500; i++) print i, "line" }' > numbers.txt
compress-dataset numbers.txt -o data.h5 > /dev/null
train() { train-shard run --init gpt2:d=16,layers=1,heads=1,vocab=256,context=16 --data data.h5 --batch 2 --context 16 --out run "$@"; }
train --steps 4 --metrics metrics.jsonl && rm run/latest
train --steps 4 > printed 2> message
[ $? = 73 ] || echo "a run was not seen"
# A line that a full disk cut does not swallow the next one.
truncate -s -30 metrics.jsonl
train --steps 6 --resume --max-time 1ms --metrics metrics.jsonl
[ $? = 75 ] || echo "the time was not up"
cat run/latest
tail -n 1 metrics.jsonl | jq -c '[.type, .steps, .stopped_by]'
grep -c '^{"type":"begin"' metrics.jsonl
