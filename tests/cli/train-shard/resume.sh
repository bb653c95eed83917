# A run that was stopped twice leaves the bytes of an unbroken one, on another number of threads too.
. "$CASES/lib.bash"
for precision in f32 bf16 f16; do
  common="--init $tiny --steps 40 --precision $precision"
  train $common --out whole -j 1 > /dev/null || exit 1
  for part in first second; do
    train $common --out parts --resume -j 2 --max-time 1ms > /dev/null
    status=$?
    [ $status = 75 ] || { echo "$part part: status $status"; exit 1; }
  done
  [ "$(cat parts/latest)" != step-00000040 ] || { echo "the run was not broken"; exit 1; }
  train $common --out parts --resume -j 2 > stream || exit 1
  head -n 1 stream | grep -q '"resumed_from":[1-9]' || { head -n 1 stream; exit 1; }
  [ "$(cat parts/latest)" = step-00000040 ] || exit 1
  for file in model.safetensors optimizer.safetensors config.json; do
    cmp whole/step-00000040/$file parts/step-00000040/$file || exit 1
  done
  rm -r whole parts
done
