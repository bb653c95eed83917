# The chip opencl trains as the chip cpu does: --device is all that changes, and a run may go on on the other.
. "$CASES/lib.bash"
train-shard devices > devices.json
jq -e '.devices[] | select(.name == "opencl:0") | .usable' devices.json > /dev/null ||
  { echo "skipped: no OpenCL device: $(jq -c '.devices[] | select(.name | startswith("opencl"))' devices.json)"; exit 77; }
gpt2=gpt2:d=128,layers=5,heads=4,vocab=256,context=64  # a million parameters
llama=llama:d=96,layers=2,heads=6,kv_heads=2,vocab=256,context=64
run() { train-shard run --data data.h5 --batch 4 --context 64 --lr 1e-3 --steps 20 "$@"; }
losses() { jq -c 'select(.type == "step") | [.step, .loss]' "$1" > "$1.losses"; }
agree() {  # STREAM OF: the losses of the steps that both have, to 1e-4; LEAST steps
  jq -n -e --slurpfile got "$1.losses" --slurpfile want "$2.losses" --argjson least "$3" '
    ($want | map({key: (.[0] | tostring), value: .[1]}) | from_entries) as $of
    | ($got | length) >= $least and all($got[]; (.[1] - $of[.[0] | tostring]) | fabs < 1e-4)' > /dev/null ||
    { echo "$1 is not $2:"; paste "$1.losses" "$2.losses"; exit 1; }
}

for model in gpt2 llama; do
  for device in cpu opencl; do
    run --init "${!model}" --device $device --out $model-$device > $model-$device.stream || exit 1
    losses $model-$device.stream
  done
  agree $model-opencl.stream $model-cpu.stream 20
done

for devices in "opencl cpu" "cpu opencl"; do
  read -r first second <<< "$devices"
  run --init $llama --device $first --out broken --max-time 1ms > /dev/null
  [ $? = 75 ] || { echo "$first: the run was not broken"; exit 1; }
  run --init $llama --device $second --out broken --resume > rest.stream || exit 1
  losses rest.stream
  agree rest.stream llama-cpu.stream 1
  [ "$(cat broken/latest)" = step-00000020 ] || exit 1
  rm -r broken
done

# Where no driver is installed the chip says so, and is left alone where another is asked for.
OCL_ICD_VENDORS=$PWD/nowhere run --init $llama --device opencl --out none 2> message > /dev/null
[ $? = 69 ] && grep -q 'no OpenCL platform is installed' message && [ ! -e none/latest ] || { cat message; exit 1; }
OCL_ICD_VENDORS=$PWD/nowhere train-shard devices > without.json
jq -e 'any(.devices[]; .name == "opencl" and (.usable | not)) and any(.devices[]; .name == "cpu:0" and .usable)' \
  without.json > /dev/null || { cat without.json; exit 1; }
