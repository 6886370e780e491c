package assign_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/source"
)

// tester is what testing.T and rapid.T have in common.
type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func must(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var october = func() billing.Period {
	p, err := billing.ParsePeriod("2026-10")
	if err != nil {
		panic(err)
	}
	return p
}()

func openEngine(t testing.TB) engine.Engine {
	t.Helper()
	e, err := duckdb.Open("1GB", t.TempDir())
	must(t, err)
	t.Cleanup(func() { e.Close() })
	return e
}

// loaded loads the files of a folder, each as the month of a payer of its name.
func loaded(t *testing.T, e engine.Engine, c billing.Config, files map[string][]byte) assign.Month {
	t.Helper()
	m := assign.Month{Period: october, Config: c}
	for name, data := range files {
		payer := billing.Payer{ID: strings.TrimSuffix(name, ".csv")}
		if i := slices.IndexFunc(c.Payers, func(p billing.Payer) bool { return p.ID == payer.ID }); i >= 0 {
			payer = c.Payers[i]
		}
		path := filepath.Join(t.TempDir(), name)
		write(t, path, data)
		place, delivery, err := source.LocalFiles(t.Context(), []string{path}, october)
		must(t, err)
		folder := filepath.Join(t.TempDir(), "load="+payer.ID)
		l := assign.Load{ID: payer.ID, Payer: payer, Keys: filepath.Join(folder, "keys.parquet")}
		_, err = ingest.Load(t.Context(), ingest.Input{Place: place, Delivery: delivery, Payer: payer, Dir: folder, Keys: l.Keys, Engine: e})
		must(t, err)
		must(t, place.Close())
		l.Files, err = filepath.Glob(filepath.Join(folder, "part-*.parquet"))
		must(t, err)
		m.Loads = append(m.Loads, l)
	}
	return m
}

// open opens the month in a session of its own, which ends with the test.
func open(t *testing.T, e engine.Engine, m assign.Month) engine.Session {
	t.Helper()
	s, err := e.Session(t.Context())
	must(t, err)
	t.Cleanup(func() { s.Close() })
	must(t, assign.Open(t.Context(), s, m))
	return s
}

// owned tells who owns each line, as stages find out: "load row owner". A line
// that has two owners comes twice.
func owned(t tester, s engine.Session) []string {
	t.Helper()
	lines, err := engine.Collect(context.Background(), s, func(l *string) []any { return []any{l} }, `
		SELECT l.load || ' ' || CAST(l.x_row AS VARCHAR) || ' ' || COALESCE(o.owner, 'unassigned')
		FROM tagged_lines l
		LEFT JOIN owners o ON o.load = l.load AND o.account = l.sub_account_id AND o.tag_set = l.x_tag_set
			AND CAST(l.charge_period_start AS DATE) BETWEEN o.from_day AND o.to_day
		ORDER BY l.load, l.x_row`)
	must(t, err)
	return lines
}

// R1–R4: from the provider's file to who owns each line.
func TestOwners(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in testdata: %v", err)
	}
	e := openEngine(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			must(t, err)
			var c billing.Config
			var want string
			exports := map[string][]byte{}
			for _, f := range archive.Files {
				switch f.Name {
				case "config.json":
					must(t, json.Unmarshal(f.Data, &c))
				case "owners.txt":
					want = string(f.Data)
				default:
					exports[f.Name] = f.Data
				}
			}
			got := strings.Join(owned(t, open(t, e, loaded(t, e, c, exports))), "\n") + "\n"
			if got != want {
				t.Errorf("got:\n%swant:\n%s", got, want)
			}
		})
	}
}

const twoTeams = `lineItem/UsageStartDate,lineItem/UsageAccountId,lineItem/UnblendedCost,lineItem/CurrencyCode,lineItem/UsageType,resourceTags/user:team,costCategory/Env
2026-10-02T00:00:00Z,1,1,USD,Box,red,prod
2026-10-02T00:00:00Z,1,1,USD,Box,red,prod
2026-10-02T00:00:00Z,1,1,USD,Box,blue,prod
2026-10-02T00:00:00Z,2,1,USD,Disk,red,prod
2026-10-02T00:00:00Z,2,1,USD,Box,,
`

// A month has pricing keys with the tag sets that lines have with them, when
// rules ask about tags, and without, when only claims do or nobody does.
func TestKeys(t *testing.T) {
	const (
		claim   = `"billing_groups": [{"id": "g", "claims": [{"accounts": ["1"], "tags": {"team": ["red"]}}]}]`
		rule    = `"price_books": [{"id": "b", "rules": [{"name": "r", "match": {"tags": {"team": "red"}}}]}]`
		expired = `"price_books": [{"id": "b", "rules": [{"name": "r", "match": {"tags": {"team": "red"}}, "to": "2026-09-30"}]}]`
		envRule = `"price_books": [{"id": "b", "rules": [{"name": "r", "match": {"cost_categories": {"Env": {"prefix": "p"}}}}]}]`
	)
	tests := []struct {
		name, config string
		uses         bool
		want         []string // usage type, set, team, Env
	}{
		{"nobody asks", `{}`, false, []string{"Box 0  ", "Disk 0  "}},
		{"a claim asks", `{` + claim + `}`, false, []string{"Box 0  ", "Disk 0  "}},
		{"a rule asks", `{` + rule + `}`, true, []string{"Box 0  ", "Box 1 blue ", "Box 2 red ", "Disk 2 red "}},
		{"both ask", `{` + claim + `, ` + envRule + `}`, true, []string{"Box 0  ", "Box 1 blue prod", "Box 2 red prod", "Disk 2 red prod"}},
		{"the rule has ended", `{` + expired + `}`, false, []string{"Box 0  ", "Disk 0  "}},
	}
	e := openEngine(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var c billing.Config
			must(t, json.Unmarshal([]byte(test.config), &c))
			m := loaded(t, e, c, map[string][]byte{"cur.csv": []byte(twoTeams)})
			if m.RulesUseTags() != test.uses {
				t.Errorf("rules use tags: %v", m.RulesUseTags())
			}
			keys, err := m.ReadKeys(t.Context(), open(t, e, m))
			must(t, err)
			var got []string
			for _, k := range keys {
				got = append(got, fmt.Sprintf("%s %d %s %s", k.Text(usageType), k.Set, k.Tag("team"), k.CostCategory("Env")))
			}
			slices.Sort(got)
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Where nobody asks about tags the lines are not looked at for them: the files
// need not even have any. With a question they must.
func TestNoNamesNoScan(t *testing.T) {
	e := openEngine(t)
	m := bareMonth(t, e, "SELECT '1' AS sub_account_id, TIMESTAMP '2026-10-02' AS charge_period_start, 0 AS x_pricing_key, 1 AS x_row")
	must(t, json.Unmarshal([]byte(`{"billing_groups": [{"id": "g", "claims": [{"accounts": ["1"]}]}]}`), &m.Config))
	s := open(t, e, m)
	if got := owned(t, s); !slices.Equal(got, []string{"L0 1 g"}) {
		t.Errorf("got %q", got)
	}
	kinds, err := engine.Collect(t.Context(), s, func(k *string) []any { return []any{k} }, "SELECT typeof(x_tag_set) || CAST(x_tag_set AS VARCHAR) FROM tagged_lines")
	must(t, err)
	if !slices.Equal(kinds, []string{"INTEGER0"}) {
		t.Errorf("x_tag_set is %q", kinds)
	}
	must(t, json.Unmarshal([]byte(`{"billing_groups": [{"id": "g", "claims": [{"accounts": ["1"], "tags": {"team": ["red"]}}]}]}`), &m.Config))
	if err := assign.Open(t.Context(), s, m); err == nil || !strings.Contains(err.Error(), "tags") {
		t.Errorf("tags of files without tags: %v", err)
	}
}
