# compress and restore with --dry-run say what they would write, refuse what they would refuse, and write nothing.
seq 1 1000 > a.txt
compress-dataset a.txt -o a.h5 -n | jq -e '.dry_run and .arrays[0].input_bytes == 3893' > /dev/null || exit 1
[ ! -e a.h5 ] || exit 1
compress-dataset a.txt -o a.h5 > /dev/null || exit 1
compress-dataset restore a.h5 -o back -n | jq -e '.dry_run and .files == [{"path": "back/a.txt", "bit_exact": true}]' > /dev/null || exit 1
[ ! -e back ] || exit 1
compress-dataset restore a.h5 -o back > /dev/null || exit 1
compress-dataset restore a.h5 -o back -n 2> message; [ $? = 73 ] && grep -q 'exists already' message
