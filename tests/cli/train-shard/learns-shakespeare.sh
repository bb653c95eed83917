# A byte-level GPT-2 of 0.8 million parameters reads Shakespeare: below 2.0 nats a byte on all of the last tenth, within
# four minutes, and bf16 as well as f32 to 0.02. Slow, so only where DAYBREAK_SLOW is 1.
[ "${DAYBREAK_SLOW-}" = 1 ] || { echo "skipped: DAYBREAK_SLOW is not 1"; exit 77; }
[ -e "$DAYBREAK_DATA/text/tinyshakespeare.txt.zst" ] || { echo "skipped: no real data"; exit 77; }
zstd -dq "$DAYBREAK_DATA/text/tinyshakespeare.txt.zst" -o shakespeare.txt
compress-dataset shakespeare.txt -o data.h5 > /dev/null || exit 1
for precision in f32 bf16; do
  train-shard run --init gpt2:d=128,layers=4,heads=4,vocab=256,context=64 --data data.h5 --val-share 0.1 --steps 1200 --batch 12 --context 64 \
    --lr 3e-3 --min-lr 1e-4 --warmup 100 --beta2 0.99 --precision $precision --out $precision --max-time 4m --metrics $precision.jsonl ||
    { echo "$precision: not done in four minutes"; tail -n 1 $precision.jsonl; exit 1; }
done
loss() { tail -n 1 "$1.jsonl" | jq .validation_loss; }
echo "f32: $(loss f32), bf16: $(loss bf16)"
jq -en "$(loss f32) < 2.0 and (($(loss f32) - $(loss bf16)) | fabs) <= 0.02" > /dev/null
