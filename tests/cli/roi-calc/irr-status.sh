# How many rates there are, and why there is none: the exit status is 1 where nothing is selected.
try() {
  printf 'period,amount\n'"$1" | roi-calc irr - $2 > rates.json; echo "exit $?"
  jq -c '.irr | [.status, .roots, .conditions, .growth_factors, .count_proved, .warnings]' rates.json
}
try '0,0\n1,0\n'
try '0,-5\n1,-5\n'
try '0,5\n'
try '0,-1\n1,3\n2,-2.5\n'
try '0,-100\n1,50\n' '--pick smallest-positive'
try '0,1\n1,-2\n2,1\n'
try '0,1\n1,-2.2\n2,1.21\n'
try '0,100\n1,-110\n'
try '0,-1000000000\n1,0.000000000001\n'
try '0,-1\n1,50000\n'
printf '2024-01-01,-1\n2024-01-02,8\n' | roi-calc irr - | jq -c '.irr.warnings'
printf '0,1\n1.1,-2\n2.2,1\n' | roi-calc irr - | jq -c '[.irr.count_proved, .irr.warnings]'
