# What a model's folder or a checkpoint says that cannot be: refused with the file and the place, what was expected and what
# was found, and nothing is left.
. "$CASES/lib.bash"
train --init $tiny --steps 1 --out kept > /dev/null || exit 1
train-shard export --model kept --out model > /dev/null || exit 1
# refused STATUS COMMAND...: its message goes to stdout, without what depends on the machine (hashes of what was trained) and
# on the version of the parser.
refused() {
  local wanted=$1; shift
  "$@" > printed 2> message
  local status=$?
  [ $status = "$wanted" ] || echo "$*: expected $wanted, found $status"
  sed -E -e 's/hash x[0-9a-f]{31}, found [0-9a-f]{32}/hash x..., found .../' \
    -e 's/not valid JSON: .*( \(take)/not valid JSON: ...\1/' printed message
  [ ! -e out ] || { echo "$*: a folder is left"; rm -r out; }
}
begin() { refused 65 train --model bad --steps 1 --out out; }
fresh() { rm -rf bad; cp -r model bad; }
# config.json against the weights, and beyond all bounds.
for change in .n_layer=3 .n_layer=1 .n_inner=64 .n_embd=0 .n_embd=1099511627776 .n_embd=4611686018427388000 .n_head=3 .n_head=0 .n_head=-2 \
  .vocab_size=0 .n_positions=9223372036854776000 '.n_layer="two"' 'del(.n_embd)' 'del(.model_type)' '.layer_norm_epsilon=0' '[]'; do
  fresh
  jq "$change" model/config.json > bad/config.json
  begin
done
fresh; head -c 40 model/config.json > bad/config.json; begin
fresh; : > bad/config.json; begin
# Weights cut short, without a header, with a number that is none.
size=$(stat -c %s model/model.safetensors)
for length in $((size - 1)) 2000 8 3 0; do fresh; truncate -s $length bad/model.safetensors; begin; done
fresh; printf '\377\377\377\377\377\377\377\177' | dd of=bad/model.safetensors conv=notrunc status=none; begin
fresh; printf '\377\377\377\177' | dd of=bad/model.safetensors bs=1 seek=$((size - 4)) conv=notrunc status=none; begin
fresh; rm bad/model.safetensors; refused 66 train --model bad --steps 1 --out out
# Options that no model has.
run() { refused "$1" train-shard run --data data.h5 --model model --steps 1 --out out "${@:2}"; }
run 64 --batch 0 --context 32
run 64 --batch 4 --context 0
run 64 --batch 4 --context 33
run 64 --batch 1000000000 --context 32
# A checkpoint that does not go with its manifest, whoever begins with it.
checkpoint=step-00000001
restart() {
  (cd run && find . -type f | sort | xargs sha256sum) > sums
  refused "${1:-65}" train --steps 2 --out run --resume
  (cd run && find . -type f | sort | xargs sha256sum) | diff sums - || echo "a refused run has changed something"
}
renew() { rm -rf run; cp -r kept run; }
named() { echo ".files[] | select(.name == \"$1\")"; }
for change in "($(named model.safetensors) | .xxh3_128) |= sub(\"^.\"; \"x\")" "($(named state.json) | .bytes) += 1" \
  "del($(named model.safetensors))" "del($(named optimizer.safetensors))" '.files = []' 'del(.files)' \
  '.files[0].name = "../config.json"' '.schema = "daybreak.checkpoint/2"'; do
  renew
  jq "$change" kept/$checkpoint/manifest.json > run/$checkpoint/manifest.json
  restart
done
renew; jq "del($(named model.safetensors))" kept/$checkpoint/manifest.json > run/$checkpoint/manifest.json
refused 65 train --model run --steps 1 --out out
renew; rm run/$checkpoint/manifest.json; restart 66
renew; rm run/$checkpoint/optimizer.safetensors; restart 66
renew; echo step-00000009 > run/latest; restart
renew; echo ../../etc > run/latest; restart
renew; : > run/latest; restart
# As if somebody had written the manifest anew over what does not fit together: the hash is the one that a refusal tells.
hash_anew() {
  local hash manifest=run/$checkpoint/manifest.json
  jq "($(named "$1")).bytes = $(stat -c %s run/$checkpoint/"$1")" $manifest > sized
  cp sized $manifest
  hash=$(train --steps 2 --out run --resume 2>&1 > printed | grep -o 'found [0-9a-f]*' | cut -d' ' -f2)
  jq "($(named "$1")).xxh3_128 = \"$hash\"" sized > $manifest
}
for change in .step=-1 .loss_scale=0 'del(.identity)' '.identity = {}' '.clean_steps = "many"' '.schema = "other"'; do
  renew
  jq "$change" kept/$checkpoint/state.json > run/$checkpoint/state.json
  hash_anew state.json
  restart
done
renew; jq .n_layer=3 kept/$checkpoint/config.json > run/$checkpoint/config.json; hash_anew config.json; restart
renew; cp kept/$checkpoint/model.safetensors run/$checkpoint/optimizer.safetensors; hash_anew optimizer.safetensors; restart
# The same of a perceptron, whose config.json is another.
awk 'BEGIN { print "x,kind"; for (i = 0; i < 64; i++) print i "," i % 2 }' > rows.csv
compress-dataset rows.csv --columns all --label kind -o rows.h5 > /dev/null || exit 1
learn() { train-shard run --data rows.h5 --batch 8 --steps 1 "$@"; }
learn --init mlp:hidden=4,layers=1 --out model-mlp > /dev/null || exit 1
mv model-mlp/step-00000001 perceptron && rm perceptron/manifest.json || exit 1
for change in '.task = "other"' '.inputs = 0' '.inputs = "one"' 'del(.hidden_sizes)' '.hidden_sizes = [8]' '.class_values = [1, 0]'; do
  rm -rf bad; cp -r perceptron bad
  jq "$change" perceptron/config.json > bad/config.json
  refused 65 learn --model bad --out out
done
