# Nothing to do: the short help, on stderr.
$TOOL 2> help && exit 1
[ $? = 64 ] || exit 2
grep -q Example: help
