# Break-evens that are known: one, several, none within the range, none at all, all, where a curve jumps, at a probability.
cat > project.json << 'END'
{"schema": "daybreak.return-model/1", "currency": "USD", "unit": "million", "discount_rate": {"value": 10, "unit": "%"},
 "inputs": {"capex": {"value": 90, "unit": "million USD"}, "saved": {"value": 60, "unit": "million USD"},
            "risk": {"dist": {"type": "normal", "mean": 0, "sd": 10}, "unit": "million USD"}, "idle": {"value": 3, "unit": "GPU"}},
 "expressions": {"wish": {"expression": "if(saved > capex, saved, capex / 2)", "unit": "million USD"}},
 "cashflows": [{"t": 0, "amount": "-capex + risk"}, {"t": 1, "amount": "saved"}, {"t": 2, "amount": "saved"}]}
END
solve() { roi-calc solve project.json -q "$@" > record.json; status=$?; }
is() { jq -e "def near(\$wanted): (. - \$wanted | fabs) <= 1e-12 * (\$wanted | fabs); .solve | $1" record.json > /dev/null || { echo "not $1:"; jq .solve record.json; }; }
solve --input capex; is '.status == "one" and (.roots[0].value | near(60 / 1.1 + 60 / 1.21)) and .now == 90 and .roots[0].kind == "crosses"'
solve --input capex --for irr=0.2; is '.roots[0].value | near(60 / 1.2 + 60 / 1.44)'
# npv = 0 by the discount rate is the rate of return.
solve --input discount_rate; is '.roots[0].value | (. / 100 - (60 + (3600 + 4 * 90 * 60 | sqrt)) / 180 + 1 | fabs) < 1e-14'
solve --input saved --for payback=1.5; is '.roots[0].value | near(60)'
solve --input saved --for wish=45 --range 0:90; is '.status == "everywhere" and .roots[0].from == null and .roots[0].value == 0 and (.roots[0].to - 90 | fabs) < 0.03'
solve --input saved --for wish=70 --range 0:100; [ $status = 0 ] || echo "status $status"; is '.status == "one" and .roots[0].kind == "jumps" and (.roots[0].value | near(90))'
solve --input idle; [ $status = 1 ] || echo "status $status"; is '.status == "none" and .roots == [] and .outside == [] and .at_low == .at_high'
solve --input capex --range 0:50; [ $status = 1 ] || echo "status $status"; is '.status == "none" and (.outside[0].value | near(60 / 1.1 + 60 / 1.21))'
# P(loss) = 5 % where risk + worth - capex is 1.6449 deviations above 0: the normal law's quantile.
solve --input capex --for loss=0.05; is '.roots[0] | ((.value - (60 / 1.1 + 60 / 1.21 - 16.448536269514722)) | fabs) < 0.02 and .standard_error < 0.01 and .standard_error > 0'
cp record.json again.json; solve --input capex --for loss=0.05; cmp record.json again.json
jq -e '.solve.notes == []' record.json > /dev/null || exit 1
solve --input capex; jq -e '.solve.notes == ["at their means: risk"]' record.json > /dev/null || exit 1
# Both rates of a project that has two.
cat > two.json << 'END'
{"schema": "daybreak.return-model/1", "currency": "USD", "unit": "1", "discount_rate": 0.1, "inputs": {"x": {"value": 600, "unit": "USD"}},
 "cashflows": [{"t": 0, "amount": -50}, {"t": 1, "amount": -100}, {"t": 2, "amount": "x"}, {"t": 3, "amount": 300}, {"t": 4, "amount": -100}]}
END
roi-calc solve two.json --input discount_rate --range=-0.9:3 | jq -e '.solve.status == "several" and (.solve.roots | map(.value)
  | (.[0] + 0.768895470680781 | fabs) < 1e-14 and (.[1] - 1.85441782845618 | fabs) < 1e-14 and length == 2)' > /dev/null || exit 1
roi-calc solve two.json --input x --format text | tail -n 4
