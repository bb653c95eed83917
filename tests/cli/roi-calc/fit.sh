# Past projects whose kink is at 50: coefficients, intervals, other forms; an outlier; losses; another formula.
plant() { awk -v outlier="$1" 'BEGIN { print "spent,growth,roi,note"
  for (i = 0; i < 40; i++) { spent = i * 2.5; growth = 1 + i * 7 % 10 / 2.5; noise = 1 + 0.04 * ((i * 29 % 41) - 20) / 20
    roi = 2.5 * growth * (1 + 0.8 * (spent < 50 ? spent / 50 : 1)) * noise
    if (i == 7 && outlier) roi *= 3
    printf "%g,%g,%.6g,\"p, %d\"\n", spent, growth, roi, i } }'; }
plant 0 > projects.csv
plant 1 > outlier.csv
roi-calc fit projects.csv --investment-column spent --format text
roi-calc fit outlier.csv --investment-column spent --loss huber --format text
roi-calc fit outlier.csv --investment-column spent -o squares.json
roi-calc fit outlier.csv --investment-column spent --loss huber -o huber.json
jq -e '.fit.warnings | any(contains("outlier.csv:9"))' squares.json > /dev/null || echo "the outlier is not named"
jq -e -n --slurpfile s squares.json --slurpfile h huber.json '($h[0].fit.coefficients.k | .low < 50 and 50 < .high and .high - .low < 20)' > /dev/null || jq .fit.coefficients huber.json
jq -e '.fit | .status == "ok" and .errors == "relative" and .best_form == "literal" and (.forms | length) == 5 and
  .forms[0].bic_over_best == 0 and (.coefficients.b | .low < 2.5 and 2.5 < .high)' huber.json > /dev/null || jq .fit huber.json
# The same bytes again, and through a pipe.
roi-calc fit - --investment-column spent < outlier.csv | jq .fit > again.json; jq .fit squares.json | sed 's/outlier.csv:/stdin:/g' | cmp - again.json
# NIST's Misra1a, from its first starting point.
printf 'y,x\n10.07,77.6\n14.73,114.9\n17.94,141.1\n23.93,190.8\n29.61,239.9\n35.18,289.0\n40.02,332.8\n44.82,378.4\n50.76,434.8\n55.05,477.3\n61.01,536.8\n66.40,593.1\n75.47,689.1\n81.78,760.0\n' > misra.csv
roi-calc fit misra.csv --formula 'b1 * (1 - exp(-b2 * x))' --of y --start b1=500 --start b2=0.0001 --format text
