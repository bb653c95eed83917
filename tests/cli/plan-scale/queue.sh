# The queue of a known answer, the fewest servers for a target, and text on request.
plan-scale queue --arrival-rate 8.85 --service-rate 1 --servers 10 --wait-over 500ms
plan-scale queue --arrival-rate 100 --service-time 1s --target-percentile 95:100ms --format text
plan-scale queue --arrival-rate 12 --service-rate 1 --servers 10 --patience 2s --percentile 90 --format text
plan-scale queue --arrival-rate 8.85 --service-rate 1 --scv-service 0.25 --target-wait 200ms --format text
plan-scale queue --arrival-rate 8.85 --service-rate 1 --target-blocking 0.01 --format text
# A million servers are no trouble.
plan-scale queue --arrival-rate 999000 --service-rate 1 --servers 1000000 --format text
