# Records that are cut, of another kind, without a measurement; shares that are none.
printf '{"type":"begin","schema":"daybreak.train/1"}\n{"type":"step","step":1,"data_stall_share":0.4}\n' > cut.jsonl
roi-calc claims cut.jsonl; echo "exit $?"
echo '{"schema":"daybreak.simulation/1"}' > other.json
roi-calc claims other.json; echo "exit $?"
echo '{"type":"summary","schema":"daybreak.train/1","data_stall_share":null}' > null.json
roi-calc claims null.json; echo "exit $?"
echo '{"type":"summary","schema":"daybreak.train/2","data_stall_share":0.1}' > later.json
roi-calc claims later.json; echo "exit $?"
roi-calc claims absent.json; echo "exit $?"
roi-calc claims --set data-stall-share=1.5; echo "exit $?"
roi-calc claims --hardware-share 80; echo "exit $?"
roi-calc claims --speedup 0; echo "exit $?"
