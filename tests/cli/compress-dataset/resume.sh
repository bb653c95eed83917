# A run that is cut off at any moment goes on with --resume and gives the bytes of one that is not; a damaged journal,
# one of other data or one in use never changes them.
fail() { echo "$*"; cat message 2> /dev/null; exit 1; }
# Numbers whose kind changes on the way, for several choices of codecs and what they learn.
awk 'BEGIN { srand(7); for (i = 0; i < 60000; i++) print (i % 30000 < 10000 ? i : i % 30000 < 20000 ? rand() : int(rand() * 50) / 4) "," int(i / 3 + rand() * 9) }' > a.csv
options=(a.csv --columns all --reader plugin --effort fast --chunk 16KiB)
compress-dataset "${options[@]}" -j 2 -o whole.h5 > record.json || fail "not written"
chunks=$(jq '[.arrays[].chunks] | add' record.json)
[ "$chunks" -ge 100 ] || fail "only $chunks chunks"
jq -e 'has("journal_chunks") | not' record.json > /dev/null || fail "a journal without --resume"
# THREADS AT_LEAST: goes on to the end.
finish() {
  compress-dataset "${options[@]}" -j "$1" --resume journal -o out.h5 > record.json 2> message || fail "-j $1: not resumed"
  cmp whole.h5 out.h5 || fail "-j $1: another file"
  [ ! -e journal ] || fail "the journal stays"
  taken=$(jq .journal_chunks record.json)
  [ "$taken" -ge "$2" ] && [ "$taken" -le "$chunks" ] || fail "-j $1: $taken of $chunks chunks from the journal, expected $2 or more"
  rm out.h5
}
# A whole journal: that of a run which could not print its record.
keep() {
  rm -f journal
  compress-dataset "$@" --resume journal -o out.h5 > /dev/full 2> message; local status=$?
  [ $status = 74 ] && [ ! -e out.h5 ] || fail "no room for the record: $status"
}
journal_bytes() { stat -c %s journal 2> /dev/null || echo 0; }
# SIGNAL THREADS BYTES: begins, and is cut off when the journal has grown to so many bytes.
cut_off() {
  (exec compress-dataset "${options[@]}" -j "$2" --resume journal -o out.h5 > /dev/null 2>&1) & local child=$!
  while kill -0 $child 2> /dev/null && [ "$(journal_bytes)" -lt "$3" ]; do sleep 0.01; done
  kill -"$1" $child 2> /dev/null
  wait $child 2> /dev/null; local status=$?
  [ $status = 0 ] && { rm out.h5; return 1; }
  [ ! -e out.h5 ] || fail "SIG$1 leaves an output"
  [ $status = $((128 + $(kill -l "$1"))) ] || fail "SIG$1 ends with $status"
}
# A whole run takes nothing from its journal, and leaves none.
finish 2 0
[ "$taken" = 0 ] || fail "$taken chunks from an empty journal"
keep "${options[@]}" -j 2
cp journal full; size=$(stat -c %s full)
finish 5 "$chunks"
cuts=0
for signal in KILL TERM; do
  for threads in 1 2 5; do
    cut_off $signal $threads $((size / 20 + RANDOM * (size / 2) / 32768)) && { finish $((6 % threads + 1)) 1; cuts=$((cuts + 1)); }
    rm -f journal
  done
done
[ $cuts -ge 3 ] || fail "only $cuts of six runs were cut off"
# Cut off again and again, each time further on.
for share in 2 4 6; do cut_off KILL 2 $((size * share / 10)) || true; done
finish 5 0
# Cut at places, with a tail, and with bits flipped: what is whole is used, what is not is encoded again.
for length in 0 15 17 56 $((size / 3)) $((size - 1)); do head -c "$length" full > journal; finish 2 0; done
[ "$taken" = $((chunks - 1)) ] || fail "one torn entry loses $((chunks - taken))"
{ cat full; head -c 1000 /dev/zero; } > journal; finish 2 "$chunks"
{ cat full; head -c 1000 full; } > journal; finish 2 "$chunks"
for moment in 1 2 3; do
  cp full journal
  for flip in 1 2 3 4 5 6; do
    at=$((16 + (RANDOM * 32768 + RANDOM) % (size - 16)))
    byte=$(od -An -tu1 -j $at -N1 full)
    # shellcheck disable=SC2059
    printf "\\x$(printf %x $((byte ^ 1 << RANDOM % 8)))" | dd of=journal bs=1 seek=$at conv=notrunc 2> /dev/null
  done
  finish 1 0
  [ "$taken" -lt "$chunks" ] || fail "damaged entries are used"
done
# Other options and other data: nothing is found, and it is no error. Other threads find all.
cp full journal
compress-dataset "${options[@]/fast/normal}" --resume journal -o out.h5 | jq -e '.journal_chunks == 0' > /dev/null || fail "of another effort"
cp full journal
compress-dataset "${options[@]}" --prefer speed --resume journal -o out.h5 | jq -e '.journal_chunks == 0' > /dev/null || fail "of another objective"
cp full journal; tac a.csv > b.csv
compress-dataset b.csv "${options[@]:1}" --resume journal -o out.h5 | jq -e '.journal_chunks < 3' > /dev/null || fail "of other data"
rm out.h5
# With a loss, for our readers and for all; and what is not chosen among codecs.
for more in '--reader plugin --max-abs 0.01' '--reader h5py --integrity 0.99' '--reader plain'; do
  # shellcheck disable=SC2206
  options=(a.csv --columns all --chunk 16KiB --effort fast $more)
  compress-dataset "${options[@]}" -o whole.h5 > record.json || fail "$more"
  chunks=$(jq '[.arrays[].chunks] | add' record.json)
  keep "${options[@]}"; head -c $(($(stat -c %s journal) / 2)) journal > half
  finish 2 "$chunks"; mv half journal; finish 3 1
done

# Locked: 75. No journal: 65, and it stays. An input, the output, a device: refused.
options=(a.csv --chunk 16KiB --effort fast)
cp full journal
flock journal compress-dataset "${options[@]}" --resume journal -o out.h5 2> message; [ $? = 75 ] && grep -q 'journal: another process is using' message || fail "no lock"
cp a.csv other
compress-dataset "${options[@]}" --resume other -o out.h5 2> message; [ $? = 65 ] && grep -q 'other: is no journal' message && cmp a.csv other || fail "no journal"
compress-dataset "${options[@]}" --resume a.csv -o out.h5 2> message; [ $? = 64 ] || fail "an input as journal"
compress-dataset "${options[@]}" --resume out.h5 -o out.h5 2> message; [ $? = 64 ] || fail "the output as journal"
compress-dataset "${options[@]}" --resume - -o out.h5 2> message; [ $? = 64 ] || fail "stdout as journal"
compress-dataset "${options[@]}" --resume /dev/full -o out.h5 2> message; [ $? = 73 ] && grep -q 'regular file' message || fail "a device as journal"
compress-dataset "${options[@]}" --resume absent/journal -o out.h5 2> message; [ $? != 0 ] || fail "a journal in no folder"
compress-dataset "${options[@]}" --resume fresh --dry-run > /dev/null && [ ! -e fresh ] || fail "a dry run writes"
[ ! -e out.h5 ] || fail "an output though the status is not 0"
# A journal that cannot grow, as on a full disk: 74, and what was kept serves the next run.
options=(a.csv --columns all --reader plugin --effort fast --chunk 16KiB)
chunks=$(jq '[.arrays[].chunks] | add' <(compress-dataset "${options[@]}" -o whole.h5))
rm journal
if mkdir small && mount -t tmpfs -o size=64k tmpfs small 2> /dev/null; then
  echo old > out.h5
  compress-dataset "${options[@]}" --resume small/journal -o out.h5 > /dev/null 2> message; status=$?
  cp small/journal journal; umount small
  [ $status = 74 ] && grep -q 'small/journal' message && [ "$(cat out.h5)" = old ] || fail "a full disk: $status"
  finish 2 1
fi
exit 0
