# shellcheck shell=bash disable=SC2034
moments=4
# Measured times differ from run to run: a model is whole that chooses for a file; what it is in is checked by its hash.
prepare() {
  awk 'BEGIN { for (i = 0; i < 500; i++) print i, sin(i), "tick" }' > a.txt
  awk 'BEGIN { for (i = 0; i < 1200; i++) print (i * 7919) % 1000 }' > b.txt
}
command() { exec compress-dataset train-selector a.txt b.txt --chunks 1 -o "$1" > /dev/null; }
whole() { cmp -s "$1" kept-old || compress-dataset in/a.txt --reader plugin --selector "$1" -n > /dev/null 2> /dev/null; }
