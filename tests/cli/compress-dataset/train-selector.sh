# A model learned from the user's own data chooses for the next files; the file it is in is checked before use.
mkdir data
seq 1 6000 | awk '{ print $1 "," sin($1 / 50) "," $1 % 7 }' > data/waves.csv
seq 1 9000 | awk '{ printf "%d\n", ($1 * 7919) % 1000 }' > data/numbers.txt
head -c 40000 data/numbers.txt > data/part.txt
compress-dataset train-selector data -o my.selector --chunks 2 > card.json || exit 1
jq -e '.schema == "daybreak.selector-card/1" and .examples > 3 and (.datasets | length) == 3' card.json > /dev/null || exit 1
jq -e '.mean_regret >= 0 and .chosen_bytes >= .best_bytes and .best_single != ""' card.json > /dev/null || exit 1
compress-dataset data/waves.csv --columns all --reader plugin --selector my.selector -o waves.h5 > /dev/null || exit 1
compress-dataset check waves.h5 data/waves.csv --columns all > /dev/null || exit 1
compress-dataset data/waves.csv --selector my.selector --depfile waves.d -o again.h5 > /dev/null && grep -q my.selector waves.d || exit 1
# The same bytes for any number of threads.
compress-dataset data/waves.csv --columns all --reader plugin --selector my.selector -j 3 --chunk 8KiB -o three.h5 > /dev/null || exit 1
compress-dataset data/waves.csv --columns all --reader plugin --selector my.selector -j 1 --chunk 8KiB -o one.h5 > /dev/null || exit 1
cmp one.h5 three.h5 || exit 1
for prefer in balanced speed; do
  compress-dataset data/waves.csv --columns all --reader plugin --prefer $prefer -o $prefer.h5 > /dev/null || exit 1
  compress-dataset check $prefer.h5 data/waves.csv --columns all > /dev/null || exit 1
done
compress-dataset data/waves.csv --columns all --reader plugin --for-bandwidth 50MB/s -o link.h5 > /dev/null || exit 1
# Nothing is chosen by a file that is none.
printf 'X' | dd of=my.selector bs=1 seek=40 conv=notrunc 2> /dev/null
compress-dataset data/waves.csv --columns all --reader plugin --selector my.selector -o never.h5 2> message
[ $? = 65 ] && grep -q 'my.selector' message && [ ! -e never.h5 ] || exit 1
compress-dataset data/waves.csv --selector my.selector -n > /dev/null 2> message
[ $? = 65 ] && grep -q 'my.selector' message || exit 1
compress-dataset data/waves.csv --selector absent.selector -o never.h5 2> message
[ $? = 66 ] && [ ! -e never.h5 ] || exit 1
compress-dataset data/waves.csv --for-bandwidth 50MB -o never.h5 2> message
[ $? = 64 ] && grep -q '/s' message || exit 1
compress-dataset data/waves.csv --for-bandwidth 50MB/s --prefer speed -o never.h5 2> message
[ $? = 64 ] || exit 1
compress-dataset train-selector data/part.txt -o never.selector 2> message
[ $? = 65 ] && [ ! -e never.selector ]
