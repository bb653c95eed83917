# The worked example, fed by records that the other tools write here: bytes saved, tokens per second, node-hours, and what they return.
command -v train-shard > /dev/null && command -v compress-dataset > /dev/null && command -v plan-scale > /dev/null || { echo "skipped: not all tools"; exit 77; }
example=$CASES/../../../tools/quickstart-return.json
seq 1 20000 | awk '{ print "note", $1, ($1 * 7919) % 1000 }' > notes.txt
compress-dataset notes.txt -o notes.h5 -q > dataset.json || exit 1
train-shard bench --device reference --init gpt2:d=16,layers=1,heads=2,vocab=256,context=16 --batch 2 --context 16 -q -o speed.json || exit 1
awk 'BEGIN { print "time,tokens_per_s"; for (m = 0; m < 2880; m++) print m * 60 "," int(40000 + 180000 * (1 - cos(6.283185307 * m / 1440))) }' > traffic.csv
plan-scale sim --trace traffic.csv --service-rate 12000 --policy static --policy literal --policy band -q -o plan.json || exit 1
roi-calc report "$example" -q --cases 256 -o report.json --set fixed_hours=@plan.json:/policies/0/node_hours --set band_hours=@plan.json:/policies/2/node_hours \
  --set trace_span=@plan.json:/trace/span_s --set input_bytes=@dataset.json:/input_bytes --set output_bytes=@dataset.json:/output_bytes \
  --set speed=@speed.json:/tokens_per_s --depfile rule.d || exit 1
for file in plan.json dataset.json speed.json; do grep -q "$file" rule.d || echo "$file is not in the rule"; done
# What the model says, computed anew from the records and the means of what is assumed.
jq -e --slurpfile plan plan.json --slurpfile dataset dataset.json --slurpfile speed speed.json '
  def near($wanted): (. - $wanted | fabs) <= 1e-9 * ($wanted | fabs);
  (.inputs.assumptions | map({key: .name, value: .mean}) | from_entries) as $mean
  | (($plan[0].policies[0].node_hours - $plan[0].policies[2].node_hours) * 365 * 86400 / $plan[0].trace.span_s * $mean.load) as $hours
  | ($mean.corpus * (1 - $dataset[0].output_bytes / $dataset[0].input_bytes) * $mean.storage_price * 12 / 1000) as $storage
  | [1, 2, 3 | . as $year | ($hours * $mean.node_price / 1000 * pow(1 - $mean.price_fall / 100; $year - 1) + $storage - $mean.upkeep) / pow(1.08; $year)] as $years
  | .report.figures | (.saved_hours.value | near($hours)) and (.storage_saved.value | near($storage)) and (.npv.value | near(($years | add) - $mean.setup))
    and (.training_cost.value | near($mean.node_price / 3600 / $speed[0].tokens_per_s * 1e6)) and $hours > 0 and $storage > 0' report.json > /dev/null ||
  { cat report.json; exit 1; }
