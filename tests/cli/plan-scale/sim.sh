# One hour at 600 requests a minute, then one at 1200, on nodes that serve 1 a second each.
awk 'BEGIN{print "timestamp,value"; for(i=0;i<120;i++) print i*60 "," (i<60?600:1200)}' > load.csv
plan-scale sim --trace load.csv --service-rate 1 --policy literal --policy static --timeline slots.csv
head -n 2 slots.csv; wc -l < slots.csv
gzip load.csv && plan-scale sim --trace load.csv.gz --service-rate 1 --policy static --format text
