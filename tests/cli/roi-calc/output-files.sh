# -o writes a complete file or none; an output is never an input; names with spaces and "--" work; devices are written straight.
printf 'period,amount\n0,-100\n1,110\n' > 'a file.csv'
roi-calc irr -o 'the result.json' -- 'a file.csv' && grep -q '"irr"' 'the result.json' || exit 1
roi-calc irr 'a file.csv' -o /dev/null || exit 1
mkfifo pipe; (cat pipe > copy) & roi-calc irr 'a file.csv' -o pipe; wait; cmp copy 'the result.json' || exit 1
roi-calc irr 'a file.csv' -o './a file.csv' 2> message; [ $? = 64 ] && grep -q 'also an input' message || exit 1
echo old > kept; roi-calc irr absent.csv -o kept 2>/dev/null; [ "$(cat kept)" = old ] || exit 1
roi-calc irr 'a file.csv' -o no/such/folder 2> message; [ $? = 73 ] || exit 1
roi-calc irr 'a file.csv' -o result --depfile rule.d && grep -q '^result:' rule.d && grep -q 'a\\ file.csv' rule.d || exit 1
ls -A | grep -q daybreak-tmp && exit 1
exit 0
