# What is written follows from model, prompt, options and seed alone; the record holds text and tokens.
. "$CASES/lib.bash"
model=gpt2:d=32,layers=1,heads=1,vocab=256,context=16
write() { train-shard sample --init $model --prompt ab --tokens 40 "$@"; }
write > greedy && write -j 1 | cmp - greedy || exit 1
write --temperature 1 --seed 0 > first && write --temperature 1 --seed 0 -j 1 | cmp - first || exit 1
cmp -s greedy first && { echo "temperature changes nothing"; exit 1; }
jq -e -s '.[0].prompt_tokens == 2 and (.[0].tokens | length) == 42 and .[0].tokens[:2] == [97, 98] and .[0].stopped_by == "tokens"' greedy > /dev/null || { cat greedy; exit 1; }
write --temperature 1 --top-k 1 > one && jq .tokens one | cmp - <(jq .tokens greedy) || exit 1
