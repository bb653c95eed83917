# --dry-run checks everything, says what a run would do and take, and writes nothing.
. "$CASES/lib.bash"
options="--init $tiny --steps 12 --micro-batch 2 --val-share 10% --precision bf16 --out out --metrics m.jsonl --depfile rule.d"
train $options --dry-run > plan.json || exit 1
[ ! -e out ] && [ ! -e m.jsonl ] && [ ! -e rule.d ] || { echo "something was written"; ls; exit 1; }
jq -e '.schema == "daybreak.train/1" and .method == "run" and .dry_run and .steps == 12 and .steps_left == 12 and .batch == 4
  and .micro_batch == 2 and .context == 32 and .tokens_per_step == 128 and .tokens_left == 1536 and .resumed_from == null
  and .precision == "bf16" and .model.vocabulary == 256' plan.json > /dev/null || { cat plan.json; exit 1; }
# 256 * 32 + 32 * 32 + 2 * (12 * 32 * 32 + 13 * 32) + 2 * 32 parameters; the flat arrays of tensors may be padded a little.
jq -e '.model.parameters == 34688 and (.memory | .weight_bytes >= 4 * 34688 and .weight_bytes < 4.1 * 34688
  and .gradient_bytes == .weight_bytes and .moment_bytes == 2 * .weight_bytes and 2 * .weight_copy_bytes == .weight_bytes
  and .activation_bytes > 0 and .device_bytes == .weight_bytes + .weight_copy_bytes + .gradient_bytes + .moment_bytes
  + .activation_bytes)' plan.json > /dev/null || { cat plan.json; exit 1; }
# Sums of micro-batches are told beside the gradients, and not among them.
train $options --reduce exact --dry-run | jq -e '.memory | .sum_bytes > 0 and .gradient_bytes == .weight_bytes and .device_bytes
  == .weight_bytes + .weight_copy_bytes + .gradient_bytes + .moment_bytes + .activation_bytes + .sum_bytes' > /dev/null ||
  { train $options --reduce exact --dry-run; exit 1; }
# The run itself takes what the plan says.
train $options || exit 1
jq -e -s '.[0].memory.device_bytes == .[1].device_bytes
  and .[0].training_tokens == .[1].training_tokens and .[0].identity == .[1].identity
  and .[0].validation_tokens - 1 == (map(select(.type == "validation"))[0].tokens)' plan.json m.jsonl > /dev/null ||
  { head -n 1 m.jsonl; exit 1; }
# What is left of a run that is there; text for people.
cp -r out same; cp m.jsonl same.jsonl
train --steps 20 --val-share 10% --out out --metrics m.jsonl --resume --dry-run > plan.json || exit 1
jq -e '.resumed_from == 12 and .steps_left == 8 and (.changed | has("steps"))' plan.json > /dev/null || { cat plan.json; exit 1; }
diff -r out same && cmp m.jsonl same.jsonl || exit 1
# Another order of sums changes losses, and is told of; a checkpoint that does not speak of it had the one there was.
train --steps 20 --val-share 10% --out out --resume --dry-run --micro-batch 2 --reduce exact > plan.json || exit 1
jq -e '.changed.reduce == ["fast", "exact"]' plan.json > /dev/null || { cat plan.json; exit 1; }
resume() { train --steps 20 --val-share 10% --out out --resume --dry-run 2>&1; }
new=same/step-00000012 old=out/step-00000012 entry='.files[] | select(.name == "state.json")'
jq 'del(.identity.may.reduce)' $new/state.json > $old/state.json
jq "($entry).bytes = $(stat -c %s $old/state.json)" $new/manifest.json > sized && cp sized $old/manifest.json
jq "($entry).xxh3_128 = \"$(resume | grep -o 'found [0-9a-f]*' | cut -d' ' -f2)\"" sized > $old/manifest.json
resume > plan.json || { cat plan.json; exit 1; }
jq -e '.changed | has("steps") and (has("reduce") | not)' plan.json > /dev/null || { cat plan.json; exit 1; }
rm -r out && cp -r same out
# What a run would refuse is refused.
train --init $tiny --out out --dry-run 2> message; [ $? = 73 ] || { cat message; exit 1; }
