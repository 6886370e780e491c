#!/bin/sh
# Writes the Go code of the contract into the folder of the first argument, which is
# backend/ where there is none. It needs protoc, protoc-gen-go and protoc-gen-go-grpc;
# the plugins are looked for in GOPATH/bin too.
set -eu
cd "$(dirname "$0")"
out=${1:-.}
PATH="$PATH:$(go env GOPATH)/bin"
exec protoc -I proto --go_out="$out" --go_opt=module=github.com/sluice-billing/sluice/backend \
	--go-grpc_out="$out" --go-grpc_opt=module=github.com/sluice-billing/sluice/backend \
	proto/sluice/backend/v1/backend.proto
