# Pictures: payments, tornado, distribution, break-even; what a name holds beyond letters is not executed.
command -v gnuplot > /dev/null || { echo "skipped: no gnuplot"; exit 77; }
cat > project.json << 'END'
{"schema": "daybreak.return-model/1", "currency": "USD", "unit": "million", "discount_rate": 0.1,
 "inputs": {"cost": {"dist": {"type": "triangular", "min": 4, "mode": 5, "max": 9}, "unit": "million USD"},
            "价格": {"dist": {"type": "uniform", "min": 6, "max": 12}, "unit": "million USD"}},
 "cashflows": [{"name": "`touch executed`", "t": 0, "amount": "-cost"}, {"t": 1, "amount": "价格"}]}
END
roi-calc report project.json --cases 64 --plot report.svg -o report.json || exit 1
has() { for title in "${@:2}"; do grep -qF "$title" "$1" || echo "no $title in $1"; done; }
has report.svg 'present value of the payments, year by year' 'million USD' npv 'one input at a time' 'cost: 4.70711 to 7.58579' 'at the high value' '% of the cases'
roi-calc sens project.json --cases 64 --plot tornado.svg -o sens.json && has tornado.svg 'one input at a time' 'npv (million USD)' || exit 1
roi-calc mc project.json --cases 64 --plot distribution.svg -o mc.json && has distribution.svg 'percentiles 5, 50 and 95' 'npv (million USD)' || exit 1
roi-calc solve project.json --input cost --plot curve.svg -o solve.json && has curve.svg 'cost (million USD)' 'npv (million USD)' 8.18182 || exit 1
roi-calc solve project.json --input cost --plot curve.png -o solve.json && [ "$(head -c 4 curve.png | tail -c 3)" = PNG ] || exit 1
[ ! -e executed ]
