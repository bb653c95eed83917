# What cannot be written is an error, also behind a pipe of the shell.
$TOOL --help > /dev/full 2> message
[ $? = 74 ] || exit 1
grep -q "No space left" message
