# Goals, ranges and names that are none.
cat > project.json << 'END'
{"schema": "daybreak.return-model/1", "currency": "USD", "unit": "million", "discount_rate": 0.1, "inputs": {"a": {"value": 2, "unit": "million USD"}},
 "cashflows": [{"t": 0, "amount": "-a"}, {"t": 1, "amount": "a"}]}
END
try() { roi-calc solve project.json "$@"; echo "exit $?"; }
try; try --input b; try --input a --for npv; try --input a --for npv=x; try --input a --for worth=1; try --input a --for loss=2
try --input a --for loss=0.1; try --input discount_rate --for irr=0.1; try --input a --for irr=-2
try --input a --range 3; try --input a --range 3:1; try --input a --range 1:x; try --input a --plot p.gif
