# A map of one format is that format; one with exceptions computes something else; one for another model is refused.
. "$CASES/lib.bash"
map() { printf '{"schema":"daybreak.precision-map/1","default":{"dtype":"BF16"},"tensors":{},"gemms":{%s}}' "$1"; }
product='{"a":"F32","b":"F32","acc":"F32","out":"F32"}'
map '' > uniform.json
map "\"lm_head\":{\"fprop\":$product,\"dgrad\":$product,\"wgrad\":$product}" > head.json
map "\"lm_foot\":{\"fprop\":$product,\"dgrad\":$product,\"wgrad\":$product}" > foot.json
for precision in bf16 f32 uniform.json head.json; do
  train --init $tiny --steps 3 --precision $precision --out $precision.out > $precision.stream || exit 1
done
weights() { echo "$1.out/step-00000003/model.safetensors"; }
cmp "$(weights bf16)" "$(weights uniform.json)" || exit 1
cmp -s "$(weights bf16)" "$(weights head.json)" && { echo "the exception changes nothing"; exit 1; }
cmp -s "$(weights f32)" "$(weights head.json)" && { echo "the default changes nothing"; exit 1; }
train --init $tiny --steps 3 --precision foot.json --out none 2> message; [ $? = 65 ] || { cat message; exit 1; }
grep -q 'foot.json.*lm_foot' message || { cat message; exit 1; }
