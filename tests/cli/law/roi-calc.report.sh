# shellcheck shell=bash
prepare() { cp "$CASES/../../tools/quickstart-return.json" model.json; }
command() { exec roi-calc report model.json --cases 256 -o "$1"; }
