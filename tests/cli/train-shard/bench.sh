# A rate and its share of the peak, and the device that it was measured on.
train-shard bench --init gpt2:d=32,layers=1,heads=2,vocab=64,context=16 --batch 2 --context 16 --time 10ms > found.json || exit 1
jq -e '.schema == "daybreak.train/1" and .tokens_per_s > 0 and .steps >= 3 and .emulated == false and .precision == "f32"
  and (.mfu == null or (.mfu > 0 and .peak_flops_per_s > 0))' found.json > /dev/null || { cat found.json; exit 1; }
train-shard devices > devices.json || exit 1
name=$(jq -r .device.name found.json)
jq -e --arg name "$name" '.devices | map(.name) | index($name) != null' devices.json > /dev/null || { cat devices.json; exit 1; }
