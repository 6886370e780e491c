# The tests read the status of every part of a pipe.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

TOOLS := $(CURDIR)/.tools/bin
VERSITYGW := github.com/versity/versitygw/cmd/versitygw@v1.8.0

# The SQL engine is a C++ library.
export CGO_ENABLED = 1

.DEFAULT_GOAL := help
.PHONY: help run web build test check lint house bench client fonts tools screenshots clean

help: ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 8

run: fonts web build ## serve the console on make-believe months, kept in out/console
	bin/sluice demo --serve --dir out/console

web: ## build the console and the portal (npm)
	@sh web/build.sh

build: ## build bin/sluice; with the console where make web was run before
	go build -trimpath -o bin/sluice ./cmd/sluice

# check has vetted it all; without symbols a test program with the SQL engine in
# it is linked in half the time. What takes longest is begun first, so that nothing
# long is left alone at the end.
test: check tools ## run every test, and say which were skipped and why
	@$(MAKE) --no-print-directory fonts || echo "PDF tests will be skipped: the fonts could not be fetched"
	@sh web/check.sh
	@$(MAKE) --no-print-directory web
	@go build -o $(TOOLS)/testreport ./internal/house/testreport
	@go test -vet=off -ldflags=-s -timeout 60m -json ./web ./cmd/sluice ./internal/server ./internal/app ./... | $(TOOLS)/testreport

check:
	@unformatted=$$(gofmt -l backend client cmd examples internal); if [ -n "$$unformatted" ]; then \
		echo "not formatted; run gofmt -w on:"; echo "$$unformatted"; exit 1; fi
	go vet ./...

lint: check ## check form and, where golangci-lint is installed, much more
	@if command -v golangci-lint >/dev/null; then golangci-lint run; \
		else echo "golangci-lint is not installed: only gofmt and go vet were run"; fi

house: ## measure the shape of the code
	@go run ./internal/house/measure

bench: fonts ## time a month against pigz, and a server's reads; SLUICE_BENCH_LINES sizes it
	go test -run '^$$' -bench 'Month|Commitments|PriceBook' -benchtime 1x -timeout 60m ./internal/app
	go test -run '^$$' -bench 'Reads|Explore' -benchtime 1x -timeout 60m ./internal/server
	go test -run '^$$' -bench PDF -benchtime 3s ./internal/deliver

client: ## generate the operations of the Go client
	cd client && go run ./generate

fonts: ## fetch the fonts of the PDF (npm)
	@sh internal/deliver/font/fetch.sh

tools: ## fetch the servers and checkers the tests use
	@[ -x $(TOOLS)/versitygw ] || GOBIN=$(TOOLS) go install $(VERSITYGW) || \
		echo "S3 tests will be skipped: $(VERSITYGW) could not be fetched"
	@sh internal/identity/testdata/op/fetch.sh || \
		echo "single sign-on tests will be skipped: oidc-provider could not be fetched"
	@sh internal/server/testdata/browser/fetch.sh || \
		echo "browser tests will be skipped: playwright-core could not be fetched"
	@sh internal/server/testdata/openapi/fetch.sh || \
		echo "OpenAPI tests will be skipped: redocly or schemathesis could not be fetched"
	@sh internal/focus/testdata/validator/fetch.sh || \
		echo "the FOCUS validator's test will be skipped: it could not be fetched, or there is no Python 3.12"
	@sh internal/provision/testdata/fetch.sh || \
		echo "templates will not be held against cfn-lint or terraform validate: they, or Terraform's AWS provider, could not be fetched"
	@sh internal/proofreader/fetch.sh || \
		echo "tests of e-invoices and PDF/A by others' checkers will be skipped: phive, Mustang or veraPDF could not be fetched"

screenshots: web build ## take a picture of every page, light and dark, wide and narrow, into out/screenshots
	@cd web && node e2e/screenshots.mjs

clean: ## remove what was built; fonts and tools stay
	rm -rf bin out web/dist/app
