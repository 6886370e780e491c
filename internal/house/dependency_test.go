package house

import (
	"slices"
	"testing"
	"testing/fstest"
)

func unexplainedDependencies(t Tree) []string {
	_, complaints := Dependencies(t)
	return complaints
}

// Direct dependencies and the sentences on them stand for each other.
func TestDependencies(t *testing.T) {
	const mod = `module example.org/x

require example.org/alone v1.0.0
require example.org/other v1.0.0 // indirect

require (
	example.org/known v1.2.3
	example.org/new v0.1.0 // what else is said of it
	// example.org/commented v1.0.0

	example.org/far v1.0.0 // indirect
)

replace example.org/known => ./known
`
	const page = "# Reasons\n\n| module | why |\n|---|---|\n" +
		"| `example.org/known` | It knows. |\n| `example.org/alone` | It is. |\n| `example.org/far` | It was near. |\n| `example.org/gone` | It went. |\n"
	direct, complaints := Dependencies(readTree(t, fstest.MapFS{
		"go.mod": {Data: []byte(mod)}, reasons: {Data: []byte(page)},
	}))
	wantDirect := []Dependency{{"example.org/known", "It knows."}, {"example.org/new", ""}, {"example.org/alone", "It is."}}
	if !slices.Equal(direct, wantDirect) {
		t.Errorf("direct: %q; wanted %q", direct, wantDirect)
	}
	wantComplaints := []string{
		"go.mod: example.org/new has no sentence in docs/decisions/0015-dependencies.md; say there why it and not our own code",
		"docs/decisions/0015-dependencies.md: example.org/far is no direct dependency; remove its row",
		"docs/decisions/0015-dependencies.md: example.org/gone is no direct dependency; remove its row",
	}
	if !slices.Equal(complaints, wantComplaints) {
		t.Errorf("complaints:\n%q\nwanted:\n%q", complaints, wantComplaints)
	}
}
