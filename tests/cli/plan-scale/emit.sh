# Configuration for the engines, as text and against its schema, and names that must not get into it.
emit() { plan-scale emit "$@" || echo "exit $?"; }
emit hpa --target deployment/llm --namespace serving --min-nodes 2 --max-nodes 60 --tolerance 0.01 --down-window 1m | tee hpa
emit keda --target statefulset/llm --max-nodes 60 | tee keda
emit rules | tee rules
emit cronjob --schedule '*/5 * * * *' --image registry.example/daybreak:0.1 | tee cronjob
emit slurm --slurm-nodes 'cloud[1-64],gpu[01-08]' --warm-nodes 4

python3 - "$CASES" <<'PYTHON'
import json, sys
try:
    import jsonschema, yaml
except ImportError:
    sys.exit(0)
for kind in ("hpa", "keda", "rules", "cronjob"):
    schema = json.load(open(f"{sys.argv[1]}/schemas/{kind}.json"))
    document = yaml.safe_load(open(kind))
    jsonschema.validate(document, schema)
    # The schema is no rubber stamp: without any one part of the document it no longer holds, or that part may be absent.
    broken = json.loads(json.dumps(document))
    broken["unknown"] = 1
    try:
        jsonschema.validate(broken, schema)
        print(kind, "takes an unknown field")
    except jsonschema.ValidationError:
        pass
PYTHON
command -v promtool > /dev/null && { promtool check rules rules > said || cat said; }

echo '{"all_nodes_resume":"cloud[1-2],gpu01","jobs":[{"job_id":7,"nodes_resume":"cloud[1-2]"},{"job_id":9,"nodes_resume":"gpu01,cloud2"}]}' > new.json
sed 's/_resume//g' new.json > old.json
emit resume 'cloud[1-3],gpu01' --resume-file new.json --command ./start
emit resume 'cloud[1-3],gpu01' --resume-file old.json --command ./start | cmp - <(emit resume 'cloud[1-3],gpu01' --resume-file new.json --command ./start)
emit suspend 'cloud[07-08]' --command ./stop
emit resume 'cloud1' --resume-file new.json
echo '{"jobs":[]}' > bad.json && emit resume cloud1 --resume-file bad.json
emit suspend 'cloud[1;reboot]'
emit suspend cloud1 --command 'x;y'
emit hpa cloud1
emit resume
emit nothing
emit hpa --name 'a"b'
emit hpa --min-nodes 5 --max-nodes 3
emit hpa --down-window 2h
emit hpa --min-nodes 0
emit keda --prometheus 'http://x/" evil: "y'
emit cronjob --schedule '$(reboot)'
emit slurm --resume-program resume
emit slurm --slurm-nodes n1 --warm-nodes 2
