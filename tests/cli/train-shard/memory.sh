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
for verb in "run --data data.h5 --out out --batch 4" "shares --device cpu --micro-batch 4" "bench --batch 4"; do
  train-shard $verb --model large --context 2048 --mem 530GB 2> message
  [ $? = 71 ] && grep -qE '^train-shard: model and optimizer take [0-9.]+ MB with --recompute block, of 530000.0 MB that --mem allows \(--micro-batch 2 with --recompute block takes [0-9.]+ MB\)$' message ||
    { echo "$verb"; cat message; exit 1; }
done
train-shard bench --batch 4 --model large --context 2048 --mem 519GB 2> message
[ $? = 71 ] && grep -q '(--context 1024 --micro-batch 1 with --recompute block takes' message || { cat message; exit 1; }
# So is a run that cannot go on, though its weights are damaged too; given the memory it tells of these.
train --init $tiny --steps 2 --out kept > /dev/null || exit 1
for file in model optimizer; do printf '\377' | dd of=kept/step-00000002/$file.safetensors bs=1 seek=9000 conv=notrunc status=none; done
train --steps 4 --out kept --resume --mem 100KB 2> message
[ $? = 71 ] && grep -q 'go on with it where there is more memory' message || { cat message; exit 1; }
train --steps 4 --out kept --resume 2> message
[ $? = 65 ] && grep -q 'kept/step-00000002/[a-z]*.safetensors: its bytes differ' message || { cat message; exit 1; }
[ ! -e out ]
