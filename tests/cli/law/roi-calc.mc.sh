# shellcheck shell=bash disable=SC2034
moments=8
# Every case of a simulation, beside its result.
prepare() {
  cat > project.json << 'END'
{"schema": "daybreak.return-model/1", "currency": "USD", "unit": "million", "discount_rate": 0.1,
 "inputs": {"cost": {"dist": {"type": "normal", "mean": 5, "sd": 1}, "unit": "million USD"},
            "gain": {"dist": {"type": "pert", "min": 1, "mode": 3, "max": 9}, "unit": "million USD"}},
 "cashflows": [{"t": 0, "amount": "-cost"}, {"from": 1, "to": 4, "amount": "gain"}]}
END
}
command() { exec roi-calc mc project.json --cases 8192 --samples "$1" > /dev/null; }
