# shellcheck shell=bash disable=SC2034
moments=6
# The name must end as a picture's does: a link to the output is followed.
prepare() { awk 'BEGIN { print "timestamp,value"; for (i = 0; i < 20000; i++) print i * 60 "," 600 + (i % 1440 > 720) * 600 }' > load.csv; }
command() { ln -sfn "$1" picture.svg && exec plan-scale sim --trace load.csv --nodes-peak 20 --policy literal --plot picture.svg > /dev/null; }
