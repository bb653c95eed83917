# Numbers for people are refused with the line and what to write instead.
try() { printf "period,amount\n0,-100\n1,$1\n" > flows.csv; roi-calc npv flows.csv --rate 0.1; echo "exit $?"; }
try '7%%'; try '(12)'; try '"1,234.5"'; try '$5'; try nan; try ''
roi-calc npv flows.csv --rate 7%; echo "exit $?"
roi-calc npv flows.csv --rate -1; echo "exit $?"
roi-calc npv absent.csv --rate 0.1; echo "exit $?"
