# A run that is refused leaves nothing: no folder, no lock, no metrics; what stood there stays as it was.
. "$CASES/lib.bash"
printf '\0\1\2\3' > few.bin
compress-dataset few.bin --input-format tokens -o few.h5 > /dev/null || exit 1
echo '{"schema":"daybreak.precision-map/1"}' > bad.json
echo 'not a dataset' > bad.h5
mkdir empty
refused() {
  local wanted=$1; shift
  find . ! -name stderr | sort > before
  "$@" > stdout 2> stderr
  local status=$?
  [ $status = "$wanted" ] || { echo "$*: expected $wanted, found $status"; cat stderr; }
  find . ! -name stderr | sort | diff before - || echo "$* leaves a trace"
}
touch stdout before
metrics="--metrics deep/m.jsonl"
mkdir deep
for out in new/run empty; do
  refused 66 train-shard run --data absent.h5 --init $tiny --out $out $metrics
  refused 65 train --init $tiny --out $out $metrics --val bad.h5
  refused 65 train --init $tiny --out $out $metrics --val few.h5
  refused 66 train --model absent --out $out $metrics
  refused 64 train --init gpt2:d=3 --out $out $metrics
  refused 64 train --init $tiny --context 64 --out $out $metrics
  refused 65 train --init $tiny --out $out $metrics --precision bad.json
  refused 66 train --init $tiny --out $out $metrics --precision absent.json
  refused 69 train --init $tiny --out $out $metrics --device abacus
  refused 65 train --init gpt2:d=32,layers=2,heads=2,vocab=70,context=32 --out $out $metrics
  refused 66 train --model absent --out $out $metrics --resume
  refused 73 train --init $tiny --out $out --metrics absent/m.jsonl
  refused 64 train --init $tiny --out $out --metrics data.h5
done
refused 73 train --init $tiny --out text $metrics
refused 73 train --init $tiny --out text/run $metrics
# A run that is there: its lock and its files stay, and the metrics get no line.
train --init $tiny --out kept --steps 2 --metrics kept.jsonl || exit 1
(cd kept && sha256sum lock latest */*) > sums; cp kept.jsonl same.jsonl
refused 73 train --init $tiny --out kept --steps 2 --metrics kept.jsonl
refused 64 train --out kept --steps 4 --resume --seed 1 --metrics kept.jsonl
refused 65 train --out kept --steps 4 --resume --val few.h5 --metrics kept.jsonl
(cd kept && sha256sum --quiet -c ../sums) && cmp kept.jsonl same.jsonl
