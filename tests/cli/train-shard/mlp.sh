# A perceptron learns classes and values from tables, and goes on bit for bit.
awk 'BEGIN { srand(1); print "x,y,inside,height"; for (i = 0; i < 3000; i++) { x = rand(); y = rand(); print x "," y "," (x * x + y * y < 0.6) "," 3 * x - y * y } }' > points.csv
compress-dataset points.csv --columns all --label inside -o points.h5 > /dev/null || exit 2
learn() { train-shard run --data points.h5 --batch 32 --steps 300 --lr 1e-2 --val-share 20% --metrics "$1.jsonl" --out "$1" "${@:2}"; }
last() { tail -n 1 "$1.jsonl"; }
learn inside --init mlp:hidden=32 --save-every 100 || exit 1
jq -e .validation_accuracy\>0.97 <(last inside) > /dev/null || { last inside; exit 1; }
head -n 1 inside.jsonl | jq -e '.model == {family: "mlp", task: "classes", inputs: 3, hidden: [32, 32], outputs: 2, parameters: 1250}
  and .training_samples == 2400 and .validation_samples == 600' > /dev/null || { head -n 1 inside.jsonl; exit 1; }
for precision in f32 bf16; do
  learn height-$precision --init mlp:hidden=32 --target height --precision $precision || exit 1
  jq -e '.validation_loss < 0.02 and (has("validation_accuracy") | not)' <(last height-$precision) > /dev/null || { last height-$precision; exit 1; }
done
# Broken twice, on another number of threads.
for part in 1 2; do learn parts --init mlp:hidden=32 --resume --max-time 1ms -j 2; [ $? = 75 ] || exit 1; done
learn parts --init mlp:hidden=32 --resume -j 1 || exit 1
for file in model.safetensors optimizer.safetensors config.json; do cmp inside/step-00000300/$file parts/step-00000300/$file || exit 1; done
train-shard check parts > /dev/null || exit 1
# From its weights another run begins.
learn more --model inside --save-every 0 || exit 1
jq -e '.validation_accuracy > 0.97' <(last more) > /dev/null || exit 1
# What is damaged is not begun with.
cp -r inside damaged
file=damaged/step-00000300/model.safetensors
printf '\377' | dd of=$file bs=1 seek=$(($(stat -c %s $file) / 2)) conv=notrunc status=none
learn none --model damaged 2> message
[ $? = 65 ] && grep -q "$file: its bytes differ" message || { cat message; exit 1; }
# Whoever begins with its weights needs no moments.
cp -r inside bare
rm bare/step-00000300/{optimizer.safetensors,state.json}
learn none --model bare --dry-run > /dev/null || exit 1
# Whoever names the model of a run again must name the same.
learn inside --resume --model more --dry-run > /dev/null || exit 1
learn plan --init mlp --dry-run | jq -c '[.model.inputs, .steps_left]'
try() { "$@" > /dev/null; echo "exit $?"; }
try learn none --init mlp --target z
try learn none --init mlp:width=3
try learn none --init mlp:task=classes --target height
try learn none --init mlp --precision f16
try learn none --init mlp --val points.h5
for option in "--rounding stochastic" "--rounding kahan" "--moments bf16" "--mem 1GB" "--recompute block" "--micro-batch 16"; do
  try learn none --init mlp --precision bf16 $option
done
try learn inside --resume --shift 1
try learn inside --resume --init mlp:hidden=16
try learn inside --resume --model height-f32
try train-shard sample --model inside --prompt a
compress-dataset points.csv -o text.h5 > /dev/null
try train-shard run --data text.h5 --init mlp --out none
[ ! -e none ] && [ ! -e plan ]
