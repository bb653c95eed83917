# A device that works through a queue, takes a millisecond for each operation, and multiplies 1 GFLOP/s in float32, 4 in bfloat16.
. "$CASES/lib.bash"
chip=$DAYBREAK_BUILD/tests/libdaybreak-chip-queued.so
bench() { train-shard bench --device "$chip" --init gpt2:d=32,layers=1,heads=2,vocab=64,context=16 --batch 2 --context 16 --time 10ms "$@"; }
is() { jq -e "def near(\$wanted): (. - \$wanted | fabs) <= 1e-9 * (\$wanted | fabs); $1" found.json > /dev/null || { echo "$1"; cat found.json; exit 1; }; }
bench --split > found.json || exit 1
is '.device.threads == 0 and .peak_flops_per_s == 1e9 and .bf16_peak_flops_per_s == 4e9 and .memory_peak_bytes == .device_bytes'
is '. as $r | (.mfu | near($r.tokens_per_s * 92160 / 1e9)) and (.mfu_of_bf16_peak | near($r.mfu / 4))'
# Five products each way, each as long as the device takes, and all operations together no longer than the step.
is '.split | .operations.forward_product >= 5e-3 and .operations.weight_gradient_product >= 5e-3 and .operations.attention_forward >= 1e-3 and
  .operations.adamw >= 1e-3 and .operations_s <= .step_s and .unaccounted_s >= 0'
# y += x of 256 MiB, two reads and a write, in a millisecond.
is '.memory_bytes_per_s > 0.7 * 3 * 268435456 / 1e-3 and .memory_bytes_per_s <= 3 * 268435456 / 1e-3'
is '.busy_share > 0.2 and .busy_share <= 1'  # a busy machine keeps the device waiting
# Work in two formats has the peak of neither: 92160 operations, 18432 of them at 1 and 73728 at 4 GFLOP/s.
product='{"a":"F32","b":"F32","acc":"F32","out":"F32"}'
printf '{"schema":"daybreak.precision-map/1","default":{"dtype":"BF16"},"tensors":{},"gemms":{"lm_head":{"fprop":%s,"dgrad":%s,"wgrad":%s}}}' \
  "$product" "$product" "$product" > map.json
bench --precision map.json > found.json || exit 1
is '.peak_flops_per_s | near(2.5e9)'
# What its maker says, of a device that is known by its name, beside what is measured, or in its place.
DAYBREAK_TEST_DEVICE_NAME='NVIDIA H200' bench --precision bf16 --precision f16 > found.json || exit 1
is '.rows[0] | .peak_source == "measured" and .peak_flops_per_s == 4e9 and .datasheet_flops_per_s == 989e12 and
  (. as $r | .datasheet_mfu | near($r.tokens_per_s * 92160 / 989e12))'
is '.rows[1] | .peak_source == "datasheet" and .peak_flops_per_s == 989e12 and .mfu == .datasheet_mfu'
DAYBREAK_TEST_DEVICE_NAME='NVIDIA H200' bench --precision f32 --precision bf16 --format text > text || exit 1
grep -q "^formats  *tokens/s  *of the first  *step  *MFU  *of bf16's peak  *of the data sheet's  *busy$" text &&
  grep -q '^f32  *[0-9.]*  *1  *[0-9.]* s  *[0-9.]* %  *[0-9.]* %  *0.00 %  *[0-9.]* %$' text && grep -q '^bf16 ' text &&
  grep -q '^memory  *y += x moves [0-9.]* GB/s$' text || { cat text; exit 1; }
bench --products --format text > text || exit 1
grep -q '^weight  *product  *m  *n  *k  *format  *GFLOP/s  *of the peak  *rounding GB/s$' text &&
  grep -q '^transformer.wte  *input gradient  *32  *32  *64  *bf16 ' text || { cat text; exit 1; }
bench --precision f16 > found.json || exit 1
is '.mfu == null and .peak_source == null and .mfu_reason == "the device does not know its peak"'
# A run has its operations timed in one step of ten.
train --device "$chip" --init $tiny --steps 12 --out out --metrics stream || exit 1
jq -e -s '(.[0].busy_share_reason | test("one step of 10")) and ([.[] | select(.type == "step") | .busy_share != null] ==
  [range(12) | . == 0 or . == 10]) and all(.[] | select(.busy_share); .busy_share > 0 and .busy_share <= 1)' stream > /dev/null ||
  { cat stream; exit 1; }
