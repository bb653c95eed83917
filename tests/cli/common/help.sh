# Each page begins with an example and fits the screen; -h and --help are the same.
$TOOL -h > short && $TOOL --help | cmp - short || exit 1
verbs=$($TOOL --generate options | cut -d' ' -f1 | sort -u)
[ -n "$verbs" ] || { echo "no verbs"; exit 1; }
for verb in $verbs; do
  $TOOL $verb --help > page || exit 1
  head -n 1 page | grep -q '^Example:' || { echo "$verb: no example first"; exit 1; }
  awk -v verb="$verb" 'NR > 4 && length($0) > 79 { print verb ": " $0; bad = 1 } END { exit bad }' page || exit 1
  grep -q '^Exit status:' page || exit 1
done
