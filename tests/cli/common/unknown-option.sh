$TOOL --no-such-option
