# shellcheck shell=bash disable=SC2034
moments=6
prepare() { awk 'BEGIN { print "timestamp,value"; for (i = 0; i < 20000; i++) print i * 60 "," 600 + (i % 1440 > 720) * 600 }' > load.csv; }
command() { exec plan-scale sim --trace load.csv --nodes-peak 20 --policy literal --policy static --timeline "$1" > /dev/null; }
