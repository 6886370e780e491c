// Package focus writes a month as data sets that cost tools read: FOCUS 1.2 Cost and
// Usage, the data sets Invoice Detail and Billing Period that FOCUS 1.4 adds, and one
// in the shape of AWS's CUR 2.0. A data set of billing groups (Billed) is at the price
// that they pay, with the reseller as provider and issuer of invoices, and its
// BilledCost adds up to what each of their documents asks for; it has no column for
// what was paid above (R5). The reseller's own (Paid) is at the provider's cost.
//
// Rows go from the lake into files inside the SQL engine; Go sees the documents alone.
// The same months give the same bytes.
package focus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
)

// Exports writes data sets of an installation.
type Exports struct{ home *month.Installation }

// New returns the exports of an installation.
func New(home *month.Installation) *Exports { return &Exports{home} }

// Scope is whose month a data set is of.
type Scope struct {
	period billing.Period
	groups []string // of billing groups
	paid   bool     // the reseller's own
	only   string   // of one document of theirs, by its id; empty for all
	with   Documents
}

// Documents is which documents of billing groups a data set knows of. The others are as
// if they were not there: a group that has none left has its charges as they were priced
// last, unconverted, without InvoiceId, and nothing that only documents have.
type Documents int

// The documents that there can be. What a buyer may see is what is published.
const (
	EveryDocument Documents = iota // drafts, too
	IssuedDocuments
	PublishedDocuments
	NoDocument
)

// Billed is a month of billing groups: what they are charged, whoever sells to them.
// Without groups it is a month of nobody.
func Billed(period billing.Period, groups ...string) Scope {
	return Scope{period: period, groups: slices.Compact(slices.Sorted(slices.Values(groups)))}
}

// Of narrows it to one document, by its id. Only data sets with usage know of it.
func (s Scope) Of(document string) Scope {
	s.only = document
	return s
}

// With narrows it to what is known of some documents.
func (s Scope) With(d Documents) Scope {
	s.with = d
	return s
}

// Paid is a month of all that the reseller pays its providers for.
func Paid(period billing.Period) Scope { return Scope{period: period, paid: true} }

// Period is the month.
func (s Scope) Period() billing.Period { return s.period }

// ofReseller tells whether it is the reseller's own.
func (s Scope) ofReseller() bool { return s.paid }

// Format is how files are written.
type Format string

// The formats.
const (
	Parquet Format = "parquet" // packed by zstd; costs as DECIMAL(38,24)
	CSV     Format = "csv"     // RFC 4180 in UTF-8, packed by gzip
)

// Formats lists them.
func Formats() []Format { return []Format{Parquet, CSV} }

// MediaType is that of a file.
func (f Format) MediaType() string {
	if f == CSV {
		return "application/gzip"
	}
	return "application/vnd.apache.parquet"
}

func (f Format) exported() engine.ExportFormat {
	if f == CSV {
		return engine.AsCSV
	}
	return engine.AsParquet
}

func (f Format) written(from, kind string) string {
	if f == CSV {
		return asText(from, kind)
	}
	return asParquet(from, kind)
}

// perFile bounds a file to a million rows, some 50 to 150 MB packed.
const perFile = 1_000_000

// Write writes a data set of a scope as files below dir and returns their manifest,
// which it also writes there (Manifest.Name). What lies in dir under other names is
// left alone. It is an error when the month was not priced yet (of a data set that has
// usage), when a document does not add up, or when the charges it was made from are
// not those of the lake.
func (x *Exports) Write(ctx context.Context, scope Scope, set DataSet, as Format, dir string) (Manifest, error) {
	return x.write(ctx, scope, set, as, dir, perFile)
}

// WriteOne is Write into one file, whatever its size.
func (x *Exports) WriteOne(ctx context.Context, scope Scope, set DataSet, as Format, dir string) (Manifest, error) {
	const all = 1 << 60
	return x.write(ctx, scope, set, as, dir, all)
}

func (x *Exports) write(ctx context.Context, scope Scope, set DataSet, as Format, dir string, rows int64) (_ Manifest, err error) {
	s, known := sets[set]
	switch {
	case !known:
		return Manifest{}, fmt.Errorf("there is no data set %q; use one of %s", set, strings.Join(dataSetNames(), ", "))
	case !slices.Contains(Formats(), as):
		return Manifest{}, fmt.Errorf("there is no format %q of data sets; use %s or %s", as, Parquet, CSV)
	case scope.only != "" && !s.totals:
		return Manifest{}, fmt.Errorf("the data set %s is not of one document", set)
	case s.documents && scope.ofReseller():
		return Manifest{}, fmt.Errorf("the data set %s is about the reseller's documents; name billing groups", set)
	}
	const steps = 2
	work := fmt.Sprintf("data set %s %s", set, scope.period)
	billing.Step(ctx, work, 0, steps)
	w, err := x.open(ctx, scope)
	if err != nil {
		return Manifest{}, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	if err := s.prepare(w, ctx); err != nil {
		return Manifest{}, fmt.Errorf("the data set %s of %s: %w", set, scope.period, err)
	}
	billing.Step(ctx, work, 1, steps)
	columns := s.columns
	if scope.ofReseller() && set == CostAndUsage {
		columns = slices.Concat(columns, ofReseller)
	}
	columns = slices.Clone(columns)
	for i := range columns {
		columns[i].from = w.dated(columns[i].from)
	}
	query := "SELECT\n    " + selection(columns, as) + "\nFROM " + s.table + w.narrowed() + "\nORDER BY " + s.order
	files, err := w.session.Export(ctx, query, dir, string(set)+"-"+scope.period.String(), as.exported(), rows)
	if err != nil {
		return Manifest{}, fmt.Errorf("the data set %s of %s: %w", set, scope.period, err)
	}
	billing.Step(ctx, work, steps, steps)
	m := Manifest{
		DataSet: set, Version: s.version, Format: as, Period: scope.period, Start: scope.period.Start(), End: scope.period.End(),
		Groups: scope.groups, Columns: columns, Schema: schemaOf(set, s.version, columns), Revisions: w.revisions(), Loads: w.loads, Draft: w.draft(), Totals: []Total{},
	}
	if s.totals {
		if m.Totals, err = w.totals(ctx); err != nil {
			return Manifest{}, err
		}
	}
	return m, m.write(dir, files)
}

// work is a data set in the making.
type work struct {
	home    *month.Installation
	scope   Scope
	config  billing.Config
	session engine.Session
	current string // the revision in force; empty where the month is not priced
	loads   []string
	tagged  bool // the view tagged_lines is there, of the revision in force
	papers  []paper
	made    []string // tables and views to drop
}

// open finds the documents of the scope and opens a session for them.
func (x *Exports) open(ctx context.Context, scope Scope) (*work, error) {
	w := &work{home: x.home, scope: scope, loads: []string{}}
	var err error
	if w.config, err = x.home.Config(ctx); err != nil {
		return nil, err
	}
	if err := w.findPapers(ctx); err != nil {
		return nil, err
	}
	w.session, err = x.home.Engine.Session(ctx)
	return w, err
}

// close drops what was made; the engine would keep it for who opens a session next.
func (w *work) close() error {
	var failed error
	for _, drop := range slices.Backward(w.made) {
		failed = errors.Join(failed, w.session.Exec(context.Background(), drop))
	}
	return errors.Join(failed, w.session.Close())
}

// table makes a temporary table of a query.
func (w *work) table(ctx context.Context, name, query string) error {
	w.made = append(w.made, "DROP TABLE IF EXISTS "+name)
	return w.session.Exec(ctx, "CREATE OR REPLACE TEMP TABLE "+name+" AS "+query)
}

// view makes a temporary view of a query.
func (w *work) view(ctx context.Context, name, query string) error {
	w.made = append(w.made, "DROP VIEW IF EXISTS "+name)
	return w.session.Exec(ctx, "CREATE OR REPLACE TEMP VIEW "+name+" AS "+query)
}

// dated puts the month's bounds into SQL.
func (w *work) dated(sql string) string {
	first, end := w.scope.period.FirstDay().String(), w.scope.period.Next().FirstDay().String()
	return strings.NewReplacer("{first}", "DATE '"+first+"'", "{end}", "DATE '"+end+"'").Replace(sql)
}

// narrowed is the condition that leaves the rows of the scope's one document.
func (w *work) narrowed() string {
	if w.scope.only == "" {
		return ""
	}
	return "\nWHERE \"x_Document\" = '" + strings.ReplaceAll(w.scope.only, "'", "''") + "'"
}

// Total is what the rows of one invoice come to, in one currency.
type Total struct {
	Invoice  string         `json:"invoice,omitempty"`  // InvoiceId; empty of what is on no issued document
	Document string         `json:"document,omitempty"` // our id of it
	Currency money.Currency `json:"currency"`
	Billed   money.Decimal  `json:"billed"`
	Rows     int64          `json:"rows"`
}

// totals adds the rows up by invoice and currency.
func (w *work) totals(ctx context.Context) ([]Total, error) {
	totals, err := engine.Collect(ctx, w.session, func(t *Total) []any {
		return []any{&t.Invoice, &t.Document, &t.Currency, engine.Exact(&t.Billed), &t.Rows}
	}, `SELECT COALESCE("InvoiceId", ''), COALESCE("x_Document", ''), "BillingCurrency", CAST(SUM("BilledCost") AS VARCHAR), COUNT(*)
		FROM focus_rows`+w.narrowed()+" GROUP BY 1, 2, 3 ORDER BY 1, 2, 3")
	return slices.Concat([]Total{}, totals), err
}
