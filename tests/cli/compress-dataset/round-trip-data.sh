# Every file of the data folder that compress accepts comes back: byte for byte where restore says so, else with the same
# values. The traps have a test of their own. Slow, so only where DAYBREAK_SLOW is 1.
[ "${DAYBREAK_SLOW-}" = 1 ] || { echo "skipped: DAYBREAK_SLOW is not 1"; exit 77; }
[ -d "$DAYBREAK_DATA" ] || { echo "skipped: no real data"; exit 77; }
failed=0 exact=0 equal=0
complain() { echo "$file: $1"; cat message; failed=1; }

round_trip() {
  compress-dataset check d.h5 "$DAYBREAK_DATA/$file" "$@" > /dev/null 2> message || { complain "differs from its dataset"; return; }
  compress-dataset restore d.h5 -o back > record.json 2> message || { complain "is not restored"; return; }
  [ "$(jq '.files | length' record.json)" = "$(find original -type f | wc -l)" ] || complain "not every original is restored"
  while read -r path; do
    if cmp -s "$path" "original/${path#back/}"; then exact=$((exact + 1)); else complain "$path does not come back byte for byte"; fi
  done < <(jq -r '.files[] | select(.bit_exact) | .path' record.json)
  while read -r path; do
    if compress-dataset check d.h5 "$path" > /dev/null 2> message; then equal=$((equal + 1)); else complain "$path has other values"; fi
  done < <(jq -r '.files[] | select(.bit_exact | not) | .path' record.json)
}

# What restore should give, by other programs: unpacked, and the members of shards.
unpack() {
  local name=${file##*/}
  mkdir original
  case $name in
    *.tar.zst) zstd -dc "$DAYBREAK_DATA/$file" | tar xf - -C original ;;
    *.zst) zstd -dc "$DAYBREAK_DATA/$file" > "original/${name%.zst}" ;;
    *) cp "$DAYBREAK_DATA/$file" original/ ;;
  esac
}

while read -r file; do
  rm -rf d.h5 back original
  unpack
  how=()
  compress-dataset "$DAYBREAK_DATA/$file" -o d.h5 > /dev/null 2> message
  status=$?
  if [ $status = 65 ] && grep -q 'of no format' message; then
    how=(--input-format bytes)
    compress-dataset "$DAYBREAK_DATA/$file" "${how[@]}" -o d.h5 > /dev/null 2> message
    status=$?
  fi
  if [ $status = 0 ]; then round_trip "${how[@]}"; else complain "refused with $status"; fi
done < <(cd "$DAYBREAK_DATA" && find . -type f -not -path './traps/*' | sed 's|^\./||' | sort)
echo "$exact byte for byte, $equal with the same values"
[ $failed = 0 ] && [ $exact -gt 0 ]
