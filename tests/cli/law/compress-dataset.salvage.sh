# shellcheck shell=bash disable=SC2034
moments=8
# A damaged file: what is left of it is written whole, or not at all.
prepare() {
  awk 'BEGIN { srand(1); for (i = 0; i < 100000; i++) print i, int(rand() * 1000), "tick" }' > numbers.txt
  compress-dataset numbers.txt --effort fast --chunk 64KiB -o damaged.h5 > /dev/null || return 1
  printf 'XXXXXXXX' | dd of=damaged.h5 bs=1 seek=$(($(stat -c %s damaged.h5) / 2)) conv=notrunc 2> /dev/null
  compress-dataset salvage damaged.h5 -n 2> /dev/null | grep -q '"lost_chunks": 1,'
}
command() { exec compress-dataset salvage damaged.h5 --effort fast -o "$1" > /dev/null; }
