#!/bin/sh
# Fetches what the OpenAPI document is checked with: a linter into .tools/redocly,
# and schemathesis, which asks what the document says, into .tools/schemathesis.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tools=$here/../../../../.tools
mkdir -p "$tools/redocly"
cp -p "$here/package.json" "$here/package-lock.json" "$tools/redocly"
(
	cd "$tools/redocly"
	[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --ignore-scripts --no-audit --no-fund --silent
)
[ "$tools/schemathesis/bin/schemathesis" -nt "$here/requirements.txt" ] || {
	python3 -m venv "$tools/schemathesis"
	"$tools/schemathesis/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
	touch "$tools/schemathesis/bin/schemathesis"
}
