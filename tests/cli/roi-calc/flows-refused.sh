# Numbers and dates for people are refused with the line and what to write instead.
try() { printf "period,amount\n0,-100\n1,$1\n" > flows.csv; roi-calc npv flows.csv --rate 0.1; echo "exit $?"; }
try '7%%'; try '(12)'; try '"1,234.5"'; try '"1.234,56"'; try '$5'; try '¥5'; try '5万'; try '3亿'; try '5 million'
try nan; try inf; try NULL; try 1e400; try ''
day() { printf "date,amount\n2024-02-29,-100\n$1,5\n" > flows.csv; roi-calc irr flows.csv; echo "exit $?"; }
day 2023-02-29; day 1900-02-29; day 2024-03-01T12:00+02:00; day 01/02/2024; day 45292; day ''
file() { printf "$1" > flows.csv; roi-calc irr flows.csv; echo "exit $?"; }
file ''; file 'period,amount\n'; file 'period,money\n0,1\n'; file 'period,amount\n-1,1\n'
file 'period,amount\n0,1\n1\n'; file 'period,amount\n0,"1\n'
file 'period,amount,currency\n0,-1,EUR\n1,2,USD\n'; file 'period,amount,unit\n0,-1,million\n1,2,万\n'
roi-calc npv flows.csv --rate 7%; echo "exit $?"
printf '0,-100\n10000,5\n' > flows.csv
roi-calc npv flows.csv --rate -1; echo "exit $?"
roi-calc npv flows.csv --rate -0.5; echo "exit $?"
roi-calc npv flows.csv; echo "exit $?"
roi-calc npv absent.csv --rate 0.1; echo "exit $?"
