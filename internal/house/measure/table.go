package main

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/house"
)

// packageTable is what can be said of each package, and of all together.
type packageTable struct {
	Exported  int    `json:"exported"`
	Unused    number `json:"unused"`           // exported names that no other package uses
	Constants int    `json:"unused_constants"` // among the unused
	Against   number `json:"against"`          // imports against the order of internal/house
	Percent   number `json:"test_percent"`     // lines of test code for 100 lines of code
	Lines     int    `json:"lines"`            // of code
	Tests     int    `json:"test_lines"`
	Rows      []row  `json:"rows"` // by folder
}

// row is one package.
type row struct {
	Folder   string   `json:"folder"`
	Lines    int      `json:"lines"`
	Tests    int      `json:"test_lines"`
	Percent  int      `json:"test_percent"`
	Exported int      `json:"exported"`
	Unused   []symbol `json:"unused,omitempty"`
	FanIn    int      `json:"fan_in"`            // packages of the repository that import it
	FanOut   int      `json:"fan_out"`           // packages of the repository that it imports
	Against  []string `json:"against,omitempty"` // imports against the order, with the reason

	constants int // among the unused
}

// tablePackages counts lines and imports by folder; imports of tests do not
// count.
func tablePackages(t house.Tree, doors map[string]door) packageTable {
	rows := map[string]*row{}
	at := func(folder string) *row {
		if rows[folder] == nil {
			d := doors[folder]
			rows[folder] = &row{Folder: folder, Exported: d.names, Unused: d.unused, constants: d.constants}
		}
		return rows[folder]
	}
	for _, s := range t.Sources {
		at(s.Folder).Lines += s.Lines
	}
	for _, s := range t.Tests {
		at(s.Folder).Tests += s.Lines
	}
	for edge, why := range imports(t) {
		at(edge.from).FanOut++
		at(edge.to).FanIn++
		if why != "" {
			at(edge.from).Against = append(at(edge.from).Against, edge.to+": "+why)
		}
	}
	return total(rows)
}

// edge is an import between two packages of the repository, by folder.
type edge struct{ from, to string }

// imports maps each edge to why it must not be; empty where it may.
func imports(t house.Tree) map[edge]string {
	module := modulePath(t)
	edges := map[edge]string{}
	for _, s := range t.Sources {
		for _, spec := range s.Syntax.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				continue // the parser does not let it happen
			}
			if to, ours := strings.CutPrefix(imported, module+"/"); ours {
				edges[edge{s.Folder, path.Clean(to)}] = house.Forbidden(s.Folder, imported)
			}
		}
	}
	return edges
}

// modulePath is what go.mod calls the repository.
func modulePath(t house.Tree) string {
	for line := range strings.Lines(string(t.Text("go.mod"))) {
		if name, ok := strings.CutPrefix(line, "module "); ok {
			return strings.TrimSpace(name)
		}
	}
	return ""
}

func total(rows map[string]*row) (table packageTable) {
	unused, against := 0, 0
	for _, r := range rows {
		r.Percent = percent(r.Tests, r.Lines)
		slices.Sort(r.Against)
		table.Rows = append(table.Rows, *r)
		table.Exported += r.Exported
		table.Lines += r.Lines
		table.Tests += r.Tests
		unused += len(r.Unused)
		table.Constants += r.constants
		against += len(r.Against)
	}
	slices.SortFunc(table.Rows, func(a, b row) int { return cmp.Compare(a.Folder, b.Folder) })
	table.Unused, table.Against = none(unused), none(against)
	table.Percent = atLeast(50, percent(table.Tests, table.Lines))
	return table
}

// percent is a part of the whole in whole percent, cut; 0 of nothing.
func percent(part, whole int) int {
	if whole == 0 {
		return 0
	}
	return part * 100 / whole
}
