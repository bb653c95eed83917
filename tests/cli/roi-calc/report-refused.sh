# What a model cannot be is told with its place; a result that is none ends with 1 and says why.
model() { jq -n --argjson inputs "$1" --argjson flows "$2" --argjson more "${3:-{\}}" '
  {schema: "daybreak.return-model/1", currency: "USD", unit: "million", discount_rate: 0.1, inputs: $inputs, cashflows: $flows} + $more' > model.json; }
try() { roi-calc report model.json "$@" > record.json; echo "exit $?"; }
x='{"x": {"value": 2, "unit": "million USD"}}'
model "$x" '[{"t": 0, "amount": "-x + "}]'; try
model "$x" '[{"t": 0, "amount": "-y"}]'; try
model '{"x": {"value": 2, "unit": "万 CNY"}}' '[{"t": 0, "amount": "-x"}]'; try
model '{"x": {"value": 2, "unit": "¥"}}' '[{"t": 0, "amount": "-x"}]'; try
model '{"x": {"value": "7%"}}' '[{"t": 0, "amount": "-x"}]'; try
model "$x" '[{"t": 0, "amount": "x"}]' '{"correlations": [["x", "x", 2]]}'; try
model "$x" '[{"t": 0, "amount": "-x"}]'; try --scenario good; try --set y=2; try --set x=@absent.json:/a
echo '{"schema": "daybreak.train/1", "tokens_per_s": 3, "input_bytes": 5}' > record
try --set x=@record:/tokens_per_s; try --set x=@record:/loss
echo '{"schema": "daybreak.train/2", "input_bytes": 5}' > record; try --set x=@record:/input_bytes
model "$x" '[{"t": 0, "amount": "-x"}, {"t": 1, "amount": "x * x / (x - x)"}]'; try; jq -c '.report.figures.npv' record.json
model "$x" '[{"t": 0, "amount": "-x"}, {"t": 1, "amount": "-x"}]'; try; jq -c '.report.figures.irr, .report.figures.payback' record.json
model '{"x": {"dist": {"type": "normal", "mean": 0.5, "sd": 1}}, "unit": {"value": 1, "unit": "USD"}}' '[{"t": 0, "amount": "unit * log(x)"}]'; try --cases 64; jq -c '.report.chance | .undefined > 100, .mean.value' record.json
model "$x" '[{"t": 0, "amount": "-x"}]'; try --plot p.gif
sed -i 's/million/fortnight/' model.json; try
echo '{' > model.json; try
echo '{"schema": "daybreak.plan/1"}' > model.json; try
