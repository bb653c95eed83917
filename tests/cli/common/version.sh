$TOOL --version | grep -qx "$TOOL [0-9][0-9.]*"
