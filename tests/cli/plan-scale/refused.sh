echo 'timestamp,value' > t.csv; echo 0,1 >> t.csv; echo 60,2 >> t.csv
try() { plan-scale sim "$@"; echo "exit $?"; }
try; try --trace t.csv; try --trace t.csv --nodes-peak 3 --service-rate 4; try --trace t.csv --nodes-peak 3 --policy none
try --trace t.csv --nodes-peak 3 --band 0.9:0.8; try --trace t.csv --nodes-peak 3 --slot 0s; try --trace t.csv --nodes-peak 3 --start-delay 5
try --trace absent.csv --nodes-peak 3; try --trace t.csv --nodes-peak 3 --threshold 0s; try --trace t.csv --set service-rate=-1
