# A profile's plan: the model and the text are read, nothing is measured or written.
awk 'BEGIN { for (i = 0; i < 800; i++) print i, "line" }' > text
compress-dataset text -o data.h5 > /dev/null
tiny=gpt2:d=32,layers=2,heads=2,vocab=256,context=32
train-shard run --init $tiny --data data.h5 --out model --steps 1 --batch 2 --context 32 > /dev/null || exit 1
profile-precision profile model --data data.h5 --tokens 640 -o p.h5 --dry-run > plan.json || exit 1
[ ! -e p.h5 ] || exit 1
jq -e '.schema == "daybreak.profile/1" and .dry_run and .num_parameters == 34688 and .num_tokens == 640
  and .num_sequences == 20 and .device_bytes > 0' plan.json > /dev/null || { cat plan.json; exit 1; }
profile-precision profile absent --data data.h5 -o p.h5 --dry-run 2> message; [ $? = 66 ]
