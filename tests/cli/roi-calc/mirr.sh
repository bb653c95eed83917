# The example of spreadsheets' MIRR; without inflows there is none.
printf 'period,amount\n0,-120000\n1,39000\n2,30000\n3,21000\n4,37000\n5,46000\n' > flows.csv
roi-calc mirr flows.csv --finance-rate 0.1 --reinvest-rate 0.12
printf '0,-1\n1,-2\n' | roi-calc mirr - --finance-rate 0.1 --set reinvest-rate=0.1 --format text
echo "exit $?"
roi-calc mirr flows.csv --finance-rate 0.1; echo "exit $?"
roi-calc mirr flows.csv --finance-rate -1 --reinvest-rate 0.1; echo "exit $?"
