# A run's metrics in a few figures, of a run that goes on and was broken too, and a picture.
. "$CASES/lib.bash"
train --init $tiny --steps 20 --save-every 10 --val-share 10% --eval-every 10 --out out --metrics m.jsonl || exit 1
train --steps 30 --val-share 10% --out out --resume --metrics m.jsonl || exit 1
train-shard report m.jsonl > found.json || exit 1
jq -e -s '.[0] as $found | .[1:] | map(select(.type == "validation")) as $tried | map(select(.type == "step")) as $steps
  | $found.steps == 30 and $found.first_loss == $steps[0].loss and $found.loss == $steps[-1].loss
  and $found.best_validation_loss == ($tried | map(.loss) | min) and $found.tokens_per_s > 0
  and ([$steps[].mfu, $found.mfu] | sort | .[15] == $found.mfu) and ([$steps[].busy_share, $found.busy_share] | sort | .[15] == $found.busy_share)' found.json m.jsonl > /dev/null || { cat found.json; exit 1; }
sed 's/"mfu":[^,}]*/"mfu":null/; s/"busy_share":[^,}]*/"busy_share":null/' m.jsonl > unknown.jsonl
train-shard report unknown.jsonl | jq -c '[.mfu, .busy_share, .tokens_per_s > 0]'
{ head -n 8 m.jsonl; echo -n '{"type":"step","st'; } > cut.jsonl
train-shard report cut.jsonl | jq -c .best_validation_loss
echo '{"type":"step"}' > bad.jsonl
train-shard report bad.jsonl; echo "no beginning: $?"
sed 's/"tokens_per_s":[^,}]*/"tokens_per_s":null/' m.jsonl > slow.jsonl
train-shard report slow.jsonl; echo "no speed: $?"
train-shard report m.jsonl --plot loss.txt > /dev/null; echo "no picture: $?"
command -v gnuplot > /dev/null || exit 0
train-shard report m.jsonl --plot loss.svg > /dev/null || exit 1
grep -q '</svg>' loss.svg
