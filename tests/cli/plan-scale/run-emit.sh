# Decisions as commands for engines, and names that must not reach a shell.
lines() { printf '{"ts":60,"nodes_ready":3,"queue_length":900,"simulated":true}\n{"ts":120,"nodes_ready":4,"queue_length":100,"simulated":true}\n'
          printf '{"ts":180,"nodes_ready":4,"queue_length":0,"simulated":true}\n'; }
say() { lines | plan-scale run --policy literal --service-rate 1 "$@" || echo "exit $?"; }
say --emit kubectl --target deployment/llm --namespace serving
say --emit slurm --slurm-nodes 'cloud[1-2,07-08,20]'
say --emit sh --command ./scale
say --emit prom | tail -n 12
say --emit sh > script.sh
scale-to() { echo "scaled to $*"; }
. ./script.sh
say --emit kubectl --target 'deployment/a;reboot'
say --emit kubectl --target llm
say --emit kubectl --namespace 'Serving'
say --emit sh --command 'reboot;'
say --emit slurm
say --emit slurm --slurm-nodes 'n[1-3]'
say --emit slurm --slurm-nodes '$(reboot)'
