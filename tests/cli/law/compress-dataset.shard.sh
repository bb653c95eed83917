# shellcheck shell=bash disable=SC2034
moments=8
prepare() { awk 'BEGIN { srand(1); for (i = 0; i < 200000; i++) print i "," int(rand() * 1000) ",tick" }' > numbers.csv; }
command() { exec compress-dataset numbers.csv --effort fast --shard 2/3 -o "$1" > /dev/null; }
