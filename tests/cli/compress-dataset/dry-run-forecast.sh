# What --dry-run foretells of size and integrity is what compress then finds, within a tenth.
seq 1 400000 | awk '{ printf "%.2f,%d\n", 20 + 8 * sin($1 / 700) + ($1 * 7919 % 100) / 100, $1 % 53 }' > waves.csv
near() {  # FORECAST TRUTH: within a tenth
  awk -v a="$1" -v b="$2" 'BEGIN { exit !(a > 0 && b > 0 && a < 1.1 * b && b < 1.1 * a) }'
}
for reader in h5py plugin; do
  options="--columns all --reader $reader --chunk 128KiB"
  compress-dataset waves.csv $options -o a.h5 -n > plan.json || exit 1
  [ ! -e a.h5 ] || exit 1
  compress-dataset waves.csv $options -o a.h5 > done.json || exit 1
  for i in 0 1 2; do
    jq -e ".arrays[$i].forecast | .chunks_tried == 3 and .decode_bytes_per_s > 1e6 and .integrity == 1" plan.json > /dev/null || exit 1
    near "$(jq ".arrays[$i].forecast.output_bytes" plan.json)" "$(jq ".arrays[$i].output_bytes" done.json)" ||
      { echo "$reader $i"; jq -c ".arrays[$i].forecast" plan.json; jq -c ".arrays[$i].output_bytes" done.json; exit 1; }
  done
  rm a.h5
done
# With a bound: what is lost is foretold too, and keeps the bound.
for reader in h5py plugin; do
  options="--columns all --reader $reader --chunk 128KiB --max-abs 0.3"
  compress-dataset waves.csv $options -o a.h5 -n > plan.json || exit 1
  compress-dataset waves.csv $options -o a.h5 > done.json || exit 1
  i=$(jq '[.arrays[].max_abs_error > 0] | index(true)' done.json)
  jq -e ".arrays[$i].forecast | .integrity < 1 and .max_abs_error <= 0.3 and .max_abs_error > 0.05" plan.json > /dev/null || exit 1
  near "$(jq ".arrays[$i].forecast.output_bytes" plan.json)" "$(jq ".arrays[$i].output_bytes" done.json)" || exit 1
  rm a.h5
done
