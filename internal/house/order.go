package house

import (
	"fmt"
	"slices"
	"strings"
)

const internal = "github.com/sluice-billing/sluice/internal/"

// order lists the folders of internal/: a package imports only what stands
// before its own folder. ARCHITECTURE.md says why, .golangci.yml repeats it.
var order = []string{
	"house",       // these checks, which need nothing of the product
	"proofreader", // of tests only
	"awsstub",     // of tests only
	"money", "billing", "access", "secret", "tax", "sheet", "lake", "engine", "source", "provision", "ingest", "plugin", "assign", "commitment", "rating", "book", "statement", "entry", "invoice", "einvoice",
	"paper", "spread", "deliver", "accounting", "bookfile", "abiquo", "config", "sample", "store", "artwork",
	"month", "credential", "collect", "probe", "proof", "mapping", "membership", "exchange", "item", "receivable", "adjustment", "desk", "earnings", "trial", "bookuse", "answer", "explore", "insight", "spend", "focus", "pipeline", "press", "identity", "audit", "webhook", "job", "backup", "brand", "letter", "handover", "mailroom", "notice", "workspace", "report", "app", "view", "api", "server",
}

// commandsImport is what the commands below cmd/ may use.
var commandsImport = []string{
	"money", "billing", "sheet", "config", "assign", "commitment", "rating", "book", "entry", "invoice", "einvoice", "deliver", "accounting", "bookfile", "abiquo", "sample", "artwork", "provision", "plugin", "credential", "probe", "collect", "membership", "spend",
	"month", "proof", "exchange", "item", "receivable", "adjustment", "desk", "earnings", "trial", "focus", "pipeline", "audit", "secret", "app", "api", "server",
}

// seams are packages that few may know, by prefix: behind them something can
// be replaced.
var seams = map[string][]string{
	internal + "engine/duckdb":    {"internal/app"},
	"github.com/duckdb/duckdb-go": {"internal/engine/duckdb", "internal/sample"}, // sample writes Parquet exports by the driver
	"modernc.org/sqlite":          {"internal/store"},
	"github.com/jackc/pgx":        {"internal/store", "internal/store/postgrestest"},
}

// Forbidden says why a package in the folder, such as internal/rating, may not
// import another by its import path; it is empty when it may.
func Forbidden(folder, imported string) string {
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
