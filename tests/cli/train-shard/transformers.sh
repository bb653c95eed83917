# A checkpoint loads in transformers, which finds the same loss. Needs a Python with torch and transformers, which
# DAYBREAK_TRANSFORMERS_PYTHON names.
python=${DAYBREAK_TRANSFORMERS_PYTHON-}
[ -n "$python" ] || { echo "skipped: DAYBREAK_TRANSFORMERS_PYTHON names no Python with torch and transformers"; exit 77; }
"$python" -c 'import torch, transformers' || { echo "DAYBREAK_TRANSFORMERS_PYTHON ($python) has no torch and transformers"; exit 1; }
. "$CASES/lib.bash"
for init in $tiny gpt2:d=32,layers=2,heads=2,vocab=256,context=32,tied=0 llama:d=32,layers=2,heads=4,kv_heads=2,vocab=256,context=32 \
  llama:d=32,layers=2,heads=4,kv_heads=2,vocab=256,context=32,dialect=qwen2 llama:d=32,layers=2,heads=4,kv_heads=2,vocab=256,context=32,dialect=mistral,tied=1; do
  rm -rf out exported
  train --init $init --steps 40 --out out > /dev/null || exit 1
  train-shard evaluate --model out --data data.h5 --context 32 > found.json || exit 1
  train-shard export --model out --out exported > /dev/null || exit 1
  for folder in "out/$(cat out/latest)" exported; do
    loss=$("$python" "$CASES/transformers_loss.py" $folder text 32) || exit 1
    jq -e "(.loss - $loss) | fabs < 1e-4" found.json > /dev/null || { echo "$init: transformers finds $loss"; cat found.json; exit 1; }
  done
done
