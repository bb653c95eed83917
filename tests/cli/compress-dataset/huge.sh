# An array of more than 2^31 elements, nearly all of them a hole of the file, in little memory. Slow, so only where
# DAYBREAK_SLOW is 1.
[ "${DAYBREAK_SLOW-}" = 1 ] || { echo "skipped: DAYBREAK_SLOW is not 1"; exit 77; }
python=/usr/bin/python3
fail() { echo "$*"; exit 1; }
elements=$(((1 << 31) + 4999))
truncate -s $elements huge.u8
printf 'abc' | dd of=huge.u8 bs=1 seek=$((elements - 9)) conv=notrunc 2> /dev/null
for reader in h5py plugin; do
  /usr/bin/time -f %M -o memory compress-dataset huge.u8 --dtype uint8 --effort fast --reader $reader -j 2 -o huge.h5 > record.json || fail "$reader"
  jq -e ".integrity == 1 and .arrays[0].shape == [$elements] and .output_bytes < 1000000" record.json > /dev/null || fail "$reader: $(cat record.json)"
  [ "$(tail -n 1 memory)" -lt 262144 ] || fail "$reader: $(cat memory) KiB"
  compress-dataset restore huge.h5 -o back --force > /dev/null && cmp huge.u8 back/huge.u8 || fail "$reader: does not come back"
  rm -r back
  [ $reader = h5py ] && $python -c 'import h5py; assert h5py.h5z.filter_avail(32001)' 2> /dev/null || continue
  $python -c 'import h5py, sys; x = h5py.File("huge.h5")["data"]; assert x[-9:].tobytes() == b"abc" + bytes(6) and not x[1 << 30 : (1 << 30) + 9].any()' || fail "h5py reads something else"
done
