# The moments in any number of files are the same moments: a run goes on from them to the same bytes.
. "$CASES/lib.bash"
train --init $tiny --steps 5 --out out > /dev/null || exit 1
cp -r out whole
train --steps 9 --out whole --resume > /dev/null || exit 1
for readers in 1 3 7; do
  train-shard reshard out --readers $readers --out sliced-$readers > found.json || exit 1
  jq -e ".readers == $readers and .step == 5" found.json > /dev/null || { cat found.json; exit 1; }
  [ "$(ls sliced-$readers/step-00000005/optimizer*.safetensors | wc -l)" = $readers ] || { ls sliced-$readers/*; exit 1; }
  train-shard check sliced-$readers > /dev/null || exit 1
  train --steps 9 --out sliced-$readers --resume > /dev/null || exit 1
  for file in model.safetensors optimizer.safetensors; do cmp whole/step-00000009/$file sliced-$readers/step-00000009/$file || exit 1; done
done
train-shard reshard out --readers 1 --out again > /dev/null
cmp out/step-00000005/optimizer.safetensors again/step-00000005/optimizer.safetensors || exit 1
train-shard reshard out --readers 2 --out again; echo "on another run: $?"
# A slice that is missing, and one that is there twice, are told of.
train-shard reshard out --readers 3 --out broken > /dev/null
cd broken/step-00000005 || exit 1
rm optimizer-00002-of-00003.safetensors
(cd ../..; train --steps 9 --out broken --resume); echo "a slice is missing: $?"
