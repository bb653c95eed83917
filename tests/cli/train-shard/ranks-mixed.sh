# A processor and an OpenCL device in one job; each rank names its own.
. "$CASES/../mpirun.bash"
. "$CASES/lib.bash"
run="train-shard run --init $tiny --data data.h5 --batch 4 --micro-batch 1 --context 32 --lr 1e-2 --steps 4 --shares 3,1"
train-shard devices | jq -e '.devices | any(.[]; .name == "opencl:0" and .problem == null)' > /dev/null ||
  { echo "skipped: no OpenCL device here (pocl-opencl-icd)"; exit 77; }
in_ranks 1 $run --device cpu --out mixed : 1 $run --device opencl --out mixed > mixed.jsonl 2> stderr; status=$?
[ $status = 77 ] && exit 77
[ $status = 0 ] || { cat stderr; exit 1; }
train-shard run --init $tiny --data data.h5 --batch 4 --micro-batch 1 --context 32 --lr 1e-2 --steps 4 --out alone > alone.jsonl || exit 1
jq -e -s '(.[0].ranks | map(.device)) == ["cpu:0", "opencl:0"]' mixed.jsonl > /dev/null || { head -n 1 mixed.jsonl; exit 1; }
jq -e -s --slurpfile alone alone.jsonl '[range(1; 5)] as $steps | . as $mixed |
  $steps | all(.[]; (($mixed[.].loss - $alone[.].loss) | fabs) <= 1e-4 * $alone[.].loss)' mixed.jsonl > /dev/null ||
  { jq -c '[.type, .loss]' alone.jsonl mixed.jsonl; exit 1; }
