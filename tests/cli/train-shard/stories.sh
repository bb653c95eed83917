# A pretrained Llama model of 260 thousand parameters tells a story.
model=$DAYBREAK_DATA/hf/stories260K
[ -e "$model" ] || { echo "skipped: no real data"; exit 77; }
train-shard sample --model "$model" --prompt 'Once upon a time' --tokens 60 --format text
