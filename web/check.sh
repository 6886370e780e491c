#!/bin/sh
# Checks the types and the form of the web application.
set -eu
cd "$(dirname "$0")"
. ./node.sh
npm run --silent check
