#!/bin/sh
# Fetches the OpenID provider that the tests sign in with into .tools/op.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=$here/../../../../.tools/op
mkdir -p "$to"
cp -p "$here/package.json" "$here/package-lock.json" "$here/op.mjs" "$to"
cd "$to"
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --ignore-scripts --no-audit --no-fund --silent
