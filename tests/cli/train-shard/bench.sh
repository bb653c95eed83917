# A rate and its share of the peak, and the device that it was measured on.
train-shard bench --init gpt2:d=32,layers=1,heads=2,vocab=64,context=16 --batch 2 --context 16 --time 10ms > found.json || exit 1
jq -e '.schema == "daybreak.train/1" and .tokens_per_s > 0 and .steps >= 3 and .emulated == false and .precision == "f32"
  and (.mfu == null or (.mfu > 0 and .peak_flops_per_s > 0))' found.json > /dev/null || { cat found.json; exit 1; }
train-shard devices > devices.json || exit 1
name=$(jq -r .device.name found.json)
jq -e --arg name "$name" '.devices | map(.name) | index($name) != null' devices.json > /dev/null || { cat devices.json; exit 1; }
# Where the time of a step goes.
train-shard bench --init gpt2:d=32,layers=1,heads=2,vocab=64,context=16 --batch 2 --context 16 --time 10ms --split --recompute block > split.json || exit 1
jq -e '.recompute == "block" and (.split | .step_s > 0 and (([.parts[]] | add) - .step_s | fabs) < 1e-9 and .parts.forward_products > 0
  and .parts.weight_gradient_products > 0 and .parts.attention > 0 and .parts.optimizer > 0)' split.json > /dev/null || { cat split.json; exit 1; }
