# The cuda chip's kernels on an emulation of CUDA: 20 steps of training have the cpu chip's losses, in any order of threads.
. "$CASES/lib.bash"
chip=$DAYBREAK_BUILD/tests/cuda_on_host/libdaybreak-chip-cuda.so
[ -e "$chip" ] || { echo "the cuda chip for the host was not built here"; exit 77; }

losses() {  # DEVICE INIT PRECISION
  train-shard run --data data.h5 --batch 4 --context 32 --lr 3e-3 --device "$1" --init "$2" --precision "$3" --steps 20 --out model \
    --metrics stream > /dev/null || exit 1
  jq -c -s '[.[] | select(.type == "step") | .loss]' stream
  rm -r model stream
}
agree() {  # INIT PRECISION TOLERANCE
  local host device
  host=$(losses cpu "$1" "$2") device=$(losses "$chip" "$1" "$2")
  jq -n -e --argjson a "$host" --argjson b "$device" --argjson tolerance "$3" \
    '($a | length) == 20 and all(range(20); $a[.] - $b[.] | fabs <= $tolerance) and $a[19] < $a[0] - 1' > /dev/null ||
    { echo "losses of $1 in $2:"; echo "$host"; echo "$device"; exit 1; }
}

llama=llama:d=32,layers=2,heads=4,kv_heads=2,mlp=48,vocab=256,context=32
rounding=3e-2  # sums in another order round to other neighbors in bf16, a 256th apart
for model in $tiny $llama; do
  agree $model f32 1e-4
  agree $model bf16 $rounding
done
# Each kernel in every order, what is queued as late as is allowed, and products that the library refuses: the same chip.
forward=$(losses "$chip" $tiny bf16)
every=$(DAYBREAK_CUDA_ON_HOST_ORDER=every losses "$chip" $tiny bf16)
[ "$forward" = "$every" ] || { echo "the order of threads changes the losses:"; echo "$forward"; echo "$every"; exit 1; }
export DAYBREAK_CUDA_ON_HOST_PRODUCTS=aligned DAYBREAK_CUDA_ON_HOST_CAPABILITY=8.0
agree $llama f32 1e-4
