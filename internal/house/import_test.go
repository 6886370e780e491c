package house_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const internal = "github.com/sluice-billing/sluice/internal/"

// order lists the folders of internal/: a package imports only what stands
// before its own folder. ARCHITECTURE.md says why, .golangci.yml repeats it.
var order = []string{
	"house", // these checks, which need nothing of the product
	"money", "billing", "tax", "sheet", "lake", "engine", "source", "ingest", "assign", "commitment", "rating", "book", "statement", "entry", "invoice",
	"deliver", "bookfile", "config", "sample", "store", "pipeline", "app",
}

// commandsImport is what the commands below cmd/ may use.
var commandsImport = []string{"money", "billing", "sheet", "config", "assign", "commitment", "rating", "book", "entry", "invoice", "deliver", "bookfile", "sample", "pipeline", "app"}

// seams are packages that few may know, by prefix: behind them something can
// be replaced.
var seams = map[string][]string{
	internal + "engine/duckdb":    {"internal/app"},
	internal + "store":            {"internal/pipeline", "internal/app"},
	"github.com/duckdb/duckdb-go": {"internal/engine/duckdb", "internal/sample"}, // sample writes Parquet exports by the driver
	"modernc.org/sqlite":          {"internal/store"},
}

func importOrder(t tree) (complaints []string) {
	for _, s := range t.sources {
		for _, spec := range s.syntax.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				continue // the parser does not let it happen
			}
			if why := forbidden(s.folder, imported); why != "" {
				complaints = append(complaints, fmt.Sprintf("%s: %s must not import %s: %s", t.at(spec), s.folder, imported, why))
			}
		}
	}
	return complaints
}

// forbidden says why a package in the folder may not import another, or
// nothing when it may.
func forbidden(folder, imported string) string {
	for seam, importers := range seams {
		if within(imported, seam) && !slices.Contains(importers, folder) && !within(internal+strings.TrimPrefix(folder, "internal/"), seam) {
			return "only " + strings.Join(importers, " and ") + " may"
		}
	}
	target, ours := strings.CutPrefix(imported, internal)
	if !ours {
		return ""
	}
	to := first(target)
	importer, inside := strings.CutPrefix(folder, "internal/")
	if !inside {
		if slices.Contains(commandsImport, to) {
			return ""
		}
		return "a command uses only " + strings.Join(commandsImport, ", ")
	}
	from := first(importer)
	if from == to || slices.Index(order, to) < slices.Index(order, from) {
		return ""
	}
	return fmt.Sprintf("%s stands after %s in the import order", to, from)
}

func within(name, prefix string) bool { return name == prefix || strings.HasPrefix(name, prefix+"/") }

func first(name string) string {
	name, _, _ = strings.Cut(name, "/")
	return name
}

// vagueNames say nothing of what a package is about.
var vagueNames = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "types", "pkg"}

func packageNames(t tree) (complaints []string) {
	for _, s := range t.sources {
		folder, inside := strings.CutPrefix(s.folder, "internal/")
		if inside && !slices.Contains(order, first(folder)) {
			complaints = append(complaints, fmt.Sprintf("%s: the folder %s has no place in the import order; give it one in internal/house/import_test.go", s.path, s.folder))
		}
		if slices.Contains(vagueNames, s.syntax.Name.Name) {
			complaints = append(complaints, fmt.Sprintf("%s: a package named %s says nothing of what is in it", s.path, s.syntax.Name.Name))
		}
	}
	return complaints
}
