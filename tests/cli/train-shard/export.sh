# A model in another format: half the bytes, nearly the same loss; nothing is written over.
. "$CASES/lib.bash"
for init in $tiny llama:d=32,layers=2,heads=4,kv_heads=2,vocab=256,context=32,dialect=qwen2; do
  rm -rf out f32 bf16 f16
  train --init $init --steps 30 --out out > /dev/null || exit 1
  for dtype in f32 bf16 f16; do
    train-shard export --model out --out $dtype --dtype $dtype > /dev/null || exit 1
    train-shard evaluate --model $dtype --data data.h5 --share 20% > $dtype.json || exit 1
  done
  cmp out/step-00000030/model.safetensors f32/model.safetensors || exit 1
  [ $(($(stat -c %s bf16/model.safetensors) * 2)) -lt $(($(stat -c %s f32/model.safetensors) * 11 / 10)) ] || exit 1
  jq -es '.[0].loss as $loss | all(.[]; (.loss - $loss | fabs) < 5e-3)' f32.json bf16.json f16.json > /dev/null || { cat *.json; exit 1; }
  jq -e '.torch_dtype == "bfloat16"' bf16/config.json > /dev/null || exit 1
done
jq -e '.model_type == "qwen2" and .architectures == ["Qwen2ForCausalLM"]' f32/config.json > /dev/null || exit 1
train-shard export --model out --out f32; echo "again: $?"
mkdir empty && train-shard export --model out --out empty/ > /dev/null && [ -s empty/model.safetensors ] || exit 1
train-shard export --model out --out none --dry-run > /dev/null && [ ! -e none ]
