# The cuda chip where there is no GPU: it loads, links no driver, and says why it cannot be used.
. "$CASES/lib.bash"
chip=$DAYBREAK_BUILD/lib/daybreak/libdaybreak-chip-cuda.so
[ -e "$chip" ] || { echo "the cuda chip was not built here"; exit 77; }

for library in $(readelf -d "$chip" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
  case $library in
    libcublasLt.so.* | libstdc++.so.* | libgcc_s.so.* | libc.so.* | libm.so.* | libdl.so.* | librt.so.* | libpthread.so.* | ld-linux*) ;;
    *) echo "it links $library"; exit 1 ;;
  esac
done
readelf -d "$chip" | grep -q 'libcublasLt' || { echo "it does not link cuBLASLt"; exit 1; }
[ "$(nm -D --defined-only "$chip" | awk '$2 == "T" { print $3 }')" = daybreak_chip_get ] || { nm -D --defined-only "$chip"; exit 1; }

train-shard --list-devices --format json > found.json || exit
jq -e '.devices[] | select(.name == "cuda:0")' found.json > /dev/null && { echo "there is a GPU here"; exit 77; }
jq -e '.devices[] | select(.name == "cuda") | .problem | test("^no (driver|GPU)")' found.json > /dev/null || { cat found.json; exit 1; }
train-shard --list-devices --format text | grep -q '^cuda  *not usable: no ' || { echo "the table does not say why"; exit 1; }
train --init $tiny --steps 1 --out model --device cuda 2> message; [ $? = 69 ] || { cat message; exit 1; }
grep -q "device 'cuda' cannot be used: no \(driver\|GPU\)" message || { cat message; exit 1; }
[ ! -e model ] || { ls model; exit 1; }
train --init $tiny --steps 1 --out model --device auto > /dev/null || { echo "auto takes a chip that cannot be used"; exit 1; }
