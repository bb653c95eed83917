# A checkpoint loads in transformers, which finds the same loss. Needs a Python with torch and transformers, which
# DAYBREAK_TRANSFORMERS_PYTHON names.
python=${DAYBREAK_TRANSFORMERS_PYTHON-}
[ -n "$python" ] || { echo "skipped: DAYBREAK_TRANSFORMERS_PYTHON names no Python with torch and transformers"; exit 77; }
"$python" -c 'import torch, transformers' || { echo "DAYBREAK_TRANSFORMERS_PYTHON ($python) has no torch and transformers"; exit 1; }
. "$CASES/lib.bash"
llama=llama:d=32,layers=2,heads=4,kv_heads=2,vocab=256,context=32
folders=()
for init in $tiny gpt2:d=32,layers=2,heads=2,vocab=256,context=32,tied=0 $llama $llama,dialect=qwen2 $llama,dialect=mistral,tied=1; do
  train --init $init --steps 40 --out "$init" > /dev/null || exit 1
  train-shard export --model "$init" --out "$init/exported" > /dev/null || exit 1
  train-shard evaluate --model "$init" --data data.h5 --context 32 > "$init/found.json" || exit 1
  folders+=("$init/$(cat "$init/latest")" "$init/exported")
done
# One Python for all of them: it takes longer to start than to compute.
"$python" "$CASES/transformers_loss.py" text 32 "${folders[@]}" > losses 2> said || { cat said; exit 1; }
[ "$(wc -l < losses)" = ${#folders[@]} ] || { cat losses; exit 1; }
paste <(printf '%s\n' "${folders[@]}") losses | while IFS=$'\t' read -r folder loss; do
  jq -e "(.loss - $loss) | fabs < 1e-4" "${folder%/*}/found.json" > /dev/null ||
    { echo "$folder: transformers finds $loss"; cat "${folder%/*}/found.json"; exit 1; }
done
