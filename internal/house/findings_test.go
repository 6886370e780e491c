package house

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// findingCode is where a finding gets its code: in a literal of
// billing.Finding, or as the argument of a stage's own note of one.
var findingCode = regexp.MustCompile(`(?:\bCode: |\.add(?:Money)?\(billing\.(?:Hold|Warn|Info), |\.odd\()"([a-z][a-z0-9-]*)"`)

// Whoever is held by a finding can look up what to do about it.
func TestFindingsAreExplained(t *testing.T) {
	const page = "docs/how-to/held-close.md"
	repository := readTree(t, os.DirFS("../.."))
	var explained string
	sources := map[string]bool{}
	for _, s := range repository.Sources {
		// Codes of problems are no findings; the API's own documentation explains them.
		sources[s.Path] = strings.HasPrefix(s.Path, "internal/") && !strings.HasPrefix(s.Path, "internal/sample/") &&
			!strings.HasPrefix(s.Path, "internal/api/") && !strings.HasPrefix(s.Path, "internal/server/") && !strings.HasPrefix(s.Path, "internal/identity/")
	}
	codes := map[string]string{}
	for _, f := range repository.Texts {
		if f.Path == page {
			explained = string(f.Text)
		}
		if sources[f.Path] {
			for _, match := range findingCode.FindAllSubmatch(f.Text, -1) {
				codes[string(match[1])] = f.Path
			}
		}
	}
	if len(codes) < 10 {
		t.Fatalf("only %d codes were found: %v; the pattern no longer fits the code", len(codes), codes)
	}
	for code, path := range codes {
		if !strings.Contains(explained, "| `"+code+"` |") {
			t.Errorf("%s: the finding %s is not in the table of %s", path, code, page)
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z0-9-]+)` \\|").FindAllStringSubmatch(explained, -1) {
		if codes[row[1]] == "" {
			t.Errorf("%s explains %s, which no stage makes", page, row[1])
		}
	}
}
