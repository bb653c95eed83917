# shellcheck shell=bash
prepare() {
  awk 'BEGIN { srand(1); for (i = 0; i < 4000; i++) print i, int(rand() * 10), "tick" }' > numbers.txt
  compress-dataset numbers.txt -o data.h5 > /dev/null
  train-shard run --init gpt2:d=32,layers=2,heads=2,vocab=256,context=32 --data data.h5 --out model --steps 1 --batch 2 --context 32 > /dev/null
}
command() { exec profile-precision profile "model/$(cat model/latest)" --data data.h5 --tokens 1024 --context 32 -o "$1" > /dev/null; }
