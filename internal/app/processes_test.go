//go:build unix

package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

// orders are what the processes do at once, each its own in this order.
var orders = [][]string{
	{"close", "issue", "edit", "close", "issue", "close", "issue"},
	{"edit", "close", "issue", "restore", "close", "issue", "apply"},
	{"apply", "restore", "close", "issue", "edit", "close", "issue"},
	{"apply", "close", "edit", "issue", "restore", "close", "issue"},
	{"apply", "edit", "close", "issue", "close", "restore", "issue"},
}

// R30, R31: processes that close, issue, change settings and decide on entries of
// one month at the same time are refused or succeed. What they leave is, byte for
// byte, what the same work one after the other leaves.
func TestProcessesAtOnce(t *testing.T) {
	root := fastFolder(t)
	start, mixed, serial := filepath.Join(root, "start"), filepath.Join(root, "mixed"), filepath.Join(root, "serial")
	inside(t, start, func(a *app.App) {
		site := declareCrashing(t, a)
		prepareClose(t, a, site)
		for _, group := range []string{"acme", "beta", "coda", "coda", "coda", "coda"} {
			e := entry.Entry{Month: crashMonth, Group: group, Description: "Migration", Amount: money.FromInt(12), Currency: "USD"}
			if _, err := a.Entries.Add(t.Context(), e, nil, "agreed"); err != nil {
				t.Fatal(err)
			}
		}
		closeMonth(t, a, crashMonth)
		apply(t, a, crashing(site.restated)) // the first close reads another version
	})
	copyFolder(t, start, mixed)
	copyFolder(t, start, serial)
	outcomes := runWorkers(t, mixed, len(orders), "mixed")
	t.Logf("outcomes %v", outcomes)
	for _, work := range []string{"close", "issue", "edit", "apply", "restore"} {
		if outcomes[work+" done"] == 0 {
			t.Errorf("%s never succeeded: %v", work, outcomes)
		}
	}
	if outcomes["busy"] == 0 {
		t.Error("nothing was ever refused as busy, so nothing was done at once")
	}
	done := madeSince(t, start, mixed)
	inside(t, serial, func(a *app.App) {
		for _, change := range done {
			if err := change.again(t.Context(), a); err != nil {
				t.Fatalf("%+v done again: %v", change, err)
			}
		}
	})
	compareRecords(t, mixed, serial)
	for _, dir := range []string{mixed, serial} {
		inside(t, dir, func(a *app.App) {
			for _, run := range []func(context.Context, *app.App) error{closeSeptember, issueAll, closeSeptember} {
				if err := run(t.Context(), a); err != nil {
					t.Error(err)
				}
			}
		})
	}
	compareRecords(t, mixed, serial)
	checkBooks(t, mixed)
	leftBehind(t, mixed)
}

func compareRecords(t *testing.T, mixed, serial string) {
	t.Helper()
	want := recordsOf(t, serial)
	for table, is := range recordsOf(t, mixed) {
		if is != want[table] {
			t.Errorf("%s of processes at once:\n%s\none after the other:\n%s", table, is, want[table])
		}
	}
}

// R30: of several processes that close a month at the same moment, some close it,
// and the others are refused as busy; again and again.
func TestClosersAtOnce(t *testing.T) {
	const closers = 4
	dir := filepath.Join(fastFolder(t), "month")
	inside(t, dir, func(a *app.App) { declareCrashing(t, a) })
	busy := 0
	for range 3 {
		outcomes := runWorkers(t, dir, closers, "close")
		if outcomes["close done"] == 0 || outcomes["close done"]+outcomes["busy"] != closers {
			t.Errorf("outcomes %v of %d closes at once", outcomes, closers)
		}
		busy += outcomes["busy"]
		checkBooks(t, dir)
		leftBehind(t, dir)
	}
	if busy == 0 {
		t.Error("none of the closes was refused, so none were at once")
	}
}

// workerIn names the number of a process, what it does, and where.
const workerIn = "SLUICE_TEST_WORKER"

// runWorkers starts processes, lets them begin at once, and adds up what became
// of their work.
func runWorkers(t *testing.T, dir string, n int, what string) map[string]int {
	t.Helper()
	children, begins, outs := make([]*exec.Cmd, n), make([]io.Closer, n), make([]bytes.Buffer, n)
	for i := range children {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWorker$")
		child.Env = append(os.Environ(), fmt.Sprintf("%s=%d:%s:%s", workerIn, i, what, dir))
		child.Stdout = &outs[i]
		begin, err := child.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		children[i], begins[i] = child, begin
	}
	for _, begin := range begins {
		begin.Close()
	}
	outcomes := map[string]int{}
	for i, child := range children {
		if err := child.Wait(); err != nil {
			t.Fatalf("process %d: %v\n%s", i, err, outs[i].String())
		}
		line, _, _ := strings.Cut(outs[i].String(), "\n")
		var own map[string]int
		if err := json.Unmarshal([]byte(line), &own); err != nil {
			t.Fatalf("process %d said %q: %v", i, line, err)
		}
		for outcome, times := range own {
			outcomes[outcome] += times
		}
	}
	return outcomes
}

// TestWorker is one of the processes.
func TestWorker(t *testing.T) {
	fields := strings.SplitN(os.Getenv(workerIn), ":", 3)
	if len(fields) != 3 {
		t.Skip("it is run by TestProcessesAtOnce and TestClosersAtOnce, in processes of their own")
	}
	var number int
	if _, err := fmt.Sscan(fields[0], &number); err != nil {
		t.Fatal(err)
	}
	outcomes := map[string]int{}
	inside(t, fields[2], func(a *app.App) {
		if _, err := io.ReadAll(os.Stdin); err != nil { // until all are started
			t.Fatal(err)
		}
		w := worker{a, rand.New(rand.NewPCG(uint64(number), 9))}
		if fields[1] == "close" {
			outcomes[outcomeOf(t, "close", w.work(t.Context(), "close"))]++
			return
		}
		for _, order := range orders[number] {
			for outcome := "busy"; outcome == "busy"; {
				outcome = outcomeOf(t, order, w.work(t.Context(), order))
				outcomes[outcome]++
				if outcome == "busy" {
					time.Sleep(time.Duration(1+w.chance.IntN(60)) * time.Millisecond)
				}
			}
		}
	})
	if err := json.NewEncoder(os.Stdout).Encode(outcomes); err != nil {
		t.Fatal(err)
	}
}

// errNothing says that there is nothing that the order could be done to.
var errNothing = errors.New("nothing to do")

// outcomeOf tells how work ended: done, busy, or refused for a reason that a
// change of somebody else can give. Any other error fails the test.
func outcomeOf(t *testing.T, work string, err error) string {
	t.Helper()
	switch {
	case err == nil:
		return work + " done"
	case errors.Is(err, month.ErrBusy):
		return "busy"
	case errors.Is(err, errNothing):
		return work + " refused: " + err.Error()
	}
	for _, reason := range []string{
		"would be another document now", "was drafted before the last change", "is issued already", store.ErrNotFound.Error(),
		"is issued and never changes", "cannot be applied", "cannot be restored", "was changed by somebody else in this moment",
	} {
		if strings.Contains(err.Error(), reason) {
			return work + " refused: " + reason
		}
	}
	t.Fatalf("%s: %v", work, err)
	return ""
}

// worker does the work of one process.
type worker struct {
	app    *app.App
	chance *rand.Rand
}

func (w worker) work(ctx context.Context, order string) error {
	switch order {
	case "close":
		return closeSeptember(ctx, w.app)
	case "issue":
		return w.issueOne(ctx)
	case "edit":
		group := []string{"acme", "beta", "coda"}[w.chance.IntN(3)]
		return discount(ctx, w.app, group, json.RawMessage(fmt.Sprintf(`{"percent": "%d", "base": "subtotal"}`, 1+w.chance.IntN(9))))
	case "apply":
		return w.decide(ctx, entry.Open, putOnInvoice)
	default:
		return w.decide(ctx, entry.Applied, takeOffInvoice)
	}
}

func (w worker) issueOne(ctx context.Context) error {
	documents, err := w.app.Documents.Invoices(ctx, crashMonth)
	if err != nil {
		return err
	}
	var drafts []string
	for _, d := range documents {
		if d.State == invoice.Draft && d.Group != "coda" { // so that entries can be applied to the end
			drafts = append(drafts, d.ID)
		}
	}
	if len(drafts) == 0 {
		return errNothing
	}
	_, err = issue(w.app, drafts[w.chance.IntN(len(drafts))], billing.DayOf(afterAll))
	return err
}

// decide does something to an entry of a customer that is in a state: to the
// first, in any order, that it is not refused for.
func (w worker) decide(ctx context.Context, state entry.State, do func(context.Context, *app.App, string) error) error {
	entries, err := w.app.Entries.List(ctx, crashMonth, adjustment.Filter{State: state})
	if err != nil {
		return err
	}
	refused := errNothing
	for _, i := range w.chance.Perm(len(entries)) {
		if entries[i].Owner == "reseller" {
			continue
		}
		if refused = do(ctx, w.app, entries[i].ID); refused == nil || errors.Is(refused, month.ErrBusy) {
			return refused
		}
	}
	return refused
}

func putOnInvoice(ctx context.Context, a *app.App, id string) error {
	_, err := a.Entries.Apply(ctx, []string{id}, adjustment.Terms{Into: crashMonth})
	return err
}

func takeOffInvoice(ctx context.Context, a *app.App, id string) error {
	_, err := a.Entries.Restore(ctx, []string{id}, "")
	return err
}

func discount(ctx context.Context, a *app.App, group string, text json.RawMessage) error {
	return a.Documents.EditMonthSettings(ctx, crashMonth, []string{group}, map[string]json.RawMessage{"discount": text})
}

// made is a change that succeeded, as the records tell of it.
type made struct{ action, subject, settings string }

// changesQuery reads what the orders changed, in the order of the times that the
// records gave it while the month was locked. What rules and closes do by
// themselves is left out: it comes with the closes.
const changesQuery = `
SELECT done_at, action, subject, COALESCE(
	(SELECT settings FROM month_setting s WHERE s.period || '/' || s.billing_group = subject AND 'version ' || s.version = detail), '')
FROM audit WHERE action IN ('month-setting.month', 'entry.restore', 'invoice.issue')
	OR action = 'entry.apply' AND detail NOT LIKE '%: rule %'
UNION ALL SELECT rated_at, 'close', revision, '' FROM rated
ORDER BY 1`

// madeSince lists what was changed in one installation and not in the other,
// which it was copied from.
func madeSince(t *testing.T, start, now string) (all []made) {
	t.Helper()
	before := len(rowsOf(t, recordsAt(t, start), changesQuery))
	for _, line := range rowsOf(t, recordsAt(t, now), changesQuery)[before:] {
		columns := strings.SplitN(line, " | ", 4)
		all = append(all, made{columns[1], columns[2], columns[3]})
	}
	return all
}

// again makes the change in another installation.
func (m made) again(ctx context.Context, a *app.App) error {
	switch m.action {
	case "close":
		return closeSeptember(ctx, a)
	case "invoice.issue":
		_, err := issue(a, m.subject, billing.DayOf(afterAll))
		return err
	case "entry.apply":
		return putOnInvoice(ctx, a, m.subject)
	case "entry.restore":
		return takeOffInvoice(ctx, a, m.subject)
	}
	var settings struct{ Discount json.RawMessage }
	if err := json.Unmarshal([]byte(m.settings), &settings); err != nil {
		return err
	}
	_, group, _ := strings.Cut(m.subject, "/")
	return discount(ctx, a, group, settings.Discount)
}
