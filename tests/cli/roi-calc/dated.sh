# The example of spreadsheets' XNPV and XIRR, in any order, and the same under other day counts.
printf 'date,amount,note\n2009-02-15,3250,\n2008-01-01,-10000,start\n2008-03-01,2750,\n' > flows.csv
printf '2008-10-30,4250,"two\nlines"\n2009-04-01,2750,\n' >> flows.csv
for count in act/365 act/360 act/act 30/360 30E/360; do
  roi-calc npv flows.csv --rate 0.09 --day-count $count | jq -r '[.method, .npv.npv] | @text'
  roi-calc irr flows.csv --day-count $count | jq -r '[.method, .irr.irr] | @text'
done
roi-calc npv flows.csv --rate 0.09 --timing mid; echo "exit $?"
