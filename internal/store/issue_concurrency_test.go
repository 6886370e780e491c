package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// Every draft is tried by issuersOfDraft processes of issuers: 10,000 attempts.
const (
	issuers        = 8
	issuersOfDraft = 5
	contestedCount = 2000
	contestedRated = "01A"
)

// contested is a draft that several processes want to issue at once.
type contested struct {
	id, group, series string
	use               string // of the group's prepaid balance; empty for nothing
}

// contestedDrafts are the drafts of four series. Every 40th is of a group that
// has prepaid nothing, so that it can never be issued; every 40th after it is of
// one group that has prepaid enough for sharedIssues of them.
func contestedDrafts() []contested {
	drafts := make([]contested, contestedCount)
	for i := range drafts {
		group := fmt.Sprintf("g%04d", i)
		d := contested{id: "2026-10/" + group, group: group, series: fmt.Sprintf("S%d-", i%4)}
		switch i % 40 {
		case 7:
			d.group, d.use = "poor", "-1"
		case 8:
			d.group, d.use = "shared", "-10"
		case 9:
			d.use = "-3" // of 5 that the group has
		}
		drafts[i] = d
	}
	return drafts
}

const sharedIssues = 20 // 205 prepaid, 10 for each

// refusedOnPurpose tells whether an issuer's attempt fails in finish: about one
// in five, but never that of the last issuer who tries.
func refusedOnPurpose(draft, issuer int) bool {
	return (issuer+draft)%issuers != issuersOfDraft-1 && (draft*31+issuer*17)%4 == 0
}

// issuedByOne is what a process says of its attempts.
type issuedByOne struct {
	Numbers  map[string]string // by id of the draft
	Refusals map[string]int    // by reason
}

const issuerRecords = "SLUICE_TEST_ISSUER"

// R30: thousands of attempts to issue by several processes at once, many of which
// must fail, number each series from 1 without a gap and issue each draft once.
func TestIssueByManyProcesses(t *testing.T) {
	if number, path, is := strings.Cut(os.Getenv(issuerRecords), ":"); is {
		issuer, err := strconv.Atoi(number)
		ok(t, err)
		issueContested(t, path, issuer)
		return
	}
	path, remove := passingPlace(t)
	t.Cleanup(remove)
	s := openAt(t, path)
	drafts := contestedDrafts()
	recordContested(t, s, drafts)

	numbers, refusals := map[string]string{}, map[string]int{}
	for _, one := range runIssuers(t, path) {
		for id, number := range one.Numbers {
			if other, twice := numbers[id]; twice {
				t.Errorf("%s was issued twice: as %s and %s", id, other, number)
			}
			numbers[id] = number
		}
		for reason, n := range one.Refusals {
			refusals[reason] += n
		}
	}
	attempts := len(numbers)
	for _, n := range refusals {
		attempts += n
	}
	t.Logf("%d attempts by %d processes: %d issued, refused %v", attempts, issuers, len(numbers), refusals)
	if attempts != contestedCount*issuersOfDraft || refusals["busy"] != 0 {
		t.Errorf("%d attempts, refused %v; want %d, none because of the others", attempts, refusals, contestedCount*issuersOfDraft)
	}
	for _, reason := range []string{"on purpose", "issued already", "short"} {
		if refusals[reason] == 0 {
			t.Errorf("no attempt was refused as %q, so that is not tried", reason)
		}
	}
	checkContested(t, s, drafts, numbers)
	checkSeries(t, s)
	checkContestedLedger(t, s, drafts, numbers)
}

func recordContested(t *testing.T, s *Store, drafts []contested) {
	t.Helper()
	rate(t, s, contestedRated, october)
	var all []Invoice
	topUps := map[string]string{"shared": "205"}
	for _, d := range drafts {
		all = append(all, Invoice{ID: d.id, Group: d.group, Period: october, Document: fmt.Appendf(nil, `{"id":%q}`, d.id), Rated: contestedRated})
		if d.use == "-3" {
			topUps[d.group] = "5"
		}
	}
	_, err := s.ReplaceDrafts(t.Context(), october, nil, all)
	ok(t, err)
	for _, group := range slices.Sorted(maps.Keys(topUps)) {
		e := ledgerEntry("top-up "+group, invoice.LedgerTopUp, november, topUps[group])
		e.Group = group
		ok(t, posted(t, s, e))
	}
}

// runIssuers starts the processes, lets them begin at once, and returns what they
// say.
func runIssuers(t *testing.T, path string) []issuedByOne {
	t.Helper()
	running := make([]*exec.Cmd, issuers)
	starts := make([]io.Closer, issuers)
	outs := make([]bytes.Buffer, issuers)
	for i := range running {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestIssueByManyProcesses$")
		child.Env = append(os.Environ(), fmt.Sprintf("%s=%d:%s", issuerRecords, i, path))
		child.Stdout = &outs[i]
		start, err := child.StdinPipe()
		ok(t, err)
		ok(t, child.Start())
		running[i], starts[i] = child, start
	}
	for _, start := range starts {
		ok(t, start.Close())
	}
	all := make([]issuedByOne, issuers)
	for i, child := range running {
		if err := child.Wait(); err != nil {
			t.Fatalf("process %d: %v\n%s", i, err, outs[i].String())
		}
		line, _, _ := strings.Cut(outs[i].String(), "\n")
		if err := json.Unmarshal([]byte(line), &all[i]); err != nil {
			t.Fatalf("process %d said %q: %v", i, line, err)
		}
	}
	return all
}

// issueContested is what each process does.
func issueContested(t *testing.T, path string, issuer int) {
	s := openAt(t, path)
	drafts := contestedDrafts()
	order := rand.New(rand.NewPCG(uint64(issuer), 30)).Perm(len(drafts))
	_, err := io.ReadAll(os.Stdin) // until all are started
	ok(t, err)
	said := issuedByOne{map[string]string{}, map[string]int{}}
	for _, i := range order {
		if (issuer+i)%issuers >= issuersOfDraft {
			continue
		}
		done, err := issueOne(t, s, drafts[i], refusedOnPurpose(i, issuer))
		if err == nil {
			said.Numbers[done.ID] = done.Number
		} else {
			said.Refusals[refusal(t, err)]++
		}
	}
	ok(t, json.NewEncoder(os.Stdout).Encode(said))
}

var errOnPurpose = errors.New("refused on purpose")

func issueOne(t *testing.T, s *Store, d contested, fail bool) (Invoice, error) {
	issue := Issue{Invoice: d.id, Series: d.series, By: "ann", At: issueTime}
	if d.use != "" {
		use := ledgerEntry("use "+d.id, invoice.LedgerUse, november+1, d.use)
		use.Group, use.Invoice = d.group, d.id
		issue.Prepaid = []invoice.LedgerEntry{use}
	}
	return s.IssueInvoice(t.Context(), issue, func(draft Invoice, seq int64) (string, json.RawMessage, error) {
		if fail {
			return "", nil, errOnPurpose
		}
		number := fmt.Sprintf("%s%06d", d.series, seq)
		return number, fmt.Appendf(nil, `{"id":%q,"number":%q}`, draft.ID, number), nil
	})
}

// refusal names the reason for which an attempt may fail; any other fails the
// test.
func refusal(t *testing.T, err error) string {
	t.Helper()
	var short *invoice.ShortError
	switch {
	case errors.Is(err, errOnPurpose):
		return "on purpose"
	case errors.As(err, &short):
		return "short"
	case strings.Contains(err.Error(), "is issued already as"):
		return "issued already"
	case strings.Contains(err.Error(), "another process has been writing"):
		return "busy"
	}
	t.Fatal(err)
	return ""
}

// checkContested compares the documents on record with what the processes said.
func checkContested(t *testing.T, s *Store, drafts []contested, numbers map[string]string) {
	t.Helper()
	invoices, err := s.Invoices(t.Context(), october) // which checks each hash
	ok(t, err)
	if len(invoices) != len(drafts) {
		t.Fatalf("%d documents on record, want %d", len(invoices), len(drafts))
	}
	byID, shared := map[string]Invoice{}, 0
	for _, v := range invoices {
		byID[v.ID] = v
	}
	for _, d := range drafts {
		v := byID[d.id]
		if want := map[bool]string{true: InvoiceIssued, false: InvoiceDraft}[numbers[d.id] != ""]; v.State != want || v.Number != numbers[d.id] {
			t.Errorf("%s is %s as %q; the processes say %s as %q", d.id, v.State, v.Number, want, numbers[d.id])
		}
		if document := fmt.Sprintf(`{"id":%q,"number":%q}`, d.id, v.Number); v.Number != "" && string(v.Document) != document {
			t.Errorf("%s reads %s, want %s", d.id, v.Document, document)
		}
		if !strings.HasPrefix(v.Number, d.series) && v.Number != "" {
			t.Errorf("%s is numbered %s, want one of series %s", d.id, v.Number, d.series)
		}
		switch {
		case d.group == "poor" && v.State != InvoiceDraft:
			t.Errorf("%s is issued as %s, its group has prepaid nothing", d.id, v.Number)
		case d.group == "shared" && v.State == InvoiceIssued:
			shared++
		case d.group != "poor" && d.group != "shared" && v.State != InvoiceIssued:
			t.Errorf("%s was never issued", d.id)
		}
	}
	if shared != sharedIssues {
		t.Errorf("%d documents of one balance are issued, it is enough for %d", shared, sharedIssues)
	}
}

// checkSeries proves the register of numbers and the audit: each series counts
// from 1, each number stands once in the register with the document's hash, and
// once in the audit.
func checkSeries(t *testing.T, s *Store) {
	t.Helper()
	type registered struct {
		series, invoice, number, hash string
		seq                           int64
	}
	register, err := list(t.Context(), s.db, func(r row) (x registered, err error) {
		err = r.Scan(&x.series, &x.seq, &x.invoice, &x.number, &x.hash)
		return x, err
	}, `SELECT series, seq, invoice, number, hash FROM invoice_number ORDER BY series, seq`)
	ok(t, err)
	next, places := map[string]int64{}, map[string]registered{}
	for _, r := range register {
		if next[r.series]++; r.seq != next[r.series] {
			t.Errorf("series %s has %d where %d comes next", r.series, r.seq, next[r.series])
		}
		places[r.invoice] = r
	}
	if len(places) != len(register) {
		t.Errorf("%d numbers for %d documents", len(register), len(places))
	}
	invoices, err := s.Invoices(t.Context(), billing.Period{})
	ok(t, err)
	for _, v := range invoices {
		if r := places[v.ID]; v.State == InvoiceIssued && (r.number != v.Number || r.hash != v.Hash) {
			t.Errorf("%s is %s with hash %s, the register says %+v", v.ID, v.Number, v.Hash, r)
		}
	}
	audit, err := s.Audit(t.Context(), 0)
	ok(t, err)
	audited := map[string]int{}
	for _, e := range audit {
		if e.Action == "invoice.issue" {
			audited[e.Subject+" "+e.Detail]++
		}
	}
	for _, r := range register {
		if n := audited[fmt.Sprintf("%s %s, sha256 %s", r.invoice, r.number, r.hash)]; n != 1 {
			t.Errorf("%s has %d entries in the audit", r.number, n)
		}
	}
	if len(audited) != len(register) {
		t.Errorf("%d issues in the audit, %d numbers", len(audited), len(register))
	}
}

// checkContestedLedger proves that an issue and its use of the balance came
// together or not at all.
func checkContestedLedger(t *testing.T, s *Store, drafts []contested, numbers map[string]string) {
	t.Helper()
	entries, err := s.Ledger(t.Context(), "")
	ok(t, err)
	uses := map[string]money.Decimal{}
	for _, e := range entries {
		if e.Kind == invoice.LedgerUse {
			uses[e.Invoice] = uses[e.Invoice].Add(e.Amount)
		}
	}
	for _, d := range drafts {
		want := money.Zero
		if d.use != "" && numbers[d.id] != "" {
			want = dec(d.use)
		}
		if got := uses[d.id]; !got.Equal(want) {
			t.Errorf("%s used %s of the balance of %s, want %s", d.id, got, d.group, want)
		}
	}
	if got := balanceOf(t, s, "shared", november+1); got != "5" {
		t.Errorf("%s is left of the shared balance, want 5", got)
	}
}
