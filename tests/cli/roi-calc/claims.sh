# The numbers of the claim alone, then beside what a training run measured: status 1 where it does not carry the claim.
roi-calc claims
{
  echo '{"type":"begin","schema":"daybreak.train/1"}'
  echo '{"type":"step","step":1,"data_stall_share":0.4}'
  echo '{"type":"summary","schema":"daybreak.train/1","steps":1,"data_stall_share":0.05}'
} > run.jsonl
roi-calc claims run.jsonl --format text; echo "exit $?"
roi-calc claims --set data-stall-share=0.9 | jq -c .claims.measured; echo "exit $?"
roi-calc claims --set data-stall-share=@run.jsonl:/data_stall_share | jq -c .claims.measured
roi-calc claims --speedup 5 --hardware-share 50% --multiple 1 --format text
