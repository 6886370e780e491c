package provision

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var columnName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// AWS takes 36,000 letters of a query, no column twice, and not all of them by an
// asterisk.
func TestQueries(t *testing.T) {
	for name, c := range map[string]struct {
		p       Plan
		columns int
		table   string
	}{
		// 8 of the bill, 2 of identity, 23 of the line, 10 of its price, 22 of the product, 27 of
		// reservations, 17 of savings plans, 3 of discounts, cost_category and resource_tags
		"cur2":       {ours(), 8 + 2 + 23 + 10 + 22 + 27 + 17 + 3 + 2, "COST_AND_USAGE_REPORT"},
		"containers": {with(func(p *Plan) { p.SplitCosts = true }), 114 + 11, "COST_AND_USAGE_REPORT"},
		// 57 of FOCUS 1.2 and 3 of AWS
		"focus": {with(func(p *Plan) { p.Kind = FOCUS }), 60, "FOCUS_1_2_AWS"},
	} {
		columns := c.p.columns()
		if len(columns) != c.columns {
			t.Errorf("%s: %d columns, not %d", name, len(columns), c.columns)
		}
		seen := map[string]bool{}
		for _, column := range columns {
			if !columnName.MatchString(column) || seen[column] {
				t.Errorf("%s: column %q is none, or there twice", name, column)
			}
			seen[column] = true
		}
		if q := c.p.query(); len(q) > 36000 || !strings.HasSuffix(q, " FROM "+c.table) {
			t.Errorf("%s: the query has %d letters and ends in %q", name, len(q), q[len(q)-30:])
		}
	}
}

// What the reader of CUR 2.0 is tested with is in the export.
func TestExportsHaveWhatIsRead(t *testing.T) {
	archive, err := txtar.ParseFile(filepath.Join("..", "ingest", "testdata", "format", "aws-cur2.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		if !strings.HasSuffix(f.Name, ".csv") {
			continue
		}
		header, _, _ := strings.Cut(string(f.Data), "\n")
		for _, column := range strings.Split(header, ",") {
			if !slices.Contains(ours().columns(), column) {
				t.Errorf("the export lacks %s", column)
			}
		}
		return
	}
	t.Error("there is no file of CUR 2.0")
}

// The columns of FOCUS 1.2 are those of a sample of the FinOps community.
func TestFOCUSIsWhole(t *testing.T) {
	data := os.Getenv("SLUICE_TESTDATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	sample, err := os.Open(filepath.Join(data, "focus-1.2-1.3-samples", "aws_1_2_cost_and_usage_rows25_seed7.csv"))
	if err != nil {
		t.Skipf("the samples of FOCUS are not there: %v", err)
	}
	defer sample.Close()
	header, err := csv.NewReader(sample).Read()
	if err != nil {
		t.Fatal(err)
	}
	ours := with(func(p *Plan) { p.Kind = FOCUS }).columns()
	ours = slices.DeleteFunc(ours, func(c string) bool { return strings.HasPrefix(c, "x_") })
	slices.Sort(ours)
	slices.Sort(header)
	if !slices.Equal(ours, header) {
		t.Errorf("the export has %v; FOCUS has %v", ours, header)
	}
}
