# shellcheck shell=bash
prepare() { awk 'BEGIN { srand(1); for (i = 0; i < 400000; i++) print i, int(rand() * 1000), "tick" }' > numbers.txt; }
command() { exec compress-dataset numbers.txt --effort fast -o "$1" > /dev/null; }
