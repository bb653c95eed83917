# A stream without its summary record is refused.
printf '{"type":"step","x":1}\n{"type":"step","x":2}\n' > cut.jsonl
roi-calc literal --growth 5 --set investment=@cut.jsonl:/x 2> message; [ $? = 65 ] && grep -q 'was cut' message || exit 1
printf '{"type":"step","x":1}\n{"type":"summary","x":80}\n' > whole.jsonl
roi-calc literal --growth 5 --set investment=@whole.jsonl:/x | grep -q '"roi_multiple": 22.5'
