package house

import (
	"io/fs"
	"os"
	"slices"
	"testing"
	"testing/fstest"
)

var rules = []struct {
	name  string
	check func(Tree) (complaints []string)
}{
	{"import order", importOrder},
	{"package names", packageNames},
	{"no floats", noFloats},
	{"file sizes", fileSizes},
	{"package comments", packageComments},
	{"nothing later", nothingLater},
	{"dependencies", unexplainedDependencies},
}

func readTree(t *testing.T, root fs.FS) Tree {
	t.Helper()
	read, err := ReadTree(root)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// The repository keeps every rule.
func TestHouse(t *testing.T) {
	repository := readTree(t, os.DirFS("../.."))
	if len(repository.Sources) == 0 {
		t.Fatal("no Go files were found: the rules checked nothing")
	}
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			for _, complaint := range rule.check(repository) {
				t.Error(complaint)
			}
		})
	}
}

// Each rule finds what it is there for, and nothing in a file that is right.
func TestRulesComplain(t *testing.T) {
	const ours = "github.com/sluice-billing/sluice/internal/"
	const doc = "// Package x is made up.\n"
	long := ""
	for range 460 {
		long += "\n"
	}
	tests := []struct {
		name, path, text string
		want             []string
	}{
		{"right", "internal/rating/x.go", doc + "package x\nimport (\n\"math\"\n\"" + ours + "money\"\n\"" + ours + "engine\"\n)\nconst most = math.MaxInt64 / 2", nil},
		{"below", "internal/ingest/x.go", doc + "package x\nimport _ \"" + ours + "rating\"", []string{
			"internal/ingest/x.go:3: internal/ingest must not import " + ours + "rating: rating stands after ingest in the import order"}},
		{"below, from a folder inside", "internal/engine/duckdb/x.go", doc + "package x\nimport _ \"" + ours + "source\"", []string{
			"internal/engine/duckdb/x.go:3: internal/engine/duckdb must not import " + ours + "source: source stands after engine in the import order"}},
		{"own folder", "internal/engine/duckdb/x.go", doc + "package x\nimport _ \"" + ours + "engine\"", nil},
		{"adapter", "internal/pipeline/x.go", doc + "package x\nimport _ \"" + ours + "engine/duckdb\"", []string{
			"internal/pipeline/x.go:3: internal/pipeline must not import " + ours + "engine/duckdb: only internal/app may"}},
		{"adapter, by app", "internal/app/x.go", doc + "package x\nimport _ \"" + ours + "engine/duckdb\"", nil},
		{"driver", "internal/rating/x.go", doc + "package x\nimport _ \"github.com/duckdb/duckdb-go/v2\"", []string{
			"internal/rating/x.go:3: internal/rating must not import github.com/duckdb/duckdb-go/v2: only internal/engine/duckdb and internal/sample may"}},
		{"driver, by the adapter", "internal/engine/duckdb/x.go", doc + "package x\nimport _ \"github.com/duckdb/duckdb-go/v2\"", nil},
		{"records, by a command", "cmd/sluice/x.go", "package main\nimport _ \"" + ours + "store\"", []string{
			"cmd/sluice/x.go:2: cmd/sluice must not import " + ours + "store: a command uses only money, billing, sheet, config, assign, commitment, rating, book, entry, invoice, einvoice, deliver, accounting, bookfile, abiquo, sample, artwork, provision, plugin, credential, probe, collect, membership, spend, month, proof, exchange, item, receivable, adjustment, desk, earnings, trial, focus, pipeline, audit, secret, app, api, server"}},
		{"stage, by a command", "cmd/sluice/x.go", "package main\nimport _ \"" + ours + "ingest\"", []string{
			"cmd/sluice/x.go:2: cmd/sluice must not import " + ours + "ingest: a command uses only money, billing, sheet, config, assign, commitment, rating, book, entry, invoice, einvoice, deliver, accounting, bookfile, abiquo, sample, artwork, provision, plugin, credential, probe, collect, membership, spend, month, proof, exchange, item, receivable, adjustment, desk, earnings, trial, focus, pipeline, audit, secret, app, api, server"}},
		{"app, by a command", "cmd/sluice/x.go", "package main\nimport _ \"" + ours + "app\"", nil},
		{"no place in the order", "internal/misc/x.go", doc + "package x", []string{
			"internal/misc/x.go: the folder internal/misc has no place in the import order; give it one in internal/house/order.go"}},
		{"vague", "cmd/x.go", "package helpers", []string{
			"cmd/x.go: a package named helpers says nothing of what is in it"}},
		{"float type", "internal/rating/x.go", doc + "package x\nvar a float64", []string{
			"internal/rating/x.go:3: float64 is a binary fraction; use money.Decimal"}},
		{"float number", "internal/rating/x.go", doc + "package x\nvar a = 0.5", []string{
			"internal/rating/x.go:3: 0.5 is a binary fraction; use money.Decimal"}},
		{"float function", "internal/rating/x.go", doc + "package x\nvar a, _ = strconv.ParseFloat(\"1\", 64)\nvar b big.Float\nvar c = math.Sqrt(2)", []string{
			"internal/rating/x.go:3: ParseFloat is a binary fraction; use money.Decimal",
			"internal/rating/x.go:4: Float is a binary fraction; use money.Decimal",
			"internal/rating/x.go:5: Sqrt is a binary fraction; use money.Decimal"}},
		{"test", "internal/rating/x_test.go", "package x\nvar a float64", nil},
		{"long", "internal/rating/x.go", doc + "package x" + long, []string{
			"internal/rating/x.go: 461 lines, more than 450; cut it by noun"}},
		{"no comment", "internal/rating/x.go", "package rating", []string{
			"internal/rating: no file begins with a comment “Package rating …”"}},
		{"later", "docs/x.md", "one\nTO" + "DO two", []string{
			"docs/x.md:2: TO" + "DO marks unfinished work; finish it, or describe it in docs/"}},
		{"later in a test", "internal/rating/x_test.go", "package x // FIX" + "ME", []string{
			"internal/rating/x_test.go:1: FIX" + "ME marks unfinished work; finish it, or describe it in docs/"}},
		{"part of a word", "docs/x.md", "account XX" + "XX", nil},
		{"made, not written", "out/x.md", "TO" + "DO", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			made := readTree(t, fstest.MapFS{test.path: {Data: []byte(test.text)}})
			var got []string
			for _, rule := range rules {
				got = append(got, rule.check(made)...)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("complaints:\n%q\nwanted:\n%q", got, test.want)
			}
		})
	}
}
