//go:build unix

package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
)

// crashStage is a command that is killed. Its installation is that of the stage
// before, at its end, with what prepare does to it.
type crashStage struct {
	name    string
	kills   int // that must land
	prepare func(*testing.T, *app.App, crashSite)
	run     func(context.Context, *app.App) error // may be run again at any time
}

// crashSite is where the months of a crash test are delivered.
type crashSite struct{ first, restated string }

var crashStages = []crashStage{
	{"close", 50, prepareClose, closeSeptember},
	{"draft", 35, prepareDraft, draftSeptember},
	{"issue", 45, nil, issueAll},
	{"close restated", 40, prepareRestated, closeSeptember},
	{"issue notes", 35, nil, issueAll},
	{"void", 25, nil, voidAcme},
}

// crashing is a month with everything that a document is made from: a rule that
// applies entries, a support plan, prepaid balances, an exchange rate, two series
// of numbers for invoices and one for notes.
func crashing(folder string) string {
	return `
reseller: {name: Reseller, currency: USD, accounts: ["111111111111"]}
payers: [{id: "111111111111", provider: aws}]
sources: [{name: export, kind: aws-cur, url: ` + folder + `, payer: "111111111111"}]
customers: [{id: acme, name: ACME}, {id: beta, name: Beta}]
billing_groups:
  - id: acme
    customer: acme
    currency: USD
    cost_basis: unblended
    price_book: plus
    claims: [{accounts: ["200000000001"]}]
    invoice: {prepaid: true, carry_credit: true, note_series: "CN-{seq:4}", support: [{kind: plan, plan: aws-business, provider: aws}]}
  - id: beta
    customer: beta
    currency: JPY
    cost_basis: amortized
    claims: [{accounts: ["200000000002"]}]
    invoice: {series: "B-{yyyy}-{seq:4}", note_series: "CN-{seq:4}", tax: [{category: standard, percent: "10"}]}
  - id: coda
    customer: beta
    currency: USD
    cost_basis: unblended
    claims: [{accounts: ["200000000003"]}]
    invoice: {prepaid: true, note_series: "CN-{seq:4}"}
price_books: [{id: plus, rules: [{name: plus ten, match: {}, percent: "10"}]}]
exchange_rates: [{month: 2026-09, from: USD, to: JPY, rate: "151.3", level: common}]
entry_rules: [{id: refunds, any: [{kind: refund}], action: apply}]
`
}

// declareCrashing delivers both versions of September and declares the first.
func declareCrashing(t *testing.T, a *app.App) (site crashSite) {
	t.Helper()
	site = crashSite{t.TempDir(), t.TempDir()}
	for version, folder := range []string{site.first, site.restated} {
		if _, err := sample.Generate(t.Context(), folder, sample.Options{
			Lines: 100, Accounts: 3, Commitments: 2, Seed: uint64(version) + 7, Period: september(t), Report: "cur", InvoiceID: "1001",
		}); err != nil {
			t.Fatal(err)
		}
	}
	apply(t, a, crashing(site.first))
	return site
}

func prepareClose(t *testing.T, a *app.App, _ crashSite) {
	for group, amount := range map[string]string{"acme": "40", "coda": "1000"} {
		topUp := invoice.LedgerEntry{Group: group, Kind: invoice.LedgerTopUp, On: billing.DayOf(afterAll) - 5, Amount: money.MustParse(amount)}
		if _, err := a.Receivables.PostPrepaid(t.Context(), topUp); err != nil {
			t.Fatal(err)
		}
	}
}

func prepareDraft(t *testing.T, a *app.App, _ crashSite) {
	over := map[string]json.RawMessage{"discount": json.RawMessage(`{"percent": "3", "base": "subtotal"}`)}
	if err := a.Documents.EditMonthSettings(t.Context(), september(t), []string{"coda"}, over); err != nil {
		t.Fatal(err)
	}
	e := entry.Entry{Month: september(t), Group: "acme", Description: "Migration", Amount: money.MustParse("12.5"), Currency: "USD"}
	if _, err := a.Entries.Add(t.Context(), e, &adjustment.Terms{Into: september(t)}, "agreed"); err != nil {
		t.Fatal(err)
	}
}

func prepareRestated(t *testing.T, a *app.App, site crashSite) { apply(t, a, crashing(site.restated)) }

var crashMonth = billing.PeriodOf(time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC))

func closeSeptember(ctx context.Context, a *app.App) error {
	c, err := a.Pipeline.Close(ctx, crashMonth, false)
	if err == nil && !c.Proved() {
		err = fmt.Errorf("the close leaves residues: %v", c.Residues)
	}
	return err
}

func draftSeptember(ctx context.Context, a *app.App) error {
	_, err := a.Pipeline.Draft(ctx, crashMonth, nil)
	return err
}

// issueAll issues all that is not issued yet, as `sluice invoice issue --all`.
func issueAll(ctx context.Context, a *app.App) error {
	documents, err := a.Documents.Invoices(ctx, crashMonth)
	if err != nil {
		return err
	}
	var ids []string
	for _, d := range documents {
		if d.State == invoice.Draft {
			ids = append(ids, d.ID)
		}
	}
	_, err = a.Documents.Issue(ctx, ids, billing.DayOf(afterAll))
	return err
}

// voidAcme voids the documents of a group, unless a run before has done so.
func voidAcme(ctx context.Context, a *app.App) error {
	documents, err := a.Documents.Invoices(ctx, crashMonth)
	if err != nil {
		return err
	}
	for _, d := range documents {
		if d.Group == "acme" && d.State == invoice.Issued && d.Voids() {
			return nil
		}
	}
	_, err = a.Documents.Void(ctx, "2026-09/acme", "wrong customer", billing.DayOf(afterAll))
	return err
}

// R30, R31: a process that is killed anywhere, and killed again while it is made
// up for, leaves the same documents, numbers, balances and proof as one that was
// never killed, and nothing else.
func TestKilledAnywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("it kills two hundred processes")
	}
	root := fastFolder(t)
	landed := map[string]int{}
	before, site := filepath.Join(root, "declared"), crashSite{}
	inside(t, before, func(a *app.App) { site = declareCrashing(t, a) })
	for number, stage := range crashStages {
		base, never := filepath.Join(root, "before", fmt.Sprint(number)), filepath.Join(root, "never", fmt.Sprint(number))
		copyFolder(t, before, base)
		if stage.prepare != nil {
			inside(t, base, func(a *app.App) { stage.prepare(t, a, site) })
		}
		copyFolder(t, base, never)
		trial := &crashTrial{stage: number, base: base, root: root, landed: landed, want: stage.kills}
		unhurt, err := startVictim(number, never)
		if err != nil {
			t.Fatal(err)
		}
		if trial.measured, err = unhurt.watch(); err != nil {
			t.Fatalf("%s, never killed: %v", stage.name, err)
		}
		trial.records, trial.folders = recordsOf(t, never), leftBehind(t, never)
		if t.Failed() {
			return
		}
		trial.run(t)
		before = never
	}
	kills := 0
	for _, n := range landed {
		kills += n
	}
	t.Logf("%d kills landed:", kills)
	for _, phase := range slices.Sorted(maps.Keys(landed)) {
		t.Logf("%4d  %s", landed[phase], phase)
	}
	if kills < 200 {
		t.Errorf("%d kills landed, want 200 or more", kills)
	}
}

// fastFolder is a folder in memory where there is one, since every killed run
// begins with a copy of an installation.
func fastFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "sluice-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// inside opens an installation, and closes it again so that it can be copied.
func inside(t *testing.T, dir string, do func(*app.App)) {
	t.Helper()
	a, err := app.Open(t.Context(), app.Options{Dir: dir, Now: func() time.Time { return afterAll }})
	if err != nil {
		t.Fatal(err)
	}
	do(a)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// crashTrial kills one stage many times.
type crashTrial struct {
	stage      int
	base, root string
	measured   victimEnd         // of the run that was never killed
	records    map[string]string // that it left
	folders    int               // revisions and loads that it left in the lake
	want       int               // kills that must land

	mutex  sync.Mutex
	rounds int
	tries  int
	kills  int
	landed map[string]int // by phase
}

// run has two processes killed at a time until enough kills landed.
func (c *crashTrial) run(t *testing.T) {
	t.Helper()
	const workers = 2
	failures := make([]error, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for round, more := c.next(); more && failures[w] == nil; round, more = c.next() {
				dir := filepath.Join(c.root, fmt.Sprintf("round-%d-%d", c.stage, round))
				if failures[w] = c.round(dir, round); failures[w] == nil {
					c.compare(t, dir)
				}
				failures[w] = errors.Join(failures[w], os.RemoveAll(dir))
			}
		})
	}
	wait.Wait()
	if err := errors.Join(failures...); err != nil {
		t.Errorf("%s: %v", crashStages[c.stage].name, err)
	}
	if c.kills < c.want {
		t.Errorf("%s: %d kills landed in %d tries, want %d", crashStages[c.stage].name, c.kills, c.tries, c.want)
	}
}

func (c *crashTrial) next() (round int, more bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.rounds++
	return c.rounds, c.kills < c.want && c.tries < 4*c.want
}

// round kills the command up to five times in a row, and then lets it end.
func (c *crashTrial) round(dir string, round int) error {
	if err := os.CopyFS(dir, os.DirFS(c.base)); err != nil {
		return err
	}
	for range 1 + (round*3)%5 {
		v, err := startVictim(c.stage, dir)
		if err != nil {
			return err
		}
		c.aim(v)
		end, err := v.watch()
		if err != nil {
			return err
		}
		c.count(end)
		if !end.killed {
			return nil
		}
	}
	v, err := startVictim(c.stage, dir)
	if err != nil {
		return err
	}
	_, err = v.watch()
	return err
}

// aim spreads the kills over the whole duration: one half evenly over time, the
// other half over the moments in which something is written to the records.
func (c *crashTrial) aim(v *victim) {
	// Of 2^32, the golden section; its multiples, without what is above 2^32, are
	// spread evenly.
	const golden, whole = 2654435769, 1 << 32
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.tries++
	place := int64(c.tries/2) * golden % whole
	if c.tries%2 == 0 {
		v.after = 1 + c.measured.took/whole*time.Duration(place) + c.measured.took%whole*time.Duration(place)/whole
		return
	}
	v.atWrite = 1 + int(int64(c.measured.writes)*place/whole)
	v.after = time.Duration(rand.IntN(2000)) * time.Microsecond
}

func (c *crashTrial) count(end victimEnd) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if end.killed {
		c.kills++
		c.landed[crashStages[c.stage].name+": "+end.phase]++
	}
}

// compare checks an installation against the one that was never killed.
func (c *crashTrial) compare(t *testing.T, dir string) {
	t.Helper()
	name := crashStages[c.stage].name
	for table, is := range recordsOf(t, dir) {
		if was := c.records[table]; is != was {
			t.Errorf("%s: %s after a crash:\n%s\nwithout one:\n%s", name, table, is, was)
		}
	}
	// A rating that the drafts of a killed close were made from is swept by the
	// close after the next.
	if folders := leftBehind(t, dir); folders > c.folders+2 {
		t.Errorf("%s: %d revisions and loads in the lake, %d without a crash", name, folders, c.folders)
	}
}
