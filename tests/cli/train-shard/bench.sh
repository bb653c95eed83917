# Rates, shares of what the device can do, and the device that they were measured on.
bench() { train-shard bench --init gpt2:d=32,layers=1,heads=2,vocab=64,context=16 --batch 2 --context 16 --time 10ms "$@"; }
is() { jq -e "def near(\$wanted): (. - \$wanted | fabs) <= 1e-9 * (\$wanted | fabs); $1" found.json > /dev/null || { echo "$1"; cat found.json; exit 1; }; }
bench --split --recompute block > found.json || exit 1
is '.schema == "daybreak.train/1" and .method == "bench" and .steps >= 3 and .emulated == false and .precision == "f32" and (has("rows") | not)'
is '. as $r | .tokens_per_s | near(32 / $r.step_median_s)'
# 32 x 96, 32 x 32, two of 32 x 128 and a head of 32 x 64, six times, and 12 x 32 x 16 of attention.
is '.flops_per_token == 6 * (3072 + 1024 + 2 * 4096 + 2048) + 12 * 32 * 16 and .flops_by_format == {f32: .flops_per_token}'
is '. as $r | .peak_source == "measured" and .peak_format == "f32" and (.mfu | near($r.tokens_per_s * $r.flops_per_token / $r.peak_flops_per_s))'
is '. as $r | .mfu_of_bf16_peak | near($r.tokens_per_s * $r.flops_per_token / $r.bf16_peak_flops_per_s)'
is '.busy_share > 0 and .busy_share <= 1 and .memory_bytes_per_s > 1e8 and .datasheet_flops_per_s == null and (has("datasheet_mfu") | not)'
train-shard devices > devices.json || exit 1
name=$(jq -r .device.name found.json)
jq -e --arg name "$name" '.devices | map(.name) | index($name) != null' devices.json > /dev/null || { cat devices.json; exit 1; }
# Where the time of a step goes: to its parts, and of all operations to each.
is '.recompute == "block" and (.split | .step_s > 0 and .parts.forward_products > 0 and .parts.weight_gradient_products > 0 and .parts.attention > 0
  and .parts.optimizer > 0)'
is '.split | . as $s | (([.parts[]] | add) | near($s.step_s)) and (([.operations[]] | add) | near($s.operations_s)) and .operations_s <= .step_s
  and ((.operations_s + .unaccounted_s) | near($s.step_s)) and .unaccounted_s <= .parts.rest'

# Several formats, one after the other, as shares of their own peak and of one that is the same for all.
product='{"a":"F32","b":"F32","acc":"F32","out":"F32"}'
printf '{"schema":"daybreak.precision-map/1","default":{"dtype":"BF16"},"tensors":{},"gemms":{"lm_head":{"fprop":%s,"dgrad":%s,"wgrad":%s}}}' \
  "$product" "$product" "$product" > map.json
bench --threads 1 --precision f32 --precision bf16 --precision map.json > found.json || exit 1
is '.device.threads == 1'
is '.method == "bench" and (has("tokens_per_s") | not) and [.rows[].precision] == ["f32", "bf16", "map.json"] and [.rows[].peak_format] == ["f32", "bf16", "mixed"]'
is '.bf16_peak_flops_per_s as $peak | all(.rows[]; . as $r | (.mfu | near($r.tokens_per_s * 92160 / $r.peak_flops_per_s)) and
  (.mfu_of_bf16_peak | near($r.tokens_per_s * 92160 / $peak)) and .busy_share > 0 and .busy_share <= 1)'
is '.rows[1].peak_flops_per_s == .bf16_peak_flops_per_s'
# The head in float32, and attention too, for activations are kept in the wider of two formats of which no one has the majority.
is '.rows[2].flops_by_format == {f32: (6 * 2048 + 6144), bf16: (6 * 12288)}'
is '.rows as $r | .rows[2].peak_flops_per_s | near(92160 / (18432 / $r[0].peak_flops_per_s + 73728 / $r[1].peak_flops_per_s))'
train-shard bench --init gpt2-124m --precision f32 --precision absent.json 2> message; [ $? = 66 ] || { cat message; exit 1; }

bench --products --precision bf16 2> message; [ $? = 64 ] && grep -q 'leave --precision and --split out' message || { cat message; exit 1; }

# The products of a step: each weight in three roles, stored [in, out] by gpt2, else [out, in].
bench --products > found.json || exit 1
is '.schema == "daybreak.products/1" and .memory_bytes_per_s > 1e8 and (.peak as $peak | all(.rows[]; . as $r | .flops_per_s > 0 and
  (.peak_share | near($r.flops_per_s / $peak[$r.format])) and (.cast_bytes_per_s == null) == (.format == "f32")))'
is '[.rows[] | select(.format == "f32" and .module == "transformer.h.0.mlp.c_fc") | [.product, .m, .n, .k, .transpose_a, .transpose_b]] ==
  [["forward", 32, 128, 32, false, false], ["input_gradient", 32, 32, 128, false, true], ["weight_gradient", 32, 128, 32, true, false]]'
is '[.rows[] | select(.format == "f32" and .module == "transformer.wte") | [.product, .m, .n, .k, .transpose_a, .transpose_b]] ==
  [["forward", 32, 64, 32, false, true], ["input_gradient", 32, 32, 64, false, false], ["weight_gradient", 64, 32, 32, true, false]]'
