#!/usr/bin/env bash
# Help, man page and completions of one tool list the same options; the page is clean; its examples run.
set -euo pipefail
build=$(cd "$1" && pwd) tool=$2 page=$build/man/$2.1
export PATH="$build/bin:$PATH" LC_ALL=C.UTF-8
[ -e "$page" ] || { echo "skipped: the man pages were not built"; exit 77; }
scratch=$(mktemp -d); trap 'rm -rf "$scratch"' EXIT; cd "$scratch"
fail() { echo "$tool: $1"; exit 1; }

mandoc -T lint -W error "$page" || fail "mandoc finds errors"
mandoc -T utf8 "$page" | col -bx > page.txt

$tool --generate options | sed 's/.* //' | sort -u > registry
[ -s registry ] || fail "the registry is empty"
options_in() { grep -oE -- '--[a-z][a-z0-9-]+' | sort -u; }
for verb in $($tool --generate options | cut -d' ' -f1 | sort -u); do
  $tool --generate options | sed -n "s/^$verb //p" | sort -u > wanted
  $tool "$verb" --help | sed -n '/^Usage/,/^Exit status/p' | grep -E '^  (-., )?--' | sed -E 's/^  (-., )?(--[a-z0-9-]+).*/\2/' | sort -u > help
  diff wanted help || fail "$verb --help and the registry differ"
done
sed -n '/^OPTIONS/,/^CONFIG/p' page.txt | grep -E '^ +(-., )?--' | sed -E 's/^ +(-., )?(--[a-z0-9-]+).*/\2/' | sort -u > in-page
diff registry in-page || fail "the page and the registry differ"
for shell in bash zsh; do
  options_in < "$build/man/completions/$tool.$shell" > completed
  comm -23 registry completed > lost; [ ! -s lost ] || fail "the $shell completion lacks $(tr '\n' ' ' < lost)"
done
sed -n 's/.* -l \([a-z0-9-]*\).*/--\1/p' "$build/man/completions/$tool.fish" | sort -u | diff registry - || fail "the fish completion differs"
bash -n "$build/man/completions/$tool.bash" || fail "the bash completion does not parse"
! command -v zsh >/dev/null || zsh -n "$build/man/completions/$tool.zsh" || fail "the zsh completion does not parse"
! command -v fish >/dev/null || fish --no-execute "$build/man/completions/$tool.fish" || fail "the fish completion does not parse"

$tool --help | sed -n '/^Exit status/,/^More/p' | grep -oE '^ +[0-9]+ ' | tr -d ' ' > in-help
sed -n '/^EXIT STATUS/,/^EXAMPLES/p' page.txt | grep -oE '^ +[0-9]+$' | tr -d ' ' > in-man
[ -s in-help ] && diff in-help in-man || fail "the exit statuses differ"

# Each line that begins with "$ " is typed as it stands, one after the other, in an empty folder.
mkdir examples && cd examples
sed -n '/^EXAMPLES/,/^[A-Z]/{/^EXAMPLES/d;p}' ../page.txt | sed -n 's/^ *\$ //p' > ../examples.sh
[ -s ../examples.sh ] || fail "the page has no examples"
bash -eu -o pipefail ../examples.sh > ../out 2> ../err || { cat ../examples.sh ../err; fail "an example failed"; }
[ ! -s ../err ] || { cat ../err; fail "an example prints on stderr"; }
