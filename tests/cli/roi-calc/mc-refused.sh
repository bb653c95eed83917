# What has no chances is refused, with the place and what to do; what has no value is counted.
model() {
  cat > project.json << END
{"schema": "daybreak.return-model/1", "currency": "USD", "unit": "million", "discount_rate": 0.1,
 "inputs": {"a": {"dist": $1, "unit": "million USD"}, "b": {"dist": {"type": "uniform", "min": 0, "max": 1}, "unit": "share"},
            "c": {"dist": {"type": "uniform", "min": 1, "max": 2}, "unit": "share"}, "fixed": {"value": 3, "unit": "share"}},
 "correlations": [$2],
 "expressions": {"rare": "log(b - 0.01)"},
 "cashflows": [{"t": 0, "amount": "-a"}, {"t": 1, "amount": "a * b * c"}]}
END
}
try() { roi-calc mc project.json "$@" > /dev/null; echo "exit $?"; }
fine='{"type": "normal", "mean": 5, "sd": 1}'
law() { model "$1" ""; try; }
law '{"type": "normal", "mean": 5, "sd": -1}'
law '{"type": "pert", "min": 5, "mode": 4, "max": 6}'
law '{"type": "discrete", "values": [1, 2], "weights": [0.5, 0.6]}'
law '{"type": "uniform", "min": 0, "max": 1, "truncate": [2, null]}'
law '{"type": "weibull"}'
law '{"type": "empirical", "file": "../prices.csv"}'
law '{"type": "empirical", "file": "prices.csv", "column": "price"}'
printf 'day,price\n1,5\n2,"1,234"\n' > prices.csv
law '{"type": "empirical", "file": "prices.csv", "column": "cost"}'
law '{"type": "empirical", "file": "prices.csv", "column": "price"}'
pair() { model "$fine" "$1"; shift; try "$@"; }
pair '["a", "b", 1.5]'
pair '["a", "d", 0.5]'
pair '["a", "fixed", 0.5]'
pair '["a", "b", 0.9], ["b", "c", 0.9], ["a", "c", -0.9]'
pair '["a", "b", 0.9], ["b", "c", 0.9], ["a", "c", -0.9]' --nearest-psd
model "$fine" ""
try --cases 100
try --replicates 4
try --percentile 101
try --of profit
try --of rare --cases 64
try --samples project.json
try --samples missing/samples.csv
# One input more than the Sobol sequence has dimensions.
{
  printf '{"schema": "daybreak.return-model/1", "currency": "USD", "unit": "1", "discount_rate": 0,'
  printf '"inputs": {"fixed": {"value": 1, "unit": "USD"}'
  for i in $(seq 513); do printf ', "x%d": {"dist": {"type": "uniform", "min": 0, "max": 1}, "unit": "share"}' "$i"; done
  printf '}, "cashflows": [{"t": 0, "amount": "fixed"}]}'
} > project.json
try
try --sampler plain --cases 100
