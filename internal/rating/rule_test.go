package rating_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// rowsByHand reads the lines of a month, each with a resource of its own, and
// the charges wanted for them: by resource, the price by who pays. Who pays is a
// billing group; a charge of a seller below the reseller is seller>group, and
// one for managing group+managed. A line in no charge has "-".
func rowsByHand(t *testing.T, text, month string) (lines []line, wanted map[string]map[string]string) {
	t.Helper()
	wanted = map[string]map[string]string{}
	for row := range strings.Lines(text) {
		if strings.HasPrefix(row, "#") || strings.TrimSpace(row) == "" {
			continue
		}
		said, prices, ok := strings.Cut(row, "|")
		fields := strings.Fields(said)
		if !ok || len(fields) < 4 {
			t.Fatalf("bad line %q", row)
		}
		l := newLine(fields[0], fields[1], fields[2], fields[3])
		l["month"] = month + "-01T00:00:00Z"
		for _, f := range fields[4:] {
			name, value, ok := strings.Cut(f, "=")
			if !ok || !slices.ContainsFunc(columns, func(c struct{ short, column string }) bool { return c.short == name }) {
				t.Fatalf("unknown column %q in %q", f, row)
			}
			l[name] = value
		}
		if wanted[l["id"]] != nil {
			t.Fatalf("two lines %q", l["id"])
		}
		lines, wanted[l["id"]] = append(lines, l), map[string]string{}
		for _, p := range strings.Fields(prices) {
			who, price, ok := strings.Cut(p, "=")
			if p != "-" && !ok {
				t.Fatalf("price %q in %q has nobody who pays it", p, row)
			}
			if p != "-" {
				wanted[l["id"]][who] = price
			}
		}
	}
	return lines, wanted
}

// R3, R4, R11 to R16: what every kind of rule, attachment and sale makes of a
// month's lines. Each file of testdata/rule has a configuration and lines with
// the prices worked out by hand; how each charge came about is in its golden part.
func TestRules(t *testing.T) {
	files, err := filepath.Glob("testdata/rule/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of rules, %v", len(files), err)
	}
	e := openEngine(t)
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			file, part, c := readCase(t, name)
			for _, month := range []string{"2026-10", "2026-11"} {
				text, ok := part["lines-"+month+".txt"]
				if !ok {
					continue
				}
				golden := "charges-" + month + ".txt"
				got := rateByHand(t, e, c, text, month)
				if *update {
					file.Files = append(without(file.Files, golden), txtar.File{Name: golden, Data: []byte(got)})
				} else if got != part[golden] {
					t.Errorf("charges differ from the golden ones; look at them, then run with -update:\n%s", got)
				}
			}
			if *update {
				if err := os.WriteFile(name, txtar.Format(file), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// rateByHand rates a month, compares its charges with those worked out by hand,
// and tells how each came about.
func rateByHand(t *testing.T, e engine.Engine, c billing.Config, text, month string) string {
	t.Helper()
	period, err := billing.ParsePeriod(month)
	if err != nil {
		t.Fatal(err)
	}
	lines, wanted := rowsByHand(t, text, month)
	s, _, err := rateMonth(e, t.TempDir(), c, lines, period)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got := map[string]map[string]string{}
	var golden strings.Builder
	for _, r := range table(t, s, `
		SELECT resource_id, COALESCE(x_seller || '>', '') || "group" || CASE WHEN x_class = 'managed' THEN '+managed' ELSE '' END, CAST(billed_cost AS VARCHAR),
			x_owner, COALESCE(x_pool, '-'), CAST(x_lines AS VARCHAR), x_place, CAST(x_cost AS VARCHAR), CAST(pricing_quantity AS VARCHAR),
			COALESCE(x_base, '-'), CAST(x_base_cost AS VARCHAR), COALESCE(x_book, '-'), COALESCE(x_rule, '-'),
			COALESCE(CAST(x_factor AS VARCHAR), '-'), COALESCE(CAST(x_unit_price AS VARCHAR), '-'), COALESCE(x_treatment, '-')
		FROM charges ORDER BY 1, x_seller NULLS FIRST, 2`) {
		id, who, price := r[0], r[1], number(t, r[2])
		if got[id] == nil {
			got[id] = map[string]string{}
		}
		if _, twice := got[id][who]; twice {
			t.Errorf("%s: two charges of %s", id, who)
		}
		got[id][who] = price
		fmt.Fprintf(&golden, "%s %s owner=%s pool=%s lines=%s %s cost=%s quantity=%s base=%s:%s rule=%s/%s factor=%s unit=%s price=%s%s\n",
			id, who, r[3], r[4], r[5], r[6], number(t, r[7]), number(t, r[8]), r[9], number(t, r[10]), r[11], strings.ReplaceAll(r[12], " ", "-"), plain(t, r[13]), plain(t, r[14]), price, strings.TrimSuffix(" "+r[15], " -"))
	}
	for _, l := range lines {
		id := l["id"]
		for who, price := range wanted[id] {
			if got[id][who] != money.MustParse(price).String() {
				t.Errorf("%s: %s pays %q, want %s", id, who, got[id][who], price)
			}
		}
		for who, price := range got[id] {
			if _, ok := wanted[id][who]; !ok {
				t.Errorf("%s: %s pays %s, which nobody wanted", id, who, price)
			}
		}
	}
	return golden.String()
}

// plain is number for a value that may not be there.
func plain(t *testing.T, text string) string {
	if text == "-" {
		return text
	}
	return number(t, text)
}
