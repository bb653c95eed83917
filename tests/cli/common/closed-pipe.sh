# A reader that leaves early ends the tool quietly: by SIGPIPE, with nothing on stderr.
(sleep 0.2; $TOOL --help) | true
status=${PIPESTATUS[0]}
[ "$status" = 141 ] || { echo "status $status"; exit 1; }
