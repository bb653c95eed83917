# A bit that flips in any file of a checkpoint is found, by check and by whoever reads the checkpoint.
. "$CASES/lib.bash"
train --init $tiny --steps 4 --save-every 2 --keep 0 --out out > /dev/null || exit 1
train-shard check out > found.json || exit 1
jq -e '.whole and (.checkpoints | map(.files) == [4, 4]) and (.checkpoints[0].path | endswith("step-00000002"))' found.json > /dev/null || { cat found.json; exit 1; }
train-shard check out/step-00000004 --format text | grep -q 'yes$' || exit 1
cd out/step-00000004 || exit 1
for file in *.json *.safetensors; do
  cp $file ../kept
  size=$(stat -c %s $file)
  printf '\377' | dd of=$file bs=1 seek=$((size / 2)) conv=notrunc status=none
  train-shard check .. > ../found.json; status=$?
  [ $status = 1 ] || { echo "$file: status $status"; cat ../found.json; }
  jq -e '.whole == false and (.checkpoints | map(.whole) == [true, false])' ../found.json > /dev/null || { cat ../found.json; exit 1; }
  (cd ../.. && train --out out --steps 6 --resume > /dev/null 2> message); status=$?
  [ $status = 65 ] || { echo "$file: resumed with status $status"; cat ../../message; }
  cp ../kept $file
done
rm state.json
train-shard check .. | jq -c .whole
cd ../..
train-shard check text; echo "no folder: $?"
train-shard check .; echo "no run: $?"
