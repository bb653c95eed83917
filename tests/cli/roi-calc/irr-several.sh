# Every rate, and the one that each rule selects.
printf 'period,amount\n0,-50\n1,-100\n2,600\n3,300\n4,-100\n' > flows.csv
roi-calc irr flows.csv
for pick in smallest-positive excel npf; do roi-calc irr flows.csv --pick $pick | grep '"irr": [0-9-]'; done
roi-calc irr flows.csv --pick excel --guess -0.8 | grep '"irr": [0-9-]'
roi-calc irr flows.csv --format text
