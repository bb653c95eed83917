# A run is made to fit, the same byte for byte; what cannot fit is refused with what would.
. "$CASES/lib.bash"
options="--init $tiny --steps 3 --precision bf16"
bytes_of() { train $options --out none --recompute $1 --dry-run | jq .memory.device_bytes; }
none=$(bytes_of none) again=$(bytes_of gelu+norm) block=$(bytes_of block)
[ "$again" -lt "$none" ] && [ "$block" -lt "$again" ] || { echo "$none $again $block"; exit 1; }
train $options --out a --metrics a.jsonl --mem "$none" || exit 1
train $options --out b --metrics b.jsonl --mem "$block" || exit 1
jq -e -s '.[0].recompute == "none" and .[1].recompute == "block"' <(head -n 1 a.jsonl) <(head -n 1 b.jsonl) > /dev/null || exit 1
cmp a/step-00000003/model.safetensors b/step-00000003/model.safetensors || exit 1
cmp a/step-00000003/optimizer.safetensors b/step-00000003/optimizer.safetensors || exit 1
train $options --out c --mem $((block - 1)) 2> message
[ $? = 71 ] && grep -q -e '--micro-batch' message && [ ! -e c ] || { cat message; exit 1; }
# Narrow storage goes on where it was broken off, byte for byte.
for storage in "stochastic bf16" "kahan f32"; do
  set -- $storage
  narrow="--init $tiny --precision bf16 --rounding $1 --moments $2"
  train $narrow --steps 4 --out whole-$1 > /dev/null || exit 1
  train $narrow --steps 4 --out parts-$1 --save-every 2 --keep 0 > /dev/null || exit 1
  rm -r parts-$1/step-00000004 && echo step-00000002 > parts-$1/latest
  train --precision bf16 --rounding $1 --moments $2 --steps 4 --out parts-$1 --resume > /dev/null || exit 1
  cmp whole-$1/step-00000004/model.safetensors parts-$1/step-00000004/model.safetensors || exit 1
  cmp whole-$1/step-00000004/optimizer.safetensors parts-$1/step-00000004/optimizer.safetensors || exit 1
done
train --init $tiny --rounding kahan --out none 2> message
[ $? = 64 ] && grep -q -e '--precision bf16' message || { cat message; exit 1; }
# A run that does not fit is refused before its first step, with what would.
train-shard run --init gpt2:d=512,layers=4,heads=8,vocab=256,context=32 --data data.h5 --batch 1048576 --context 32 --out out 2> message
[ $? = 71 ] || { cat message; exit 1; }
grep -qE '^train-shard: model and optimizer take [0-9.]+ MB with --recompute block, of [0-9.]+ MB that are free on cpu:0 \(--micro-batch [0-9]+ with --recompute block takes [0-9.]+ MB\)$' message || { cat message; exit 1; }
for verb in "run --data data.h5 --out out" bench; do
  train-shard $verb --init llama-8b --batch 1 --context 32 --mem 20GB 2> message
  [ $? = 71 ] && grep -qE '^train-shard: model and optimizer take [0-9.]+ MB with --recompute block, of 20000.0 MB that --mem allows ' message ||
    { cat message; exit 1; }
done
# A model that does not fit is refused by its config.json, before anybody looks for its weights.
mkdir large
echo '{"model_type":"gpt2","n_layer":40,"n_embd":8192,"n_head":64,"vocab_size":256,"n_positions":4096}' > large/config.json
# What it takes is 16 bytes for each of its 40 (12 d^2 + 13 d) + (256 + 4096) d + 2 d numbers, and activations; the plan of a
# run with fresh weights of that shape tells the sum.
state=$((16 * (40 * (12 * 8192 * 8192 + 13 * 8192) + (256 + 4096 + 2) * 8192)))
planned() {  # a micro-batch, a context
  train-shard run --init gpt2:d=8192,layers=40,heads=64,vocab=256,context=4096 --data data.h5 --out out --batch 4 \
    --micro-batch $1 --context $2 --recompute block --mem 1TB --dry-run > plan.json
  jq -e ".memory | .weight_bytes + .gradient_bytes + .moment_bytes == $state" plan.json > /dev/null || cat plan.json
  jq .memory.device_bytes plan.json
}
megabytes() { awk -v bytes=$1 'BEGIN { printf "%.1f MB", bytes / 1e6 }'; }
four=$(planned 4 2048) two=$(planned 2 2048) one=$(planned 1 2048) half=$(planned 1 1024)
[ "$half" -lt "$one" ] && [ "$one" -lt "$two" ] && [ "$two" -lt "$four" ] || { echo "$half $one $two $four"; exit 1; }
too_large() {  # a verb with its options, the allowed bytes, what would fit
  train-shard $1 --model large --context 2048 --mem $2 2> message
  [ $? = 71 ] && [ "$(cat message)" = "train-shard: model and optimizer take $(megabytes $four) with --recompute block, of \
$(megabytes $2) that --mem allows ($3)" ] || { echo "$1"; cat message; exit 1; }
}
for verb in "run --data data.h5 --out out --batch 4" "shares --device cpu --micro-batch 4" "bench --batch 4"; do
  too_large "$verb" $two "--micro-batch 2 with --recompute block takes $(megabytes $two)"
done
too_large "bench --batch 4" $half "--context 1024 --micro-batch 1 with --recompute block takes $(megabytes $half)"
# So is a run that cannot go on, though its weights are damaged too; given the memory it tells of these.
train --init $tiny --steps 2 --out kept > /dev/null || exit 1
for file in model optimizer; do printf '\377' | dd of=kept/step-00000002/$file.safetensors bs=1 seek=9000 conv=notrunc status=none; done
train --steps 4 --out kept --resume --mem 100KB 2> message
[ $? = 71 ] && grep -q 'go on with it where there is more memory' message || { cat message; exit 1; }
train --steps 4 --out kept --resume 2> message
[ $? = 65 ] && grep -q 'kept/step-00000002/[a-z]*.safetensors: its bytes differ' message || { cat message; exit 1; }
[ ! -e out ]
