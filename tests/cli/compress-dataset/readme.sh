# The commands of the README's own data, in order, on files made here.
command -v gnuplot > /dev/null || { echo "skipped: no gnuplot"; exit 77; }
fail() { echo "$*"; cat message; exit 1; }
{ echo x,y; seq 1 4000 | awk '{ printf "%.6f,%.4f\n", sin($1), 100 * cos($1 / 7) }'; } > points.csv
seq 1 4000 | awk '{ print "note", $1, ($1 * 7919) % 1000 }' > notes.txt
for i in $(seq 60); do echo "{\"text\": \"case $i\", \"label\": $((i % 3))}"; done > alice.jsonl
for i in $(seq 30 90); do echo "{\"text\": \"case $i\", \"label\": $((i % 5 % 3))}"; done > bob.jsonl
seq 1 60000 > numbers.txt && compress-dataset numbers.txt --chunk 16KiB -o damaged.h5 > /dev/null || exit 1
printf 'XXXX' | dd of=damaged.h5 bs=1 seek=$(($(stat -c %s damaged.h5) / 2)) conv=notrunc 2> /dev/null
ran=0
while read -r line; do
  bash -c "$line" > out 2> message || fail "$line ends with $?"
  case $line in *salvage*) grep -q 'chunks are lost; saved.h5 holds the others' message || fail "$line says nothing of the loss" ;; *) [ ! -s message ] || fail "$line" ;; esac
  ran=$((ran + 1))
done < <(sed -n '/^## Your own data/,/^## /p' "$CASES/../../../README.md" | grep '^compress-dataset ')
[ $ran = 15 ] && [ -s lossy.svg ] && [ "$(tail -n 1 disagreements.jsonl | jq '.conflicts')" -gt 0 ] || fail "$ran commands"
