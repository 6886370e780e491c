package focus_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/focus"
	"github.com/sluice-billing/sluice/internal/money"
)

// A reader of CUR 2.0 reads what is written in its shape, in both formats, and finds
// what the document asks for.
func TestCUR2IsRead(t *testing.T) {
	a, _ := closed(t, 400)
	x := focus.New(a.Installation)
	for _, f := range focus.Formats() {
		dir := t.TempDir()
		m, err := x.Write(t.Context(), focus.Billed(september(t), "gamma"), focus.CUR2, f, dir)
		must(t, err)
		b, err := app.Open(t.Context(), app.Options{Dir: t.TempDir(), Now: func() time.Time { return time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC) }})
		must(t, err)
		t.Cleanup(func() { b.Close() })
		c, err := config.Parse("reader.yaml", []byte(`
reseller: {name: Reader, currency: USD}
payers: [{id: gamma, provider: aws}]
`))
		must(t, err)
		changes, err := b.Plan(t.Context(), c, false)
		must(t, err)
		must(t, b.Apply(t.Context(), changes))
		_, err = b.Pipeline.IngestFiles(t.Context(), "gamma", september(t), []string{filepath.Join(dir, m.Files[0].Name)})
		must(t, err)
		s := session(t, b)
		files := filepath.Join(b.Lake.Root(), "line_items/*/*/*/part-*.parquet")
		if got := ask(t, s, `SELECT SUM(billed_cost) FROM read_parquet('`+files+`')`); !money.MustParse(got).Sub(m.Totals[0].Billed).Round(12, money.HalfUp).IsZero() {
			t.Errorf("%s: read %s, written %s", f, got, m.Totals[0].Billed)
		}
		if got := ask(t, s, `SELECT COUNT(*) || ' ' || (COUNT(*) FILTER (CARDINALITY(tags) > 0) > 0) FROM read_parquet('`+files+`')`); !strings.HasSuffix(got, " true") {
			t.Errorf("%s: rows, and whether some have tags: %s", f, got)
		}
	}
}
