try() { profile-precision "$@" > out; echo "exit $?"; [ ! -s out ] || echo "printed something"; }
echo text > text; echo '{"schema":"daybreak.precision-map/1","default":{"dtype":"F32"},"tensors":{},"gemms":{},"more":1}' > map.json
try profile; try profile model --data text.h5; try profile model -o p.h5; try profile model --data text.h5 -o -
try profile model --data text.h5 -o p.h5; try profile . --data text.h5 -o p.h5 --formats int8; try profile . --data text.h5 -o p.h5 --labels 0
try solve p.h5; try solve p.h5 --max-kl -1; try solve p.h5 --max-kl nan; try solve p.h5 --max-kl 1; try solve text --max-kl 1
try solve text --policy best; try solve text --policy grad-norm --max-kl 1; try solve text --policy uniform:int8
try verify model map.json --data text.h5; try verify model text --data text.h5; try verify model map.json; try inspect text
[ ! -e p.h5 ] || echo "p.h5 was made"
