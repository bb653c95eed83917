# Token files carry their role; ids outside the vocabulary are refused with their place; text becomes tokens and comes back.
printf '\1\0\2\0\377\1' > ids.bin
compress-dataset ids.bin --input-format tokens --vocab 512 --keep-original -o ids.h5 > /dev/null || exit 1
compress-dataset restore ids.h5 -o back > /dev/null && cmp ids.bin back/ids.bin || exit 1
compress-dataset ids.bin --input-format tokens --vocab 511 -o x.h5 2> message; [ $? = 65 ] && grep -q 'ids.bin: token 2 is 511' message && [ ! -e x.h5 ] || exit 1
compress-dataset ids.bin --dtype float16 --vocab 5 -o x.h5 2> message; [ $? = 64 ] || exit 1

model=$DAYBREAK_DATA/hf/stories260K
[ -e "$model/tokenizer.json" ] || { echo "skipped the tokenizer: DAYBREAK_DATA has no hf/stories260K"; exit 77; }
for i in $(seq 1 300); do echo "Once upon a time, there was a little girl number $i. Ünïcode, too."; done > story.txt
compress-dataset story.txt --tokenizer "$model" -o story.h5 | tr -d ' \n' | grep -q '"name":"tokens","dtype":"U16"' || exit 1
compress-dataset restore story.h5 -o out 2> message; [ $? = 64 ] && grep -q -- '--tokenizer' message || exit 1
compress-dataset restore story.h5 -o out --tokenizer "$model" > /dev/null && cmp story.txt out/story.txt || exit 1
compress-dataset check story.h5 story.txt --tokenizer "$model" > /dev/null
