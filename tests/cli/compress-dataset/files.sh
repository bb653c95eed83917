# Outputs that are inputs under another name, links, folders that cannot be written, inputs that change or grow while they
# are read, and packed inputs that are cut: an error that names the file, and whatever stood there stays.
fail() { echo "$*"; cat message; exit 1; }
refused() {  # STATUS PATTERN ARGUMENT...
  local wanted=$1 pattern=$2; shift 2
  "$@" > /dev/null 2> message
  local status=$?
  [ $status = "$wanted" ] && grep -q -e "$pattern" message || fail "$*: status $status, expected $wanted and $pattern"
}
seq 1 3000 > a.txt; cp a.txt before; ln -s a.txt link.txt; ln a.txt hard.txt
for same in a.txt ./a.txt "$PWD/a.txt" link.txt hard.txt; do
  refused 64 'is also an input' compress-dataset a.txt -o "$same"
  cmp a.txt before || exit 1
done
compress-dataset a.txt -o a.h5 > /dev/null && cp a.h5 before.h5 && ln -s a.h5 link.h5 || exit 1
seq 1 4000 > b.txt; compress-dataset b.txt -o b.h5 > /dev/null || exit 1
refused 64 'is also an input' compress-dataset convert a.h5 -o link.h5
refused 64 'is also an input' compress-dataset salvage a.h5 -o link.h5
refused 64 'is also an input' compress-dataset merge b.h5 a.h5 -o link.h5
refused 64 'is also an input' compress-dataset train-selector a.txt b.txt before -o link.txt
refused 64 'is also an input' compress-dataset bench a.txt -o hard.txt
cmp a.txt before && cmp a.h5 before.h5 || exit 1

# An output through a link stands where the link leads; a link that leads nowhere is an error, and stays.
mkdir target; ln -s target/real.h5 through.h5; ln -s absent/x.h5 nowhere.h5; ln -s circle.h5 circle.h5
compress-dataset link.txt -o through.h5 > /dev/null && [ -L through.h5 ] && cmp target/real.h5 <(compress-dataset link.txt -o direct.h5 > /dev/null; cat direct.h5) || exit 1
refused 73 'absent/x.h5: cannot create' compress-dataset a.txt -o nowhere.h5
refused 73 'circle.h5: cannot create' compress-dataset a.txt -o circle.h5
[ -L nowhere.h5 ] && [ ! -e absent ] || exit 1

# A folder that only others may write; root may write everywhere, so that it becomes somebody else for this.
mkdir closed; cp a.h5 closed/x.h5; chmod 555 closed
who=(); [ "$(id -u)" != 0 ] || who=(setpriv --reuid=65534 --regid=65534 --clear-groups)
if [ ${#who[@]} = 0 ] || chmod 755 . .. 2> /dev/null && "${who[@]}" test -r a.txt -a -x "$(command -v compress-dataset)"; then
  refused 73 'closed/x.h5: cannot create: Permission denied' "${who[@]}" compress-dataset a.txt -o closed/x.h5
  refused 73 'closed' "${who[@]}" compress-dataset restore a.h5 -o closed
  cmp closed/x.h5 before.h5 && [ "$(ls -A closed)" = x.h5 ] || fail "something changed in a closed folder"
fi
chmod 755 closed

# A file that grows, shrinks, is written in place or replaced after it was hashed: a picture is drawn before the file becomes
# real, and the gnuplot that is found first changes the input.
mkdir bin
cat > bin/gnuplot << 'SCRIPT'
#!/bin/bash
eval "$CHANGE"
while [ $# -gt 0 ]; do shift; done
cat > /dev/null
echo '<svg/>'
SCRIPT
chmod +x bin/gnuplot
export CHANGE
for CHANGE in 'echo more >> in.txt' 'truncate -s 100 in.txt' 'printf X | dd of=in.txt bs=1 seek=50 conv=notrunc 2> /dev/null' 'cp b.txt in.new && mv in.new in.txt'; do
  cp a.txt in.txt; cp before.h5 out.h5
  PATH="$PWD/bin:$PATH" refused 65 'in.txt: changed while it was read' compress-dataset in.txt -o out.h5 --plot out.svg
  cmp out.h5 before.h5 && [ ! -e out.svg ] || fail "written though its input changed: $CHANGE"
done
CHANGE=; PATH="$PWD/bin:$PATH" compress-dataset in.txt -o out.h5 --plot out.svg > /dev/null || exit 1

# A log that grows all the while: a dataset of it is either refused, or gives what it was.
(while [ -e a.txt ]; do echo "a line of a log that goes on"; done) > log.txt & writer=$!
sleep 0.1
compress-dataset log.txt -o log.h5 > /dev/null 2> message; status=$?
kill $writer; wait $writer 2> /dev/null
[ $status = 65 ] && grep -q 'log.txt' message && [ ! -e log.h5 ] || fail "a growing file ends with $status"

# Packed inputs, cut anywhere, never pass for shorter ones.
head -c 400 a.txt | gzip > cut.txt.gz; head -c 400 a.txt | zstd -q > cut.txt.zst
for packed in cut.txt.gz cut.txt.zst; do
  size=$(stat -c %s $packed)
  for keep in $(seq 6 11 $((size - 9))) $((size - 8)) $((size - 4)) $((size - 1)); do
    head -c $keep $packed > part.txt."${packed##*.}"
    refused 65 'part.txt' compress-dataset part.txt."${packed##*.}" --input-format text -o part.h5
    [ ! -e part.h5 ] || fail "$packed cut after $keep bytes was taken"
  done
done
# Numbers that begin like a packed file are numbers.
printf '\037\213\1\2\3\4' > numbers.bin
compress-dataset numbers.bin --dtype uint16 -o numbers.h5 > /dev/null && compress-dataset restore numbers.h5 -o back > /dev/null && cmp numbers.bin back/numbers.bin
