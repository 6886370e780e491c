package collect

import (
	"compress/gzip"
	"encoding/csv"
	"slices"
	"testing"

	"github.com/sluice-billing/sluice/internal/plugin"
)

// Measures that a backend tells beside the cost are in the files as it wrote them, are no
// tags, and count for nothing; other measures are another version.
func TestMeasuresAreKept(t *testing.T) {
	with := func(value string) plugin.Row {
		r := row(1, "a-1", "1.5")
		r.Tags, r.Measures = map[string]string{"team": "web"}, map[string]string{"PayG cost": value, "Note": "x\x00y"}
		return r
	}
	v := &vendor{tasks: [][]plugin.Row{{with("0.30000000000000004"), row(2, "a-1", "2")}}}
	c := collector(t, v)
	got, err := c.Collect(t.Context(), declared(), declared().Sources[0], may)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Cost["EUR"].Equal(amount("3.5")) {
		t.Errorf("the cost is %v", got.Cost)
	}
	place, delivery, err := got.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer place.Close()
	raw, err := place.Open(t.Context(), delivery.Files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	text, err := gzip.NewReader(raw)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(text).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%v, %v", rows, err)
	}
	measures, tags := slices.Index(rows[0], "Measures"), slices.Index(rows[0], "Tags")
	if got := rows[1][measures]; got != `{"Note":"x\u0000y","PayG cost":"0.30000000000000004"}` || rows[1][tags] != `{"team":"web"}` || rows[2][measures] != "" {
		t.Errorf("measures are %q, tags %q, and of the other row %q", got, rows[1][tags], rows[2][measures])
	}
	if result := load(t, c, got); result.Totals.Rows != 2 || len(result.Findings) != 0 {
		t.Errorf("loaded is %+v", result)
	}
	v.tasks[0][0] = with("0.3")
	if other, err := c.Collect(t.Context(), declared(), declared().Sources[0], may); err != nil || other.Version == got.Version {
		t.Errorf("another measure is version %s, too, %v", other.Version, err)
	}
}
