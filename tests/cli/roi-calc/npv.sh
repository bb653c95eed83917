# Both conventions of NPV, the index, the annual equivalent, inflation, the middle of periods.
printf 'period,amount,currency,unit\n0,-10000,EUR,thousand\n1,3000,EUR,thousand\n2,4200,EUR,thousand\n3,6800,EUR,thousand\n' > flows.csv
roi-calc npv flows.csv --rate 0.1
roi-calc npv flows.csv --rate 0.1 --npv excel | jq .npv.npv
roi-calc npv flows.csv --set rate=0.155 --inflation 0.05 | jq -c '[.inputs, .npv]'
roi-calc npv flows.csv --rate 0.1 --timing mid | jq -c '[.method, .npv.npv]'
roi-calc npv flows.csv --rate 0.1 --format text
