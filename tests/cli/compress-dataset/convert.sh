# A file for one reader becomes one for any other, and nothing but its size changes.
seq 1 20000 | awk '{ print $1 "," sin($1 / 50) }' > waves.csv
seq 1 300 > words.txt
compress-dataset waves.csv words.txt --columns all --reader plugin --chunk 64KiB -o plugin.h5 > plugin.json || exit 1
jq -e '[.arrays[].plugin_chunks] | add > 0' plugin.json > /dev/null || exit 1
for reader in plain h5py plugin; do
  compress-dataset convert plugin.h5 --reader $reader -o $reader-again.h5 > again.json || exit 1
  compress-dataset check $reader-again.h5 waves.csv words.txt --columns all > check.json || exit 1
  compress-dataset restore $reader-again.h5 -o back-$reader > /dev/null || exit 1
  cmp waves.csv back-$reader/waves.csv && cmp words.txt back-$reader/words.txt || exit 1
  [ $reader = plugin ] || jq -e '[.arrays[].plugin_chunks] | add == 0' again.json > /dev/null || exit 1
done
# There and back again: the same bytes.
compress-dataset convert h5py-again.h5 --reader plugin --chunk 64KiB -o there.h5 > /dev/null && cmp plugin.h5 there.h5 || exit 1
# A damaged file is not converted.
cp plugin.h5 damaged.h5
offset=$(grep -abo DBKF damaged.h5 | head -1 | cut -d: -f1)
printf 'XXXX' | dd of=damaged.h5 bs=1 seek=$((offset + 40)) conv=notrunc 2> /dev/null
compress-dataset convert damaged.h5 --reader h5py -o never.h5 2> message
[ $? = 65 ] && grep -q damaged message && [ ! -e never.h5 ]
