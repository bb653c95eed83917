# A pretrained model learns from little stories like those that it knows: its loss on stories held out falls.
model=$DAYBREAK_DATA/hf/stories260K
[ -e "$model" ] || { echo "skipped: no real data"; exit 77; }
awk 'function one(list,  parts) { return parts[1 + int(rand() * split(list, parts, "|"))] }
  BEGIN { srand(4); for (i = 0; i < 1500; i++) {
    name = one("Lily|Tom|Mia|Ben|Sue|Max|Anna|Tim"); friend = one("dog|cat|bird|bunny|frog|bear"); thing = one("ball|cake|boat|hat|flower|kite|toy car")
    place = one("park|garden|forest|beach|big house"); feeling = one("happy|sad|scared|excited")
    print "Once upon a time, there was a little " one("girl|boy|child") " named " name ". " name " had a " one("big|small|red|blue|pretty") " " thing ". One day, " name \
      " went to the " place " with a " friend ". They saw a " one("big tree|little pond|funny rock|shiny star") " and felt very " feeling ". \"Can we play with the " thing "?\" asked the " friend \
      ". " name " said, \"Yes, let us share!\" They played all day, and then they went home. " name " was " one("happy|tired|proud") " and said, \"I love my " friend ".\"" } }' > stories.txt
compress-dataset stories.txt --tokenizer "$model" -o stories.h5 > /dev/null || exit 1
loss() { train-shard evaluate --model "$1" --data stories.h5 --share 10% --context 128 | jq .loss; }
before=$(loss "$model")
train-shard run --model "$model" --data stories.h5 --val-share 10% --context 128 --steps 60 --warmup 5 --lr 1e-3 --out tuned --batch 8 > tuned.jsonl || exit 1
after=$(loss tuned)
jq -en "$after < $before - 0.5 and $before < 3" > /dev/null || echo "held out: $before before, $after after"
[ "$(tail -n 1 tuned.jsonl | jq .validation_loss)" = "$after" ] || { tail -n 1 tuned.jsonl; echo $after; }
cmp "$model/tokenizer.json" "tuned/$(cat tuned/latest)/tokenizer.json"
