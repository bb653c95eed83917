# An option of one value that is given twice is refused with its name and both values.
for verb in $($TOOL --generate options | cut -d' ' -f1 | sort -u); do
  $TOOL $verb --log-format text --log-format=json 2> message
  [ $? = 64 ] || { cat message; exit 1; }
  grep -qx "$TOOL: --log-format was given twice, expected one value .*, found 'text' and 'json' (leave out all but one)" message ||
    { cat message; exit 1; }
  $TOOL $verb --log-format text --log-format text --log-format json 2> message
  grep -q "was given 3 times.* found 'text', 'text' and 'json'" message || { cat message; exit 1; }
done
