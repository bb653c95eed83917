# shellcheck shell=bash
# The output is a folder of versioned checkpoints: whole means that the run can be resumed to its end.
prepare() {
  awk 'BEGIN { srand(1); for (i = 0; i < 4000; i++) print i, int(rand() * 10), "tick" }' > numbers.txt
  compress-dataset numbers.txt -o data.h5 > /dev/null
}
train() { train-shard run --init gpt2:d=32,layers=2,heads=2,vocab=256,context=32 --data "$scratch/in/data.h5" --steps "$2" --save-every 2 --batch 2 --context 32 --out "$1" "${@:3}"; }
old() { train "$1" 2 > /dev/null; }
command() {
  exec train-shard run --init gpt2:d=32,layers=2,heads=2,vocab=256,context=32 --data data.h5 --steps 12 --save-every 2 --batch 2 --context 32 \
    --out "$1" $([ -e "$1/latest" ] && echo --resume) > /dev/null
}
whole() {
  [ -s "$1/latest" ] || return 1
  rm -rf resumed && cp -r "$1" resumed && train resumed 12 --resume > /dev/null
}
