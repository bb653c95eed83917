# shellcheck shell=bash disable=SC2034
moments=8
prepare() {
  awk 'BEGIN { srand(1); for (i = 0; i < 200000; i++) print i, int(rand() * 1000), "tick" }' > numbers.txt
  compress-dataset numbers.txt --effort fast -o numbers.h5 > /dev/null
}
command() { exec compress-dataset convert numbers.h5 --effort fast --reader plain -o "$1" > /dev/null; }
