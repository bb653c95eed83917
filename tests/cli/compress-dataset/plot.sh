# Pictures of the record: valid files that show every array, of names that gnuplot would execute too; nothing half done.
command -v gnuplot > /dev/null || { echo "skipped: no gnuplot"; exit 77; }
/usr/bin/python3 -c 'import numpy' 2> /dev/null || { echo "skipped: no numpy"; exit 77; }
cat > make.py <<'PYTHON'
import numpy as np
x = np.random.default_rng(1).standard_normal((4000, 3)).astype("f4")
np.savez("data.npz", **{"smooth": x.cumsum(0), "noise": x, "n": np.arange(5000), "none": x[:0],
                        "`touch pwned`": x, "\"; system('touch pwned')": x, "%s' & <b> END_OF_SIZES": x})
np.save("empty.npy", x[:0])
PYTHON
cat > texts.py <<'PYTHON'
import sys
import xml.etree.ElementTree as tree
texts = ["".join(element.itertext()).strip() for element in tree.parse(sys.argv[1]).findall(".//{*}text")]
print("\n".join(text for text in texts if text))
PYTHON
fail() { echo "$*"; exit 1; }
shows() { /usr/bin/python3 texts.py "$1" > texts || fail "$1 is no XML"; shift; for text; do grep -qF -- "$text" texts || fail "no '$text' among: $(cat texts)"; done; }
/usr/bin/python3 make.py || exit 1
compress-dataset data.npz -o exact.h5 --plot exact.svg > exact.json || fail exact
shows exact.svg 'plain' 'stored' 'bytes' '7 of 7 arrays' 'smooth: zstd' 'noise: ' '_touch pwned_: ' '_; system(_touch pwned_): ' '_s_ _ <b> END_OF_SIZES: '
! grep -q '1 - integrity' texts || fail "a loss where there is none"
compress-dataset data.npz --integrity 0.99 -o lossy.h5 --plot lossy.svg > lossy.json || fail lossy
shows lossy.svg 'bits a value' '1 - integrity' 'least of normal values'
[ "$(grep -cx 'smooth\|noise' texts)" = 2 ] && ! grep -qx n texts || fail "$(cat texts)"
compress-dataset inspect lossy.h5 --plot again.svg | cmp - lossy.json || fail inspect
diff <(/usr/bin/python3 texts.py again.svg) texts > /dev/null || fail "inspect draws another picture"
compress-dataset inspect lossy.h5 --plot p.png > /dev/null && [ "$(head -c 4 p.png | tail -c 3)" = PNG ] || fail png
compress-dataset data.npz -n --plot dry.svg > /dev/null; [ ! -e dry.svg ] || fail "a dry run draws"
[ ! -e pwned ] || fail "a name was executed"
refused() { local status=$1 words=$2; shift 2; "$@" > /dev/null 2> message; [ $? = "$status" ] && grep -q -- "$words" message || fail "$*: $(cat message)"; }
refused 64 'ends in .svg or .png' compress-dataset inspect lossy.h5 --plot p.gif
refused 64 'also another output' compress-dataset data.npz -o a.svg --plot a.svg
refused 65 'nothing to plot' compress-dataset empty.npy -o e.h5 --plot e.svg
[ ! -e e.h5 ] && [ ! -e e.svg ] || fail "something is left of a failed run"
mkdir bin && ln -s "$(command -v compress-dataset)" bin/
refused 69 'gnuplot is not on the PATH' env PATH="$PWD/bin" compress-dataset data.npz -o g.h5 --plot g.svg
[ ! -e g.h5 ] || fail "written without a picture"
