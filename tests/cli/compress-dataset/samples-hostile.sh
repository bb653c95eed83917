# Hostile folders and shards: an error that names the file and the fault, never a file outside, never a crash.
refuses() {  # STATUS PATTERN ARGUMENT...
  local wanted=$1 pattern=$2; shift 2
  compress-dataset "$@" -o x.h5 > /dev/null 2> message
  local status=$?
  [ $status = "$wanted" ] && grep -q -e "$pattern" message && [ ! -e x.h5 ] && return
  echo "$*: status $status, expected $wanted and $pattern"; cat message; exit 1
}
mkdir in out; printf 'png' > in/1.png; echo 3 > in/1.cls
tar c -P --transform 's|in/|../out/|' in/1.png > climbs.tar
tar c -P --transform 's|in/|/tmp/|' in/1.png > absolute.tar
refuses 65 'climbs.tar: the member name "../out/1.png" leads outside the archive' climbs.tar
refuses 65 'climbs.tar: the member name "../out/1.png" leads outside the archive' climbs.tar --input-format webdataset
refuses 65 'absolute.tar: the member name "/tmp/1.png" leads outside the archive' absolute.tar --input-format webdataset
# Links and devices are kept as bytes of the shard and lead nowhere.
ln -s /etc/passwd in/2.png; ln in/1.png in/3.png; mkfifo in/4.png
tar cf links.tar in/1.png in/1.cls in/2.png in/3.png in/4.png
compress-dataset links.tar -o links.h5 | jq -e '[.arrays[] | select(.name == "png/bytes") | .shape] == [[3]]' > /dev/null || exit 1
compress-dataset restore links.h5 -o out > /dev/null && cmp links.tar out/links.tar || exit 1
# Cut anywhere, a shard is an error or, at the end of a member, a shorter shard; never a crash.
for cut in 1 100 511 513 1000 1023 1025 1500 2047; do
  head -c $cut links.tar > cut.tar
  compress-dataset cut.tar --input-format webdataset -o cut.h5 > /dev/null 2> message
  [ $? = 65 ] && grep -q 'cut.tar' message || { echo "cut at $cut"; cat message; exit 1; }
done
truncate -s 1M in/5.png; tar c --sparse in/1.png in/5.png > sparse.tar; tar c --format=pax --sparse in/1.png in/5.png > sparse-pax.tar
refuses 65 'sparse.tar.*sparse member' sparse.tar --input-format webdataset
refuses 65 'sparse-pax.tar.*sparse member' sparse-pax.tar --input-format webdataset
tar c --hard-dereference in/1.png in/1.cls in/1.png > twice.tar
refuses 65 'twice.tar: the sample "in/1" has two members .png' twice.tar --input-format webdataset
cat links.tar links.tar > two.tar
refuses 65 'two.tar: the archive at byte .* has its end, but data behind it' two.tar --input-format webdataset
{ head -c 200 links.tar; printf 'Z'; tail -c +202 links.tar; } > sum.tar
refuses 65 'sum.tar: the archive at byte 0 has a header that does not match its checksum' sum.tar --input-format webdataset
# A pax header that claims a huge or broken size.
python=/usr/bin/python3
if [ -x $python ]; then
  $python - <<'PYTHON'
import io, tarfile
for value in ("99999999999999999", "-1", "x", "9" * 40):
    info = tarfile.TarInfo("a.png"); info.size = 3; info.pax_headers = {"size": value}
    tarfile.open(f"size{len(value)}.tar", "w", format=tarfile.PAX_FORMAT).addfile(info, io.BytesIO(b"png"))
PYTHON
  for size in 17 2 1 40; do refuses 65 "size$size.tar: the archive at byte" size$size.tar --input-format webdataset; done
fi
# Folders.
rm in/4.png in/2.png
touch 'in/-rf.png'; refuses 65 'the file name "_rf.png" has characters that restore refuses' in; rm 'in/-rf.png'
touch 'in/a;b.png'; refuses 65 'the file name "a_b.png" has characters' in; rm 'in/a;b.png'
mkdir none; refuses 65 'none: the folder holds no file' none
mkdir texts; echo a > texts/a.txt; refuses 65 'texts: the folder holds neither images nor a model.*--input-format folder' texts
compress-dataset texts --input-format folder -o texts.h5 > /dev/null || exit 1
refuses 64 'texts is a folder, which --input-format csv does not read' texts --input-format csv
mkdir loop; ln -s . loop/self; printf p > loop/a.png; compress-dataset loop -o loop.h5 2> message | jq -e '.arrays[0].shape == [1]' > /dev/null || exit 1
# Nothing is restored through a link.
compress-dataset texts --input-format folder -o t.h5 > /dev/null && mkdir target elsewhere && ln -s ../elsewhere target/texts || exit 1
compress-dataset restore t.h5 -o target 2> message; [ $? = 73 ] && grep -q 'symbolic link' message && [ -z "$(ls elsewhere)" ]
