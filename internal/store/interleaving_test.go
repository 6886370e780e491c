package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// R30: whatever is drafted, approved, issued, corrected, prepaid, paid and taken
// back in whatever order, by two who have the records open: numbers have no gaps,
// no document is settled over what it asks for, no balance is negative, and what
// is issued never changes.
func TestAnyInterleaving(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x := openInterleaving(t)
		defer x.close(t)
		r.Repeat(map[string]func(*rapid.T){
			"draft": x.draft, "approve": x.approve, "issue": x.issue, "refuse": x.refuse, "prepay": x.prepay,
			"pay": x.pay, "give": x.give, "take back": x.takeBack, "": x.check,
		})
	})
}

// paper is a document of these tests.
type paper struct {
	ID      string        `json:"id"`
	Total   money.Decimal `json:"total"` // negative of a credit note
	Used    money.Decimal `json:"used"`  // of the prepaid balance
	Payable money.Decimal `json:"payable"`
	Number  string        `json:"number,omitempty"`
}

// interleaving is what two who have the records open did so far.
type interleaving struct {
	t      *testing.T
	stores []*Store
	remove func()            // the records, at the end
	issued map[string]string // the document of each, by id, as it was issued
	serial int
}

var chainGroups = []string{"acme", "beta", "coda"}

func openInterleaving(t *testing.T) *interleaving {
	t.Helper()
	x := &interleaving{t: t, issued: map[string]string{}}
	place, remove := passingPlace(t)
	x.remove = remove
	for range 2 {
		s, err := Open(t.Context(), place)
		ok(t, err)
		x.stores = append(x.stores, s)
	}
	rate(t, x.stores[0], contestedRated, october)
	return x
}

func (x *interleaving) close(t *testing.T) {
	for _, s := range x.stores {
		ok(t, s.Close())
	}
	x.remove()
}

func (x *interleaving) store(r *rapid.T) *Store { return rapid.SampledFrom(x.stores).Draw(r, "who") }

// documents are those on record in a state, with what they say.
func (x *interleaving) documents(r *rapid.T, state string) (all []Invoice, papers map[string]paper) {
	invoices, err := x.store(r).Invoices(x.t.Context(), october)
	if err != nil {
		r.Fatal(err)
	}
	papers = map[string]paper{}
	for _, v := range invoices {
		var p paper
		if err := json.Unmarshal(v.Document, &p); err != nil {
			r.Fatal(err)
		}
		papers[v.ID] = p
		if v.State == state {
			all = append(all, v)
		}
	}
	return all, papers
}

// draft makes the next document of a group again: an invoice, and after it notes
// that take something off or add to it.
func (x *interleaving) draft(r *rapid.T) {
	group := rapid.SampledFrom(chainGroups).Draw(r, "group")
	issued, _ := x.documents(r, InvoiceIssued)
	issued = slices.DeleteFunc(issued, func(v Invoice) bool { return v.Group != group })
	p := paper{ID: fmt.Sprintf("2026-10/%s/%d", group, len(issued)+1), Total: money.FromInt(int64(rapid.IntRange(1, 90).Draw(r, "total")))}
	if len(issued) > 0 && rapid.Bool().Draw(r, "credit note") {
		p.Total = p.Total.Neg()
	} else {
		p.Used = money.FromInt(int64(rapid.IntRange(0, 40).Draw(r, "used")))
		if p.Used.Cmp(p.Total) > 0 {
			p.Used = p.Total
		}
	}
	p.Payable = p.Total.Sub(p.Used)
	document, err := json.Marshal(p)
	if err != nil {
		r.Fatal(err)
	}
	kept, err := x.store(r).ReplaceDrafts(x.t.Context(), october, []string{group},
		[]Invoice{{ID: p.ID, Group: group, Period: october, Document: document, Rated: contestedRated}})
	if err != nil || len(kept) != 0 {
		r.Fatal(err, kept)
	}
}

func (x *interleaving) approve(r *rapid.T) {
	drafts, _ := x.documents(r, InvoiceDraft)
	if len(drafts) == 0 {
		return
	}
	d := rapid.SampledFrom(drafts).Draw(r, "draft")
	e := invoice.Event{Invoice: d.ID, Kind: invoice.EventApproved, Hash: d.Hash, On: november, By: "ann"}
	if _, err := x.store(r).AppendEvent(x.t.Context(), e); err != nil {
		r.Fatal(err)
	}
}

// issue issues a draft: the note of a credit gives what it is over to the
// documents before it. It is refused when the balance is too little.
func (x *interleaving) issue(r *rapid.T) {
	drafts, papers := x.documents(r, InvoiceDraft)
	if len(drafts) == 0 {
		return
	}
	d := rapid.SampledFrom(drafts).Draw(r, "draft")
	p := papers[d.ID]
	series := rapid.SampledFrom([]string{"A-", "B-"}).Draw(r, "series")
	issue := Issue{Invoice: d.ID, Series: series, By: "ann", At: issueTime}
	if !p.Used.IsZero() {
		issue.Prepaid = []invoice.LedgerEntry{{
			Key: "use " + d.ID, Group: d.Group, Currency: "USD", Kind: invoice.LedgerUse, On: november, Amount: p.Used.Neg(), Invoice: d.ID, By: "ann",
		}}
	}
	if p.Payable.Sign() < 0 {
		issue.Gives, issue.Settle = p.Payable.Neg(), payableOf(papers, x.issuedIDs(d.Group))
	}
	before, err := x.stores[0].Balance(x.t.Context(), d.Group, "USD", november)
	ok(x.t, err)
	done, err := x.store(r).IssueInvoice(x.t.Context(), issue, func(_ Invoice, seq int64) (string, json.RawMessage, error) {
		p.Number = fmt.Sprintf("%s%03d", series, seq)
		document, err := json.Marshal(p)
		return p.Number, document, err
	})
	var short *invoice.ShortError
	if errors.As(err, &short) != (p.Used.Cmp(before) > 0) || err != nil && short == nil {
		r.Fatalf("%s uses %s of a balance of %s: %v", d.ID, p.Used, before, err)
	}
	if err == nil {
		x.issued[d.ID] = string(done.Document)
	}
}

// refuse tries what must fail: to issue again, or what finish refuses.
func (x *interleaving) refuse(r *rapid.T) {
	all, _ := x.documents(r, rapid.SampledFrom([]string{InvoiceDraft, InvoiceIssued}).Draw(r, "state"))
	if len(all) == 0 {
		return
	}
	issue := Issue{Invoice: rapid.SampledFrom(all).Draw(r, "document").ID, Series: "A-", By: "ann", At: issueTime}
	if _, err := x.store(r).IssueInvoice(x.t.Context(), issue, func(Invoice, int64) (string, json.RawMessage, error) {
		return "", nil, errOnPurpose
	}); err == nil {
		r.Fatalf("%s was issued again", issue.Invoice)
	}
}

// issuedIDs are the ids of what is issued of a group, or of all.
func (x *interleaving) issuedIDs(group string) (ids []string) {
	for id := range x.issued {
		if group == "" || len(id) > len("2026-10/")+len(group) && id[len("2026-10/"):len("2026-10/")+len(group)] == group {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// payableOf gives to documents as much as is open of each.
func payableOf(papers map[string]paper, ids []string) Allocator {
	return func(left money.Decimal, settled func(string) money.Decimal) ([]invoice.Part, error) {
		var claims []invoice.Claim
		for _, id := range ids {
			claims = append(claims, invoice.Claim{ID: id, Name: id, Open: papers[id].Payable.Sub(settled(id))})
		}
		parts, _, err := invoice.Allocate(left, november, claims)
		return parts, err
	}
}

// prepay puts something into a balance, or takes it out again as far as it is
// there.
func (x *interleaving) prepay(r *rapid.T) {
	x.serial++
	group, n := rapid.SampledFrom(chainGroups).Draw(r, "group"), rapid.IntRange(1, 60).Draw(r, "amount")
	e := invoice.LedgerEntry{
		Key: fmt.Sprint("bank ", x.serial), Group: group, Currency: "USD", Kind: invoice.LedgerTopUp, On: november, Amount: money.FromInt(int64(n)), By: "ann",
	}
	if rapid.IntRange(0, 3).Draw(r, "refund") == 0 {
		e.Kind, e.Amount = invoice.LedgerRefund, e.Amount.Neg()
	}
	before, err := x.stores[0].Balance(x.t.Context(), group, "USD", november)
	ok(x.t, err)
	_, err = x.store(r).PostLedger(x.t.Context(), e)
	if refused := before.Add(e.Amount).Sign() < 0; refused != (err != nil) {
		r.Fatalf("%s %s of a balance of %s: %v", e.Kind, e.Amount, before, err)
	}
}

func (x *interleaving) pay(r *rapid.T) {
	_, papers := x.documents(r, InvoiceIssued)
	x.serial++
	p := paymentOf(fmt.Sprint("bank ", x.serial), fmt.Sprint(rapid.IntRange(1, 90).Draw(r, "amount")))
	if _, _, err := x.store(r).RecordPayment(x.t.Context(), p, payableOf(papers, x.issuedIDs(""))); err != nil {
		r.Fatal(err)
	}
}

// give gives what is left of a payment to documents; of one that is reversed it is
// refused, and must change nothing.
func (x *interleaving) give(r *rapid.T) {
	payments, err := x.store(r).Payments(x.t.Context())
	ok(x.t, err)
	if len(payments) == 0 {
		return
	}
	_, papers := x.documents(r, InvoiceIssued)
	p := rapid.SampledFrom(payments).Draw(r, "payment")
	reversed := p.Reverses != "" || slices.ContainsFunc(payments, func(q invoice.Payment) bool { return q.Reverses == p.ID })
	if err := x.store(r).AllocatePayment(x.t.Context(), p.ID, "ann", payableOf(papers, x.issuedIDs(""))); reversed != (err != nil) {
		r.Fatalf("allocating %+v: %v", p, err)
	}
}

// takeBack takes a payment back, or what a credit note gave.
func (x *interleaving) takeBack(r *rapid.T) {
	why := invoice.Payment{On: november, Reference: "wrong", By: "ann"}
	payments, err := x.store(r).Payments(x.t.Context())
	ok(x.t, err)
	ids := x.issuedIDs("")
	switch {
	case len(payments) > 0 && rapid.Bool().Draw(r, "payment"):
		p := rapid.SampledFrom(payments).Draw(r, "which")
		reversed := p.Reverses != "" || slices.ContainsFunc(payments, func(q invoice.Payment) bool { return q.Reverses == p.ID })
		if _, err := x.store(r).ReversePayment(x.t.Context(), p.ID, why); reversed != (err != nil) {
			r.Fatalf("reversing %+v: %v", p, err)
		}
	case len(ids) > 0:
		_, papers := x.documents(r, InvoiceIssued)
		if id := rapid.SampledFrom(ids).Draw(r, "note"); papers[id].Payable.Sign() < 0 {
			if err := x.store(r).ReleaseCreditNote(x.t.Context(), id, why); err != nil {
				r.Fatal(err)
			}
		}
	}
}

// check proves what always holds.
func (x *interleaving) check(r *rapid.T) {
	issued, papers := x.documents(r, InvoiceIssued)
	settlements, err := x.store(r).Settlements(x.t.Context(), "")
	ok(x.t, err)
	if len(issued) != len(x.issued) {
		r.Fatalf("%d documents are issued, want %d", len(issued), len(x.issued))
	}
	for _, v := range issued {
		if string(v.Document) != x.issued[v.ID] {
			r.Fatalf("%s was issued as %s, and is %s", v.ID, x.issued[v.ID], v.Document)
		}
		payable, settled := papers[v.ID].Payable, invoice.Settled(v.ID, settlements)
		low, high := payable, money.Zero
		if payable.Sign() > 0 {
			low, high = high, low
		}
		if settled.Cmp(low) < 0 || settled.Cmp(high) > 0 {
			r.Fatalf("%s asks for %s and is settled with %s", v.ID, payable, settled)
		}
	}
	for _, group := range chainGroups {
		entries, err := x.store(r).Ledger(x.t.Context(), group)
		ok(x.t, err)
		sum := money.Zero
		for _, e := range entries {
			if sum = sum.Add(e.Amount); sum.Sign() < 0 {
				r.Fatalf("the balance of %s is %s after %s", group, sum, e.Key)
			}
		}
	}
	checkSeries(x.t, x.stores[0])
	if x.t.Failed() {
		r.FailNow()
	}
}
