# Each mistake in a configuration file is reported with file, line, key, what was expected and what was found.
status=0
refused() {  # TEXT PATTERN: a file of that text, and how the message goes on after "TOOL: c.toml:3: "
  printf '# one\nquiet = false\n%b\n' "$1" > c.toml
  $TOOL $verb --config c.toml > stdout 2> message
  [ $? = 78 ] || { echo "'$1': not refused with 78"; status=1; }
  # shellcheck disable=SC2053
  [[ $(cat message) == "$TOOL: c.toml:3: "$2 ]] || { echo "'$1': $(cat message)"; status=1; }
}
for verb in $($TOOL --generate options | cut -d' ' -f1 | sort -u); do
  refused 'log-fromat = "json"' "'log-fromat': unknown key, did you mean 'log-format'?*"
  refused 'unheard-of = 1' "'unheard-of': unknown key (*"
  refused '[common]' "found the section \[common\], expected KEY = VALUE*"
  refused '[[common]] # twice' "found the section \[\[common\]\]*, expected KEY = VALUE*"
  refused '= 3' "expected a key, found = 3 *"
  refused 'log-format "json"' "'log-format': expected = after the key, found \"json\" *"
  refused 'log-format = json' "'log-format': expected a string in double quotes, a number, true or false, found json *"
  refused 'log-format =' "'log-format': expected a string in double quotes, a number, true or false, found the end of the line *"
  refused 'log-format = "xml"' "'log-format': expected *text*json*, found 'xml'*"
  refused 'log-format = ["text", "json"]' "'log-format': expected one value *, found an array of 2 *"
  refused 'log-format = "json' "'log-format': the string has no closing quote *"
  refused 'log-format = "json" yes' "'log-format': expected nothing after the value, found yes *"
  refused 'quiet = true' "'quiet': the key appears twice, first in c.toml:2 *"
done
exit $status
