# shellcheck shell=bash disable=SC2034
moments=4
# Times differ from run to run: a report is whole that ends in its summary.
prepare() { awk 'BEGIN { for (i = 0; i < 2000; i++) print i, sin(i), "tick" }' > numbers.txt; }
command() { exec compress-dataset bench numbers.txt --peer zstd-3 --peer daybreak-h5py --repeat 1 -o "$1"; }
whole() { cmp -s "$1" kept-old || jq -es 'last | .type == "summary" and (.peers | length) == 2' "$1" > /dev/null; }
