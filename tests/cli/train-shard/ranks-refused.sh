# What some or all ranks refuse is told once, ends all of them with the same status, and leaves no trace.
. "$CASES/../mpirun.bash"
. "$CASES/lib.bash"
printf 'not a dataset' > bad.h5
mkdir other && seq 3000 > other/text && (cd other && compress-dataset text -o data.h5 > /dev/null) || exit 2
run="train-shard run --init $tiny --batch 4 --context 32 --out out"
refused() {  # STATUS PATTERN, then what in_ranks takes
  local wanted=$1 pattern=$2; shift 2
  in_ranks "$@" > stdout 2> stderr
  local status=$?
  [ $status = 77 ] && exit 77
  [ $status = "$wanted" ] || { echo "$*: expected $wanted, found $status"; cat stderr; exit 1; }
  [ "$(grep -c '^train-shard: ' stderr)" = 1 ] || { echo "$*: not told once"; cat stderr; exit 1; }
  grep -q "^train-shard: $pattern" stderr || { echo "$*:"; cat stderr; exit 1; }
  [ ! -s stdout ] && [ ! -e out ] && [ ! -e m.jsonl ] || { echo "$*: leaves a trace"; ls; exit 1; }
}
refused 64 "--steps differs between the ranks: rank 0 has \"2\", rank 1 has \"3\"" 1 $run --data data.h5 --steps 2 : 1 $run --data data.h5 --steps 3
refused 64 "--seed differs" 2 $run --data data.h5 : 1 $run --data data.h5 --seed 1
refused 64 "--reduce differs" 1 $run --data data.h5 --micro-batch 1 : 1 $run --data data.h5 --micro-batch 1 --reduce exact
refused 64 "--stop-file differs between the ranks: rank 0 has none, rank 1 has \"stop\"" \
  1 $run --data data.h5 : 1 $run --data data.h5 --stop-file stop
refused 64 "--val-share differs.*rank 1 has" 1 $run --data data.h5 --val-share 10% : 1 $run --data data.h5 --val-share 20%
refused 64 "--data differs between the ranks: rank 0 has {\"array\"" 1 $run --data data.h5 : 1 $run --data other/data.h5
refused 64 "--val differs between the ranks: rank 0 has none, rank 1 has" \
  1 $run --data data.h5 : 1 $run --data data.h5 --val data.h5
for format in BF16 F32; do
  printf '{"schema":"daybreak.precision-map/1","default":{"dtype":"%s"},"tensors":{},"gemms":{}}' $format > map.json
  [ -e other/map.json ] || mv map.json other
done
refused 64 "--precision differs between the ranks" 1 $run --data data.h5 --precision map.json : \
  1 -wdir other $run --data ../data.h5 --precision map.json
refused 64 "--reduce exact" 2 $run --data data.h5 --reduce exact
refused 64 "--shares 1,1: expected a sum of 4" 2 $run --data data.h5 --micro-batch 1 --shares 1,1
refused 64 "--shares 4: expected one number for each of 2 ranks" 2 $run --data data.h5 --micro-batch 1 --shares 4
refused 64 "--out is missing" 2 train-shard run --init $tiny --data data.h5 --steps 2
refused 64 "a perceptron trains on one rank" 2 train-shard run --init mlp:hidden=8 --data data.h5 --out out --steps 2
refused 66 "absent.h5: " 2 $run --data absent.h5 --metrics m.jsonl
refused 65 "rank 1: bad.h5: " 1 $run --data data.h5 --metrics m.jsonl : 1 $run --data bad.h5 --metrics m.jsonl
refused 69 "rank 2: there is no device 'abacus'" 2 $run --data data.h5 : 1 $run --data data.h5 --device abacus
# A folder that holds a run is rank 0's to refuse, and stays as it is.
$run --data data.h5 --steps 2 > /dev/null && mv out kept || exit 1
(cd kept && sha256sum latest */*) > sums
in_ranks 2 train-shard run --init $tiny --data data.h5 --batch 4 --context 32 --steps 2 --out kept > stdout 2> stderr
[ $? = 73 ] && grep -q '^train-shard: rank 0: kept: this folder holds a training run' stderr || { cat stderr; exit 1; }
in_ranks 2 train-shard run --data data.h5 --batch 4 --context 32 --steps 4 --resume --seed 3 --out kept > stdout 2> stderr
[ $? = 64 ] && grep -q '^train-shard: --resume: .* was trained with another --seed' stderr || { cat stderr; exit 1; }
(cd kept && sha256sum --quiet -c ../sums) || exit 1
# A folder that only some see is no place for a run.
in_ranks 1 $run --data data.h5 : 1 -wdir other $run --data ../data.h5 > stdout 2> stderr
[ $? = 66 ] && grep -q '^train-shard: rank 1: out: rank 0 has made this folder, and it is not here' stderr || { cat stderr; exit 1; }
