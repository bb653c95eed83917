# What --print-config prints reads back as the same bytes; an unknown key is refused with its line.
for verb in $($TOOL --generate options | cut -d' ' -f1 | sort -u); do
  $TOOL $verb --print-config > first.toml || exit 1
  $TOOL $verb --config first.toml --print-config | cmp - first.toml || exit 1
  printf '# comment\nno-such-key = 1\n' > bad.toml
  $TOOL $verb --config bad.toml 2> message
  [ $? = 78 ] || exit 1
  grep -q 'bad.toml:2' message || exit 1
done
