package source

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of kinds in the documentation anew")

// The tables of what Sluice reads are made from layouts.
func TestDocumentedKinds(t *testing.T) {
	for _, table := range []struct {
		file, head string
		row        func(*layout) string
	}{
		{"README.md", "| export | from |", func(l *layout) string { return fmt.Sprintf("| %s | %s |", l.about, l.files) }},
		{"docs/how-to/connect-s3.md", "| kind | what it is |", func(l *layout) string { return fmt.Sprintf("| `%s` | %s |", l.kind, l.about) }},
	} {
		file := filepath.Join("..", "..", filepath.FromSlash(table.file))
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rows := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(table.head) + "\n\\|---\\|---\\|\n((?:\\|.*\n)*)")
		at := rows.FindSubmatchIndex(text)
		if at == nil {
			t.Fatalf("%s has no table with the head %q", table.file, table.head)
		}
		var want strings.Builder
		for _, l := range layouts {
			fmt.Fprintln(&want, table.row(l))
		}
		got := string(text[at[2]:at[3]])
		if *update {
			text = append([]byte(string(text[:at[2]])+want.String()), text[at[3]:]...)
			if err := os.WriteFile(file, text, 0o644); err != nil {
				t.Fatal(err)
			}
		} else if got != want.String() {
			t.Errorf("the table in %s is not what layouts say; run go test ./internal/source -update\n%s", table.file, want.String())
		}
	}
}
