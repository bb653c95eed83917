# Bills and cluster costs as inputs of a model; every row once; one column.
cat > bill.csv <<'END'
BilledCost,EffectiveCost,ListCost,ContractedCost,BillingCurrency,ChargeCategory,ChargeClass,ChargeFrequency,ChargePeriodStart,ChargePeriodEnd,CommitmentDiscountId,CommitmentDiscountStatus,ServiceCategory,PricingQuantity,PricingUnit,SkuId,InvoiceId
7300,0,7300,7300,USD,Purchase,NULL,One-Time,2025-03-01T00:00:00Z,2026-03-01T00:00:00Z,plan-1,NULL,Compute,1,Each,PLAN,I1
0,400,900,600,USD,Usage,NULL,Usage-Based,2025-03-01T00:00:00Z,2025-03-16T00:00:00Z,plan-1,Used,Compute,300,Hours,GPU,I1
0,200,0,0,USD,Usage,NULL,Usage-Based,2025-03-01T00:00:00Z,2025-03-16T00:00:00Z,plan-1,Unused,Compute,100,Hours,GPU,I1
50,50,50,50,USD,Usage,NULL,Usage-Based,2025-03-16T00:00:00Z,2025-03-31T00:00:00Z,NULL,NULL,Storage,10,Hours,DISK,I1
-20,-20,0,-20,USD,Usage,Correction,Usage-Based,2025-02-01T00:00:00Z,2025-02-02T00:00:00Z,NULL,NULL,Storage,-4,Hours,DISK,I1
-30,-30,0,-30,USD,Credit,NULL,One-Time,2025-03-01T00:00:00Z,2025-03-02T00:00:00Z,NULL,NULL,Compute,NULL,NULL,NULL,I1
40,40,40,40,USD,Tax,NULL,Usage-Based,2025-03-01T00:00:00Z,2025-03-31T00:00:00Z,NULL,NULL,"",NULL,NULL,NULL,I1
END
roi-calc import bill.csv --format text
roi-calc import bill.csv --format text --cost ListCost --by ServiceCategory
roi-calc import bill.csv --format text --only SkuId=GPU --only ChargeCategory=Usage
cat > answer.json <<'END'
{"code": 200, "status": "success", "data": [{
 "train": {"name": "train", "window": {"start": "2025-03-01T00:00:00Z", "end": "2025-03-02T00:00:00Z"}, "minutes": 1440, "gpuHours": 96, "gpuCost": 240, "cpuCost": 10, "totalCost": 260},
 "__idle__": {"name": "__idle__", "window": {"start": "2025-03-01T00:00:00Z", "end": "2025-03-02T00:00:00Z"}, "minutes": 1440, "gpuHours": 0, "gpuCost": 60, "cpuCost": 5, "totalCost": 65}}]}
END
roi-calc import answer.json --layout opencost --currency USD --format text
roi-calc import answer.json --layout opencost --currency USD --idle leave-out --cost gpuCost --format text
# Into a model, which then runs; its own inputs stay.
cat > model.json <<'END'
{"schema": "daybreak.return-model/1", "currency": "USD", "unit": "thousand", "discount_rate": 0.1,
 "inputs": {"cost_per_year": {"value": 1, "unit": "thousand USD/year"}, "years": {"value": 2, "unit": "year"}},
 "cashflows": [{"t": 0, "amount": "-cost_per_year * years"}]}
END
roi-calc import bill.csv --into model.json -o filled.json -q
roi-calc report filled.json -q | jq -e '.report.figures.npv.value + 640 * 8760 / 720 * 2 / 1000 | fabs < 1e-9' > /dev/null || { cat filled.json; roi-calc report filled.json; }
jq -e '.inputs | .years.value == 2 and .cost_per_year.unit == "USD/year" and (.cost.source | contains("EffectiveCost"))' filled.json > /dev/null || cat filled.json
# The record's numbers by pointer.
roi-calc import bill.csv -o costs.json
roi-calc literal --growth 1 --set investment=@costs.json:/import/model_inputs/cost/value | grep -q '"investment_millions": 640' || jq .import costs.json
