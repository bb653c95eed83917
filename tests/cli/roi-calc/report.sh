# A model whose figures are known in closed form, to the last digits; amounts in 万 and in millions are one.
cat > project.json << 'END'
{"schema": "daybreak.return-model/1", "title": "A small data center", "currency": "CNY", "unit": "million", "horizon": 4,
 "discount_rate": {"value": 10, "unit": "%", "source": "bank"},
 "inputs": {"capex": {"value": 10000, "unit": "万 CNY", "source": "offer of 3 May"}, "saved": {"value": 0.4, "unit": "亿 CNY"}, "growth": 0.05},
 "cashflows": [{"name": "building", "t": 0, "amount": "-capex"}, {"name": "savings", "from": 1, "amount": "saved * (1 + growth)^(t - 1)"}],
 "scenarios": {"bad": {"saved": {"value": 25, "unit": "million CNY", "source": "half the staff stays"}}}}
END
roi-calc report project.json -q -o one.json --depfile rule.d || exit 1
grep -q 'project.json' rule.d || exit 1
jq -e '
  def near($wanted): (. - $wanted | fabs) <= 1e-12 * ($wanted | fabs);
  .schema == "daybreak.return/1" and .inputs.money_unit == "million CNY" and .inputs.title == "A small data center"
  and (.inputs.assumptions | map(.name)) == ["capex", "saved", "growth", "discount_rate"] and .inputs.assumptions[0].source == "offer of 3 May"
  and (.report.payments | map(.amount) | .[0] == -100 and (.[4] | near(46.305))) and (.report.payments[1].name == "savings")
  and (.inputs.formulas[1].expression == "saved * (1 + growth)^(t - 1)")
  and (.report.figures.npv.value | near(-100 + 40 / 1.1 + 42 / 1.21 + 44.1 / 1.331 + 46.305 / 1.4641))
  and (.report.figures.profitability_index.value | near((40 / 1.1 + 42 / 1.21 + 44.1 / 1.331 + 46.305 / 1.4641) / 100))
  and (.report.figures.payback.value | near(2 + 18 / 44.1)) and .report.chance == null' one.json > /dev/null || { cat one.json; exit 1; }
# The rate of return is the rate at which nothing is left, and the same as of a file of payments.
jq -r '"period,amount", (.report.payments[] | "\(.year),\(.amount)")' one.json > flows.csv
roi-calc irr flows.csv | jq -e --slurpfile one one.json '(.irr.irr - $one[0].report.figures.irr.value | fabs) < 1e-12' > /dev/null || exit 1
roi-calc npv flows.csv --rate 0.1 | jq -e --slurpfile one one.json '(.npv.npv - $one[0].report.figures.npv.value | fabs) < 1e-10' > /dev/null || exit 1
# Scenarios and settings, which win; a setting out of a record keeps its unit.
echo '{"schema": "daybreak.plan/1", "saved_share": 0.07}' > other.json
roi-calc report project.json -q --scenario bad --set growth=@other.json:/saved_share --depfile rule.d -o set.json && grep -q 'other.json' rule.d || exit 1
jq -e '(.report.payments[2].amount - 26.75 | fabs) < 1e-12 and .inputs.assumptions[1].source == "scenario bad: half the staff stays"' set.json > /dev/null || exit 1
# The page for people: assumptions first, then formulas, payments, results.
roi-calc report project.json -q --format text > page || exit 1
head -n 3 page
grep -n '^Assumptions$\|^Formulas$\|^Payments\|^Results\|^npv\|^irr\|^No input' page
# With chance: the same bytes for any number of threads.
jq '.inputs.growth = {"dist": {"type": "normal", "mean": 0.05, "sd": 0.1}}' project.json > chance.json
roi-calc report chance.json -q --cases 256 -o a.json && roi-calc report chance.json -q --cases 256 -j 3 -o b.json && cmp a.json b.json || exit 1
jq -e '.report.chance | .p5.value < .p50.value and .p50.value < .p95.value and .probability_of_loss.value > 0 and .cases == 4096' a.json > /dev/null || exit 1
