# Which inputs matter, of a value whose shares of variance are known: x + y * z, with y and z around 0 in effect alone.
cat > project.json << 'END'
{"schema": "daybreak.return-model/1", "currency": "USD", "unit": "1", "discount_rate": 0,
 "inputs": {"x": {"dist": {"type": "normal", "mean": 10, "sd": 3}, "unit": "USD"},
            "y": {"dist": {"type": "normal", "mean": 0, "sd": 2}, "unit": "USD"},
            "z": {"dist": {"type": "uniform", "min": -3, "max": 3}, "unit": "share"},
            "fixed": {"value": 4, "unit": "USD"}},
 "expressions": {"bent": "(fixed + x) * z^2"},
 "cashflows": [{"t": 0, "amount": "x + y * z - fixed"}]}
END
roi-calc sens project.json -o one.json && roi-calc sens project.json -j 3 -o three.json && cmp one.json three.json || exit 1
# Variances: 9 of x alone, 4 * 3 of y and z together.
jq -e '
  def near($wanted): (. - $wanted | fabs) < 0.01;
  (.sens.sobol | map(.input)) == ["x", "y", "z"] and (.sens.base == 6)
  and (.sens.sobol[0] | (.first.value | near(9 / 21)) and (.total.value | near(9 / 21)) and .first.low < 9 / 21 and .first.high > 9 / 21)
  and (.sens.sobol[1] | (.first.value | near(0)) and (.total.value | near(12 / 21)))
  and (.sens.sobol[2] | (.first.value | near(0)) and (.total.value | near(12 / 21)))
  and (.sens.tornado | map(.input)) == ["x", "y", "z"] and .sens.tornado[1].swing == 0
  and (.sens.tornado[0].swing - 6 * 1.2815515655446004 | fabs) < 1e-12
  and (.sens.elasticities[0].elasticity - 10 / 6 | fabs) < 1e-9 and .sens.elasticities[1].elasticity == null
  and (.sens.elasticities[3].slope + 1 | fabs) < 1e-9' one.json > /dev/null || exit 1
# A share of the mean moves constants too; what turns between the ends is told, and swings though the ends are alike.
roi-calc sens project.json --of bent --range p5:p95 | jq -e '
  .sens.tornado[0] | .input == "z" and .monotone == false and (.low_result - .high_result | fabs) < 1e-9
  and (.swing - 14 * 2.7 * 2.7 | fabs) < 1e-9' > /dev/null || exit 1
roi-calc sens project.json --range 25% --cases 64 | jq -e '
  (.sens.tornado | map(.input)) == ["x", "fixed"] and .sens.tornado[1].low_input == 3 and .sens.tornado[1].swing == 2' > /dev/null || exit 1
roi-calc sens project.json --cases 64 --format csv > table.csv || exit 1
[ "$(wc -l < table.csv)" = 4 ] && [ "$(awk -F, '{ print NF }' table.csv | sort -u)" = 15 ] || exit 1
roi-calc sens project.json --cases 64 --format text | grep -q '^npv with all inputs at their means: 6$'
