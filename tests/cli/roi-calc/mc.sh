# Monte Carlo of a model whose mean is known: the same bytes for any number of threads, other ones for another seed, every case on demand.
cat > project.json << 'END'
{"schema": "daybreak.return-model/1", "currency": "USD", "unit": "million", "discount_rate": 0,
 "inputs": {"cost": {"dist": {"type": "triangular", "min": 4, "mode": 5, "max": 9}, "unit": "million USD"},
            "limit": {"value": 6, "unit": "million USD"},
            "units": {"dist": {"type": "lognormal", "mu": 0, "sigma": 0.3}, "unit": "share"},
            "price": {"dist": {"type": "uniform", "min": 6, "max": 12}, "unit": "million USD"}},
 "correlations": [["units", "price", -0.5]],
 "expressions": {"overshoot": "max(cost - limit, 0)"},
 "cashflows": [{"t": 0, "amount": "-cost"}, {"t": 1, "amount": "units * price"}]}
END
roi-calc mc project.json --cases 4096 --samples samples.csv -o one.json || exit 1
roi-calc mc project.json --cases 4096 --samples again.csv -j 5 -o five.json || exit 1
cmp one.json five.json && cmp samples.csv again.csv || exit 1
roi-calc mc project.json --cases 4096 --seed 2 -o other.json && ! cmp -s one.json other.json || exit 1
# Every case, with its result; their mean and 5 % quantile are those of the record.
[ "$(head -n 1 samples.csv)" = replicate,case,cost,limit,units,price,discount_rate,npv ] || exit 1
awk -F, '
  NR > 1 { if (($5 * $6 - $3 - $8)^2 > 1e-24) exit 1; n++; sum += $8; if ($8 < 0) loss++ }
  END { printf "%.9g %.12g %d\n", sum / n, loss / n, n }' samples.csv > computed || exit 1
read -r mean loss count < computed
jq -e --argjson mean "$mean" --argjson loss "$loss" --argjson count "$count" '
  .schema == "daybreak.return/1" and (.mc.mean - $mean | fabs) < 1e-7 and (.mc.probability_of_loss - $loss | fabs) < 1e-9
  and .mc.results == $count and $count == 16 * 4096 and .mc.p5 < .mc.p50 and .mc.p50 < .mc.p95 and .mc.standard_error > 0
  and .mc.undefined == 0 and .mc.intervals.p95.low < .mc.p95 and .inputs.correlations == [["units", "price", -0.5]]
  and (.inputs.assumptions | length) == 5' one.json > /dev/null || exit 1
tail -n +2 samples.csv | cut -d, -f8 | sort -g | sed -n "$((count / 20 + 1))p" > p5
jq -e --slurpfile p5 p5 '(.mc.p5 - $p5[0] | fabs) < 1e-12' one.json > /dev/null || exit 1
# Independent cases differ by no more than their error; a named expression; a percentile more.
roi-calc mc project.json --sampler plain --cases 3000 --percentile 1 --percentile 99.5 --of overshoot > plain.json || exit 1
jq -e '(.mc.mean - 0.45 | fabs) < 4 * .mc.standard_error and .mc.p1 == 0 and .mc["p99.5"] > 2' plain.json > /dev/null || exit 1
# Tables for people and for spreadsheets.
roi-calc mc project.json --cases 64 --format csv > table.csv || exit 1
[ "$(cut -d, -f1 table.csv | paste -sd' ')" = 'statistic mean p5 p50 p95 probability_of_loss' ] || exit 1
[ "$(awk -F, '{ print NF }' table.csv | sort -u)" = 5 ] || exit 1
roi-calc mc project.json --cases 64 --format text | grep -q '^probability of a loss  *10'
