#!/bin/sh
# Fetches what drives the browser that the tests look at pages with into
# .tools/browser. The browser itself is the system's chromium.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=$here/../../../../.tools/browser
mkdir -p "$to"
cp -p "$here/package.json" "$here/package-lock.json" "$here/walk.mjs" "$to"
cd "$to"
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --ignore-scripts --no-audit --no-fund --silent
