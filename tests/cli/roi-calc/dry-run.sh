# With --dry-run the report goes to stdout, and the file that -o names stays as it was.
roi-calc literal --investment 80 --growth 5 -o report.json --depfile rule.d || exit 1
cp report.json wanted.json
echo old > report.json && rm rule.d
roi-calc literal --investment 80 --growth 5 -o report.json --depfile rule.d -n | cmp - wanted.json || exit 1
[ "$(cat report.json)" = old ] && [ ! -e rule.d ]
