# shellcheck shell=bash
prepare() {
  echo '{"schema": "daybreak.return-model/1", "currency": "USD", "unit": "million", "discount_rate": 0.1,
    "inputs": {"a": {"dist": {"type": "normal", "mean": 5, "sd": 1}, "unit": "million USD"}}, "cashflows": [{"t": 0, "amount": "-a"}]}' > model.json
}
command() { exec roi-calc report model.json --cases 256 -o "$1"; }
