package provision

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write testdata/made anew")

// makers are the ways to make something of a plan.
var makers = map[string]func(Plan) (Made, error){"cloudformation": CloudFormation, "terraform": Terraform, "policy": Policies}

// everyMade calls do for each plan and way.
func everyMade(t *testing.T, do func(t *testing.T, name, way string, p Plan, made Made)) {
	for _, name := range slices.Sorted(maps.Keys(plans)) {
		for _, way := range slices.Sorted(maps.Keys(makers)) {
			t.Run(name+"/"+way, func(t *testing.T) {
				made, err := makers[way](plans[name])
				if err != nil {
					t.Fatal(err)
				}
				do(t, name, way, plans[name], made)
			})
		}
	}
}

// shown are the plans whose files are kept whole. All are looked at by the tests of
// what they grant and by the checkers of AWS's and Terraform's makers.
var shown = []string{"cur", "cur2", "foreign", "identity"}

// Read every line of what -update writes: it is what people run in their accounts.
func TestTemplates(t *testing.T) {
	everyMade(t, func(t *testing.T, name, way string, _ Plan, made Made) {
		if !slices.Contains(shown, name) {
			return
		}
		archive := txtar.Archive{Comment: []byte(strings.Join(made.Steps, "\n") + "\n\n")}
		for _, f := range made.Files {
			archive.Files = append(archive.Files, txtar.File{Name: f.Name, Data: []byte(f.Text)})
		}
		got := txtar.Format(&archive)
		path := filepath.Join("testdata", "made", name+"."+way+".txtar")
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is another one now; run go test ./internal/provision -run TestTemplates -update and read the difference", path)
		}
	})
}
