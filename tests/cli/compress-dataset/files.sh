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
  # One that others may not even enter.
  mkdir shut; cp a.txt shut; chmod 700 shut; [ "$(id -u)" = 0 ] || chmod 000 shut
  refused 66 'shut/a.txt: cannot open: Permission denied' "${who[@]}" compress-dataset shut/a.txt -o closed/x.h5
  refused 73 'shut/x.h5: cannot create: Permission denied' "${who[@]}" compress-dataset a.txt -o shut/x.h5
  refused 73 'cannot create: Permission denied' "${who[@]}" compress-dataset restore a.h5 -o shut/back
fi
chmod 755 closed; [ ! -e shut ] || chmod 755 shut

# Names that no file can have.
long=$(printf '%0300d' 0)
refused 66 'cannot open: File name too long' compress-dataset "$long" -o x.h5
refused 66 'cannot open: File name too long' compress-dataset train-selector "$long" -o x.selector
refused 73 'cannot create: File name too long' compress-dataset a.txt -o "$long"
refused 73 'cannot create: File name too long' compress-dataset restore a.h5 -o "$long"

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
# Of several streams in one file none is left out; zeros at the end are none.
(gzip -c a.txt; gzip -c b.txt) > both.txt.gz; { cat both.txt.gz; head -c 700 /dev/zero; } > filled.txt.gz
(zstd -qc a.txt; printf '\x50\x2a\x4d\x18\4\0\0\0skip'; zstd -qc b.txt) > both2.txt.zst
for packed in both.txt.gz filled.txt.gz both2.txt.zst; do
  compress-dataset $packed -o both.h5 > /dev/null && compress-dataset restore both.h5 -o streams > /dev/null &&
    cat a.txt b.txt | cmp - streams/"${packed%.*}" || fail "$packed does not come back"
done
(gzip -c a.txt; gzip -c b.txt | tail -c +2) > damaged.txt.gz
refused 65 "damaged.txt.gz: the compressed stream ends at byte $(gzip -c a.txt | wc -c), but the file goes on" compress-dataset damaged.txt.gz -o part.h5
(zstd -qc a.txt; zstd -qc b.txt | tail -c +2) > damaged.txt.zst
refused 65 'damaged.txt.zst' compress-dataset damaged.txt.zst -o part.h5

# Numbers that begin like a packed file are numbers.
printf '\037\213\1\2\3\4' > numbers.bin
compress-dataset numbers.bin --dtype uint16 -o numbers.h5 > /dev/null && compress-dataset restore numbers.h5 -o back > /dev/null && cmp numbers.bin back/numbers.bin

# Names that a dataset file cannot have are told before anything is encoded, and by the input that has them.
tensors() {  # FILE NAME: one tensor of 8 bytes
  local header="{\"$2\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}"
  { printf "$(printf '\\x%02x\\x%02x' $((${#header} % 256)) $((${#header} / 256)))"; head -c 6 /dev/zero; printf '%s' "$header" 12345678; } > "$1"
}
for name in '' . .. /a a/ a//b 'a\u0000b' 'a\u001bb' "$(printf '%05000d' 0)"; do
  tensors names.safetensors "$name"
  refused 65 'names.safetensors: .*name' compress-dataset names.safetensors -o names.h5
done
tensors names.safetensors a && compress-dataset names.safetensors -o names.h5 > /dev/null && compress-dataset check names.h5 names.safetensors > /dev/null
