# What cannot be told is refused, or said.
model() {
  cat > project.json << END
{"schema": "daybreak.return-model/1", "currency": "USD", "unit": "1", "discount_rate": 0.1,
 "inputs": {"a": $1, "b": $2}, "correlations": [$3], "expressions": {"ratio": "1 / (a - b)", "rare": "log((b - a) / a)"},
 "cashflows": [{"t": 0, "amount": "-a"}, {"t": 1, "amount": "b"}]}
END
}
try() { roi-calc sens project.json "$@" > result; echo "exit $?"; }
sure='{"value": 5, "unit": "USD"}' unsure='{"dist": {"type": "uniform", "min": 4, "max": 9}, "unit": "USD"}'
model "$sure" "$unsure" ""
try --range p90:p10
try --range 7
try --cases 1000
try --of profit
try --of rare
jq -c '.sens | .sobol, .sobol_reason, (.tornado | map([.input, .swing, .undefined]))' result
model "$sure" "$sure" ""
try
jq -c '.sens | .sobol, (.tornado | length)' result
try --of ratio
model "$unsure" "$unsure" '["a", "b", 0.5]'
try
jq -c '.sens | .sobol, (.tornado | length)' result
