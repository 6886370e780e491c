package assign_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
)

const usageType = lake.UsageType

func write(t tester, path string, data []byte) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	must(t, os.WriteFile(path, data, 0o644))
}

// bareMonth is a month with a load for each query; it has one pricing key.
func bareMonth(t *testing.T, e engine.Engine, loads ...string) assign.Month {
	t.Helper()
	files := make([][]string, len(loads))
	for i, q := range loads {
		files[i] = []string{q}
	}
	return writeLoads(t, e, t.TempDir(), files)
}

// writeLoads writes the files of each load, given as queries.
func writeLoads(t tester, e engine.Engine, dir string, loads [][]string) assign.Month {
	t.Helper()
	ctx := context.Background()
	s, err := e.Session(ctx)
	must(t, err)
	defer s.Close()
	texts := []string{"CAST(0 AS INTEGER) AS x_pricing_key"}
	for _, c := range lake.Texts[:lake.KeyTexts] {
		texts = append(texts, "CAST(NULL AS VARCHAR) AS "+c.Name)
	}
	m := assign.Month{Period: october}
	for i, files := range loads {
		l := assign.Load{ID: fmt.Sprint("L", i)}
		folder := filepath.Join(dir, "load="+l.ID)
		must(t, os.MkdirAll(folder, 0o755))
		l.Keys = filepath.Join(folder, "keys.parquet")
		must(t, s.Exec(ctx, "COPY (SELECT "+strings.Join(texts, ", ")+") TO '"+l.Keys+"' (FORMAT parquet)"))
		for n, q := range files {
			path := filepath.Join(folder, fmt.Sprintf("part-%d.parquet", n))
			must(t, s.Exec(ctx, "COPY ("+q+") TO '"+path+"' (FORMAT parquet)"))
			l.Files = append(l.Files, path)
		}
		m.Loads = append(m.Loads, l)
	}
	return m
}

// line is a line of the property's months.
type line struct {
	account       string
	day           int
	tags          [][2]string // key and value, as in the provider's file
	project, team string      // what the tags mean
	env           string      // a cost category
}

func (l line) sql(row int) string {
	pairs := make([]string, 0, len(l.tags))
	for _, tag := range l.tags {
		pairs = append(pairs, quoted(tag[0])+": "+quoted(tag[1]))
	}
	env := "MAP {}"
	if l.env != "" {
		env = "MAP {'Env': " + quoted(l.env) + "}"
	}
	return fmt.Sprintf(`SELECT %s AS sub_account_id, TIMESTAMP '2026-10-%02d 05:00:00' AS charge_period_start, 0 AS x_pricing_key, %d AS x_row,
		CAST(MAP {%s} AS MAP(VARCHAR, VARCHAR)) AS tags, CAST(%s AS MAP(VARCHAR, VARCHAR)) AS x_cost_categories`,
		quoted(l.account), l.day, row, strings.Join(pairs, ", "), env)
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

var values = []string{"", "a", "b", "it's \"c\""}

func randomLine(t *rapid.T) line {
	l := line{
		account: rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "account"),
		day:     rapid.IntRange(1, 31).Draw(t, "day"),
		project: rapid.SampledFrom(values).Draw(t, "project"),
		team:    rapid.SampledFrom(values[:2]).Draw(t, "team"),
		env:     rapid.SampledFrom(values[:3]).Draw(t, "env"),
	}
	if l.project != "" || rapid.Bool().Draw(t, "empty tag") {
		l.tags = append(l.tags, [2]string{rapid.SampledFrom([]string{"Project", "user:Project", "user_project"}).Draw(t, "spelling"), l.project})
	}
	if l.team != "" {
		l.tags = append(l.tags, [2]string{"team", l.team})
	}
	if rapid.Bool().Draw(t, "another tag") {
		l.tags = append(l.tags, [2]string{"Name", rapid.SampledFrom(values).Draw(t, "name")})
	}
	return l
}

// span is days of October; open at an end that is 0.
type span struct{ from, to int }

func (s span) days() (from, to *billing.Day) {
	at := func(day int) *billing.Day {
		if day == 0 {
			return nil
		}
		d := october.FirstDay() + billing.Day(day-1)
		return &d
	}
	return at(s.from), at(s.to)
}

func (s span) has(day int) bool { return day >= s.from && (s.to == 0 || day < s.to) }

// claim is who claims an account when, and of which lines.
type claim struct {
	owner, account string
	when           span
	projects       []string // nil for all of it
	envs           []string // beside projects; nil for any
}

// randomClaims draws claims that do not overlap, as what is saved does: owners
// of the same account and days have other projects.
func randomClaims(t *rapid.T) (claims []claim) {
	owners := []string{"g1", "g2", "g3"}
	for _, account := range []string{"1", "2", "3"} {
		for _, who := range [][]string{owners, {"pool1", "pool2"}} {
			at := rapid.IntRange(1, 31).Draw(t, "moves on")
			for _, when := range []span{{0, at}, {at, 0}} {
				if owner := rapid.SampledFrom(append([]string{""}, who...)).Draw(t, "owner"); owner != "" {
					claims = append(claims, claim{owner: owner, account: account, when: when})
				}
			}
		}
		of := map[string][]string{}
		for _, p := range values {
			o := rapid.SampledFrom(append([]string{""}, owners...)).Draw(t, "owner of project")
			of[o] = append(of[o], p)
		}
		for _, o := range owners {
			for range rapid.IntRange(0, 2).Draw(t, "claims") { // of the same owner they may overlap
				c := claim{owner: o, account: account, projects: of[o], when: span{rapid.IntRange(0, 20).Draw(t, "from"), 0}}
				if len(c.projects) == 0 {
					continue
				}
				if rapid.Bool().Draw(t, "ends") {
					c.when.to = rapid.IntRange(21, 31).Draw(t, "to")
				}
				if rapid.Bool().Draw(t, "in an environment") {
					c.envs = rapid.SampledFrom([][]string{{"a"}, {"", "b"}}).Draw(t, "env")
				}
				claims = append(claims, c)
			}
		}
	}
	return claims
}

// configOf writes the claims as configuration, in their order.
func configOf(claims []claim) (c billing.Config) {
	for _, cl := range claims {
		from, to := cl.when.days()
		if strings.HasPrefix(cl.owner, "pool") {
			c.Pools = append(c.Pools, billing.Pool{ID: cl.owner, Accounts: []string{cl.account}, From: from, To: to})
			continue
		}
		out := billing.Claim{Accounts: []string{cl.account}, From: from, To: to}
		if cl.projects != nil {
			out.Tags = map[string][]string{"Project": cl.projects}
		}
		if cl.envs != nil {
			out.CostCategories = map[string][]string{"Env": cl.envs}
		}
		i := slices.IndexFunc(c.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == cl.owner })
		if i < 0 {
			i = len(c.BillingGroups)
			c.BillingGroups = append(c.BillingGroups, billing.BillingGroup{ID: cl.owner})
		}
		c.BillingGroups[i].Claims = append(c.BillingGroups[i].Claims, out)
	}
	return c
}

// ownerOf reads the rules off the claims, line by line (R1, R3, R4).
func ownerOf(claims []claim, l line) string {
	owner, strength := assign.Unassigned, 0
	for _, c := range claims {
		tagged := c.projects != nil
		if c.account != l.account || !c.when.has(l.day) ||
			tagged && !slices.Contains(c.projects, l.project) || c.envs != nil && !slices.Contains(c.envs, l.env) {
			continue
		}
		of := 2
		switch {
		case tagged:
			of = 3
		case strings.HasPrefix(c.owner, "pool"):
			of = 1
		}
		if of > strength {
			owner, strength = c.owner, of
		}
	}
	return owner
}

// R1, R3, R4: every line has exactly one owner, the one that the claims say,
// in whatever order the claims and the files come.
func TestEveryLineHasOneOwner(t *testing.T) {
	e := openEngine(t)
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "assign")
		must(t, err)
		defer os.RemoveAll(dir)
		claims := randomClaims(t)
		var want []string
		loads := make([][]string, 2)
		for i := range loads {
			lines := rapid.SliceOfN(rapid.Custom(randomLine), 1, 12).Draw(t, "lines")
			loads[i] = make([]string, rapid.IntRange(1, 2).Draw(t, "files"))
			for n, l := range lines {
				want = append(want, fmt.Sprintf("L%d %d %s", i, n+1, ownerOf(claims, l)))
				q := &loads[i][n%len(loads[i])]
				if *q != "" {
					*q += " UNION ALL "
				}
				*q += l.sql(n + 1)
			}
			loads[i] = slices.DeleteFunc(loads[i], func(q string) bool { return q == "" })
		}
		m := writeLoads(t, e, dir, loads)
		m.Config = configOf(claims)
		sets, got := setsAndOwners(t, e, m)
		same(t, "owners", got, sortedLines(want))

		again := m
		again.Config = configOf(rapid.Permutation(claims).Draw(t, "other order of claims"))
		again.Loads = rapid.Permutation(m.Loads).Draw(t, "other order of loads")
		for i := range again.Loads {
			again.Loads[i].Files = rapid.Permutation(again.Loads[i].Files).Draw(t, "other order of files")
		}
		setsAgain, gotAgain := setsAndOwners(t, e, again)
		same(t, "owners in another order", gotAgain, got)
		same(t, "tag sets in another order", setsAgain, sets)
	})
}

func setsAndOwners(t tester, e engine.Engine, m assign.Month) (sets, owners []string) {
	t.Helper()
	ctx := context.Background()
	s, err := e.Session(ctx)
	must(t, err)
	defer s.Close()
	must(t, assign.Open(ctx, s, m))
	sets, err = engine.Collect(ctx, s, func(l *string) []any { return []any{l} },
		"SELECT load || ' ' || CAST(x_row AS VARCHAR) || ' ' || CAST(x_tag_set AS VARCHAR) FROM tagged_lines")
	must(t, err)
	return sortedLines(sets), sortedLines(owned(t, s))
}

func sortedLines(lines []string) []string {
	slices.Sort(lines)
	return lines
}

func same(t tester, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("%s:\ngot  %q\nwant %q", what, got, want)
	}
}
