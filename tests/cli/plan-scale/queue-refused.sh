try() { plan-scale queue "$@" --format text; echo "exit $?"; }
# The answer is no: unstable, a target that is missed.
try --arrival-rate 12 --service-rate 1 --servers 12
try --arrival-rate 12 --service-rate 1 --servers 12 --target-wait 1s
try --arrival-rate 12 --service-rate 1 --servers 13 --target-wait 100ms
try --arrival-rate 999999 --service-rate 1 --target-percentile 99:0s
# Wrong options.
try; try --arrival-rate 0 --service-rate 1; try --arrival-rate 1; try --arrival-rate 1 --service-rate 1 --service-time 1s
try --arrival-rate 1 --service-time 0s --servers 1; try --arrival-rate 1 --service-rate 2; try --arrival-rate nan --service-rate 1
try --arrival-rate 1 --service-rate 2 --servers 0; try --arrival-rate 1 --service-rate 2 --servers 1000001
try --arrival-rate 1 --service-rate 2 --servers 1 --percentile 100; try --arrival-rate 1 --service-rate 2 --servers 1 --wait-over 5
try --arrival-rate 1 --service-rate 2 --target-percentile 95; try --arrival-rate 1 --service-rate 2 --target-percentile 95:5
try --arrival-rate 1 --service-rate 2 --servers 1 --patience 0s; try --arrival-rate 1 --service-rate 2 --servers 1 --target-abandonment 0.1
try --arrival-rate 1 --service-rate 2 --servers 1 --patience 1s --scv-service 2; try --arrival-rate 1e9 --service-rate 1 --servers 1
try --arrival-rate 1 --service-rate 2 --servers 1 --scv-arrivals -1
