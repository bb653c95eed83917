# The stream has what the conventions promise: a schema first, a summary last, every field of every step.
. "$CASES/lib.bash"
train --init $tiny --steps 6 --val-share 10% --eval-every 3 --out out --metrics stream --seed 5 || exit 1
jq -e -s '.[0].type == "begin" and .[0].schema == "daybreak.train/1" and .[-1].type == "summary" and (map(.type) | join(" ")) ==
  "begin step step step validation step step step validation summary"' stream > /dev/null || { cat stream; exit 1; }
jq -e -s 'map(select(.type == "step")) | all(.[]; [has("step", "loss", "lr", "grad_norm", "tokens", "tokens_per_s", "mfu", "busy_share", "data_stall_share",
  "memory_peak_bytes", "loss_scale", "skipped")] | all)' stream > /dev/null || exit 1
jq -e -s '.[-1] | .steps == 6 and .stopped_by == "steps" and .validation_loss > 0 and .tokens_per_s > 0 and .memory_peak_bytes > 0' stream > /dev/null || exit 1
# A resumed run continues the file; nothing is left to do here.
train --steps 6 --val-share 10% --out out --metrics stream --seed 5 --resume || exit 1
jq -e -s 'map(.type) | join(" ") == "begin step step step validation step step step validation summary begin validation summary"' stream > /dev/null || { jq -c .type stream; exit 1; }
# The loss that evaluate finds is that of the validation.
train-shard evaluate --model out --data data.h5 --share 10% --context 32 --batch 4 > found.json || exit 1
jq -e -s '.[0].loss == (.[1:] | map(select(.type == "summary"))[0].validation_loss)' found.json stream > /dev/null || { cat found.json; exit 1; }
# The text is easy: two words and a count.
train --init $tiny --steps 150 --val-share 10% --out learned > stream || exit 1
jq -e -s '.[-1].validation_loss < 0.6' stream > /dev/null || { tail -n 1 stream; exit 1; }
train-shard sample --model learned --prompt $'tick 1\n' --tokens 30 --format text > text
grep -qE '^(the|a) (tick|tock) [0-6]$' text || { cat text; exit 1; }
