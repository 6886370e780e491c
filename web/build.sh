#!/bin/sh
# Builds the console and the portal into dist/app, from where the program takes them;
# nothing is done where what is there is newer than all it is made of.
set -eu
cd "$(dirname "$0")"
if [ -e dist/app/built ] && [ -z "$(find src build console.html portal.html package-lock.json vite.config.ts ../docs/reference/openapi.json -newer dist/app/built -print -quit)" ]; then
	exit 0
fi
. ./node.sh
npm run --silent build
touch dist/app/built
