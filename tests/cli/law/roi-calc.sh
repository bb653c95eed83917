# shellcheck shell=bash
prepare() { awk 'BEGIN { print "date,amount"; print "2020-01-01,-1000"; for (i = 1; i <= 28; i++) printf "2021-02-%02d,50\n", i }' > flows.csv; }
command() { exec roi-calc irr flows.csv -o "$1"; }
