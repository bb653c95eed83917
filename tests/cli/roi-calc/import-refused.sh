# Bills and answers that cannot be counted are refused with the place.
H='EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd\n'
P='2025-03-01T00:00:00Z,2025-03-02T00:00:00Z\n'
bill() { printf "$1" > bill.csv; shift; roi-calc import bill.csv "$@"; echo "exit $?"; }
bill ''; bill "$H"; bill "${H}1,USD,Usage,${P}2,EUR,Usage,$P"; bill "${H}1,,Usage,$P"; bill "${H}1,USD,Fee,$P"; bill "${H}\"1.234,56\",USD,Usage,$P"
bill "${H}1,USD,Usage,01/03/2025,02/03/2025\n"; bill "${H}1,USD,Usage,2025-03-02,2025-03-01\n"; bill "${H}NULL,USD,Usage,$P"; bill 'A,B\n1,2\n'
bill "${H}1,USD,Usage,$P" --cost BilledCost; bill "${H}1,USD,Usage,$P" --cost Cost; bill "${H}1,USD,Usage,$P" --by Team
bill "${H}1,USD,Usage,$P" --only Team; bill "${H}1,USD,Usage,$P" --only ChargeCategory=Tax; bill "${H}1,USD,Usage,$P" --currency USD
answer() { printf '%s' "$1" > answer.json; shift; roi-calc import answer.json --layout opencost "$@"; echo "exit $?"; }
W='"window":{"start":"2025-03-01T00:00:00Z","end":"2025-03-02T00:00:00Z"}'
answer '{}'; answer '{}' --currency USD; answer '{}' --currency dollars; answer '{"code":500,"message":"no"}' --currency USD
answer '{"code":200,"data":[]}' --currency USD; answer "{\"code\":200,\"data\":[{\"a\":{$W}}]}" --currency USD
answer "{\"code\":200,\"data\":[{\"a\":{$W,\"totalCost\":\"1\"}}]}" --currency USD
answer "{\"code\":200,\"data\":[{\"a\":{$W,\"totalCost\":1}},{\"a\":{$W,\"totalCost\":1}}]}" --currency USD
answer '{"code":200' --currency USD
# A model in another currency, and what is no model.
echo '{"schema":"daybreak.return-model/1","currency":"CNY","unit":"万","discount_rate":0.1,"inputs":{},"cashflows":[{"t":0,"amount":-1}]}' > model.json
bill "${H}1,USD,Usage,$P" --into model.json
echo '{"schema":"daybreak.return/1"}' > record.json; bill "${H}1,USD,Usage,$P" --into record.json
roi-calc import absent.csv; echo "exit $?"
