# A model learns the same from a joined file as from one that was compressed at once: tokens of a tokenizer and of a file,
# and the rows of a table; a run that was begun on one goes on on the other.
fail() { echo "$*"; cat message 2> /dev/null; exit 1; }
awk 'BEGIN { srand(3); for (i = 0; i < 3000; i++) printf "line %d of %d, the %s one\n", i % 17, int(rand() * 9), i % 3 ? "usual" : "other" }' > text.txt
mkdir tok; cat > tok/tokenizer.json <<'JSON'
{"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
 "post_processor": null, "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
 "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
  "vocab": VOCABULARY, "merges": ["l i", "n e", "li ne", "o t", "h e"]}}
JSON
vocabulary=$(awk 'BEGIN { n = 0; printf "{\"Ġ\": %d, \"Ċ\": %d", n++, n++; split("a b c d e f g h i j k l m n o p q r s t u v w x y z 0 1 2 3 4 5 6 7 8 9 ,", letters, " ");
  for (i = 1; i <= 37; i++) printf ", \"%s\": %d", letters[i], n++; split("li ne line ot he", words, " "); for (i = 1; i <= 5; i++) printf ", \"%s\": %d", words[i], n++; print "}" }')
sed -i "s|VOCABULARY|$vocabulary|" tok/tokenizer.json
joined() {  # NAME COUNT ARGUMENT...
  local name=$1 count=$2; shift 2
  compress-dataset "$@" -o $name.h5 > /dev/null 2> message || fail "$*"
  mkdir $name-parts
  for ((i = 1; i <= count; i++)); do compress-dataset "$@" --shard $i/$count -o $name-parts/$i.h5 > /dev/null 2> message || fail "$* --shard $i/$count"; done
  compress-dataset join $name-parts/*.h5 -o $name-joined.h5 > /dev/null 2> message || fail "join $name"
}
joined text 3 text.txt --tokenizer tok
[ "$(compress-dataset inspect text-joined.h5 | jq -c '.arrays[0].shape')" = "$(compress-dataset inspect text.h5 | jq -c '.arrays[0].shape')" ] || fail "other tokens"
compress-dataset restore text-joined.h5 --tokenizer tok -o back > /dev/null 2> message && cmp text.txt back/text.txt || fail "the text does not come back"
compress-dataset restore text-parts/2.h5 --tokenizer tok -o part > /dev/null 2> message && [ -s part/text.txt ] && grep -qF "$(sed -n 5p part/text.txt)" text.txt || fail "the text of a part"
# Lines of "type":"step" are the loss curve; the fingerprint of the data is the same, so that a run goes on on the other file.
run=(train-shard run --init gpt2:d=32,layers=1,heads=2,vocab=64,context=16 --context 16 --batch 4 --seed 1 --save-every 3)
losses() { jq -c 'select(.type == "step") | [.step, .loss, .grad_norm]' "$1"; }
for name in text text-joined; do "${run[@]}" --steps 6 --data $name.h5 --out out-$name > $name.jsonl 2> message || fail "train on $name"; done
# The parts are inputs as the joined file is: Make sees them, and no output takes the place of one.
"${run[@]}" --steps 1 --data text-joined.h5 --val text-joined.h5 --out made --depfile made.d > /dev/null 2> message || fail "one step"
for i in 1 2 3; do grep -q "text-parts/$i.h5" made.d || fail "the depfile lacks part $i"; done
"${run[@]}" --steps 1 --data text-joined.h5 --out refused --metrics text-parts/2.h5 2> message; [ $? = 64 ] || fail "records over a part"
[ "$(losses text.jsonl | wc -l)" = 6 ] && [ "$(losses text.jsonl)" = "$(losses text-joined.jsonl)" ] || fail "another loss"
"${run[@]}" --steps 3 --data text.h5 --out out > /dev/null 2> message && cp -r out out-too || fail "the first steps"
"${run[@]}" --steps 6 --data text.h5 --out out --resume > resumed.jsonl 2> message || fail "does not go on"
"${run[@]}" --steps 6 --data text-joined.h5 --out out-too --resume > resumed-joined.jsonl 2> message || fail "does not go on on the joined file"
[ "$(losses resumed.jsonl | wc -l)" = 3 ] && [ "$(losses resumed.jsonl)" = "$(losses resumed-joined.jsonl)" ] || fail "goes on otherwise"
mv text-parts/2.h5 away.h5
"${run[@]}" --steps 6 --data text-joined.h5 --out absent > /dev/null 2> message; [ $? = 66 ] && grep -q 'text-parts/2.h5: cannot open' message || fail "a part is not there"
