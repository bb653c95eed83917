# Three providers: the cheapest plan, spot and distance, an N+1 plan, a load from a trace.
cat > regions.json <<'END'
{"schema": "daybreak.regions/1", "regions": [
  {"name": "west", "provider": "A", "price_per_hour": 2.1, "spot_price_per_hour": 0.8, "capacity": 60, "round_trip_ms": 20},
  {"name": "east", "provider": "B", "price_per_hour": 1.9, "capacity": 50, "egress_usd_per_unit": 0.00001, "round_trip_ms": 70},
  {"name": "north", "provider": "C", "price_per_hour": 1.5, "capacity": 40, "speed": 0.7, "availability": 0.98, "round_trip_ms": 180}]}
END
plan() { plan-scale plan --regions regions.json --service-rate 10 "$@"; }
plan --load 500
plan --load 700 --max-spot-share 0.3 --max-round-trip 100 --target-percentile 95:20ms --format text
plan --load 500 --survive-region --loss-utilization 0.95 --band 0.3:0.92 --max-spot-share 0.5 --format text
awk 'BEGIN{print "timestamp,value"; for(i=0;i<1000;i++) print i*60 "," (i+1)*30}' > load.csv
plan --trace load.csv --percentile 90 --format json | grep -E 'load|"nodes"' | head -3

# One pool of one kind: the sizes below which a band and an objective cannot both hold are those of the exact formulas.
echo '{"schema":"daybreak.regions/1","regions":[{"name":"a","price_per_hour":1,"capacity":1000}]}' > one.json
plan-scale plan --regions one.json --service-rate 1 --load 50 --target-percentile 95:100ms --format text; echo "exit $?"
plan-scale plan --regions one.json --service-rate 1 --load 90 --target-percentile 95:100ms --band 0.85:0.885 --format text; echo "exit $?"

# Billing rows price what has a sku.
cat > bill.csv <<'END'
"BillingCurrency","ChargeCategory","ListCost","PricingCategory","PricingQuantity","PricingUnit","ProviderName","RegionId","Id","SkuId"
"USD","Usage","3.40","Standard",10,"Hours","A","w-1",1,"S"
"USD","Usage",NULL,"Standard",10,"Hours","A","w-1",2,"S"
"USD","Usage","0.30","Dynamic",2,"Hours","A","w-1",3,"S"
END
echo '{"schema":"daybreak.regions/1","regions":[{"name":"a","provider":"A","region_id":"w-1","sku":"S","capacity":100}]}' > priced.json
plan-scale plan --regions priced.json --service-rate 1 --load 90 --prices bill.csv --format json | grep -A 17 '"prices"'
