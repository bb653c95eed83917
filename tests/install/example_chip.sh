#!/usr/bin/env bash
# The example of a chip builds against the installed header alone, conforms, and trains as the cpu chip does.
set -euo pipefail
build=$1 cmake=$2 compiler=$3
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

"$cmake" --install "$build" --prefix "$stage" >/dev/null
mkdir "$stage/elsewhere"
cp "$(find "$stage/share" -path '*example-chip/chip.c')" "$stage/elsewhere/"
cd "$stage/elsewhere"
"$compiler" -std=c11 -Wall -Wextra -Werror -O2 -shared -fPIC -fvisibility=hidden -I "$stage/include" \
  -o libdaybreak-chip-example.so chip.c -lm
nm -D --defined-only libdaybreak-chip-example.so | grep -q ' T daybreak_chip_get$'
[ "$(nm -D --defined-only libdaybreak-chip-example.so | grep -c ' T ')" = 1 ] || { echo "it exports more than one function"; exit 1; }

chip=./libdaybreak-chip-example.so
"$stage/bin/train-shard" devices --check --device $chip --time 1ms --format json > check.json ||
  { echo "the example does not conform:"; grep '"problem"' check.json; exit 1; }
grep -q '"conforms": true' check.json && grep -q '"offered": false' check.json

loss() {
  "$stage/bin/train-shard" run --init gpt2:d=32,layers=2,heads=2,vocab=256,context=16 --data text.h5 --batch 2 --context 16 --steps 5 \
    --device "$1" --out "$2" --metrics "$2.jsonl" --seed 1
  tail -1 "$2.jsonl" | sed 's/.*"loss":\([0-9.]*\).*/\1/'
}
for i in $(seq 200); do echo "line $i of a text to train on"; done > text.txt
"$stage/bin/compress-dataset" text.txt -o text.h5 >/dev/null
ours=$(loss $chip example) theirs=$(loss cpu cpu)
awk -v a="$ours" -v b="$theirs" 'BEGIN { d = a - b; exit !(a > 0 && d < 1e-4 && d > -1e-4) }' ||
  { echo "the losses differ: $ours on the example, $theirs on the cpu chip"; exit 1; }
