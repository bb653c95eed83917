# Data of another tokenizer than the model's: refused where the sizes differ, warned of where only the files do.
data=$DAYBREAK_DATA/hf/stories260K
[ -e "$data" ] || { echo "skipped: no real data"; exit 77; }
cp -r "$data" model && chmod -R u+w model
cp -r model spaced && echo >> spaced/tokenizer.json
cp -r model longer && jq -c '.added_tokens += [{"id": 512, "content": "<pad>", "single_word": false, "lstrip": false, "rstrip": false,
  "normalized": false, "special": true}]' model/tokenizer.json > longer/tokenizer.json
for i in $(seq 200); do echo "Once upon a time there was a little girl."; done > text
for made in model spaced longer; do compress-dataset text --tokenizer $made -o $made.h5 > /dev/null || exit 1; done
compress-dataset text -o bytes.h5 > /dev/null || exit 1
with() {
  echo "\$ $*"
  train-shard "$@" --context 16 > record 2> message
  echo "exit $?"
  sed -E 's/hash [0-9a-f]{16}/hash .../g' message
}
with evaluate --model model --data model.h5 --share 10%
with evaluate --model model --data spaced.h5 --share 10%
with evaluate --model model --data longer.h5 --share 10%
with evaluate --model model --data bytes.h5 --share 10%
with run --model longer --data model.h5 --out out --steps 1 --batch 1
with run --model model --data spaced.h5 --out out --steps 1 --batch 1
with run --resume --data spaced.h5 --out out --steps 2 --batch 1
with run --model model --data model.h5 --val longer.h5 --out none --steps 1 --batch 1
# A fresh model has no tokenizer: the two datasets are compared with each other.
with run --init llama:d=16,layers=1,heads=1,vocab=600,context=16 --data model.h5 --val longer.h5 --out none --steps 1 --batch 1
[ ! -e none ] || echo "a refused run has left a folder"
