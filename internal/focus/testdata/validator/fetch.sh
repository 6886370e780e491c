#!/bin/sh
# Fetches the validator of the FinOps Foundation into .tools/focus-validator. It needs
# Python 3.12 or newer.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tools=$here/../../../../.tools
[ "$tools/focus-validator/bin/focus-validator" -nt "$here/requirements.txt" ] && exit 0
for python in python3.14 python3.13 python3.12 python3 "$HOME"/.pyenv/versions/3.1[2-9]*/bin/python; do
	"$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null || continue
	mkdir -p "$tools"
	"$python" -m venv --clear "$tools/focus-validator"
	"$tools/focus-validator/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
	touch "$tools/focus-validator/bin/focus-validator"
	exit 0
done
echo "there is no Python 3.12 or newer" >&2
exit 1
