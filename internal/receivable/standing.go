package receivable

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

// documentRecord is a document with all that is on record of it.
type documentRecord struct {
	stored      store.Invoice
	document    invoice.Invoice
	events      []invoice.Event
	settlements []invoice.Settlement
	voided      bool // by an issued note of its chain
}

// recordedDocuments returns the documents of a month, or of all months.
func (rs *Receivables) recordedDocuments(ctx context.Context, period billing.Period) ([]documentRecord, error) {
	stored, err := rs.home.Store.Invoices(ctx, period)
	if err != nil {
		return nil, err
	}
	events, err := rs.home.Store.Events(ctx, "")
	if err != nil {
		return nil, err
	}
	settlements, err := rs.home.Store.Settlements(ctx, "")
	if err != nil {
		return nil, err
	}
	return recorded(stored, events, settlements)
}

// documentsOfGroup returns the documents of a billing group, of all months.
func (rs *Receivables) documentsOfGroup(ctx context.Context, group string) ([]documentRecord, error) {
	stored, err := rs.home.Store.InvoicesOf(ctx, group)
	if err != nil {
		return nil, err
	}
	var events []invoice.Event
	var settlements []invoice.Settlement
	for _, s := range stored {
		if !month.IsIssued(s) {
			continue // nothing has happened to it yet
		}
		happened, err := rs.home.Store.Events(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		settled, err := rs.home.Store.Settlements(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		events, settlements = append(events, happened...), append(settlements, settled...)
	}
	return recorded(stored, events, settlements)
}

// recorded puts what is on record of documents beside them.
func recorded(stored []store.Invoice, events []invoice.Event, settlements []invoice.Settlement) ([]documentRecord, error) {
	all := make([]documentRecord, len(stored))
	for i, s := range stored {
		all[i].stored = s
		if err := json.Unmarshal(s.Document, &all[i].document); err != nil {
			return nil, fmt.Errorf("the document of %s: %w", s.ID, err)
		}
	}
	beside(all, events, settlements)
	return all, nil
}

// beside puts what happened to documents, and what settled them, beside them.
func beside(all []documentRecord, events []invoice.Event, settlements []invoice.Settlement) {
	place := make(map[string]int, len(all))
	for i, d := range all {
		place[d.stored.ID] = i
	}
	markVoided(all)
	for _, e := range events {
		if i, ours := place[e.Invoice]; ours {
			all[i].events = append(all[i].events, e)
		}
	}
	counted := map[invoice.Settlement]bool{} // one between two of the documents was asked for twice
	for _, s := range settlements {
		if counted[s] {
			continue
		}
		counted[s] = true
		for _, id := range []string{s.Invoice, s.Source} {
			if i, ours := place[id]; ours {
				all[i].settlements = append(all[i].settlements, s)
			}
		}
	}
}

// markVoided marks what an issued note took back: all of its chain before it.
func markVoided(documents []documentRecord) {
	chains := map[string][]*documentRecord{}
	for i := range documents {
		d := &documents[i].document
		if d.State == invoice.Issued {
			chain := invoice.ID(d.Period, d.Group, d.Provider)
			chains[chain] = append(chains[chain], &documents[i])
		}
	}
	for _, chain := range chains {
		var issued []invoice.Invoice
		for _, r := range chain {
			issued = append(issued, r.document)
		}
		invoice.SortChain(issued)
		inForce := invoice.InForce(issued)
		for _, r := range chain {
			r.voided = !r.document.Voids() && !slices.ContainsFunc(inForce, func(x invoice.Invoice) bool { return x.ID == r.document.ID })
		}
	}
}

// SettledBy divides what a credit note of that day is over: it goes to the issued
// documents of its chain, the oldest first, as far as they are open. What is left
// of it stays open, to be given to other invoices or paid out. The function is
// given the note's amount, and what is settled of a document by its id.
func (rs *Receivables) SettledBy(ctx context.Context, note invoice.Invoice, on billing.Day) (func(money.Decimal, func(string) money.Decimal) ([]invoice.Part, error), error) {
	c, err := rs.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	documents, err := rs.recordedDocuments(ctx, note.Period)
	if err != nil {
		return nil, err
	}
	var chain claims
	for _, d := range documents {
		if d.document.State != invoice.Issued || d.document.Group != note.Group || d.document.Provider != note.Provider {
			continue
		}
		one, err := receivable(c, d)
		if err != nil {
			return nil, err
		}
		chain = append(chain, claim{Receivable: one})
	}
	slices.SortStableFunc(chain, func(a, b claim) int { return cmp.Compare(a.Issued, b.Issued) })
	return chain.allocator(on), nil
}

func (r documentRecord) standing(today billing.Day) invoice.Standing {
	return r.document.Standing(r.stored.Hash, r.events, r.settlements, r.voided, today)
}

// Standings tells by id where documents stand today: whole months of them, since
// what voids a document is in its month.
func (rs *Receivables) Standings(ctx context.Context, heads []month.Head) (map[string]invoice.Standing, error) {
	events, err := rs.home.Store.Events(ctx, "")
	if err != nil {
		return nil, err
	}
	settlements, err := rs.home.Store.Settlements(ctx, "")
	if err != nil {
		return nil, err
	}
	documents := make([]documentRecord, len(heads))
	for i, h := range heads {
		documents[i] = documentRecord{stored: h.Stored, document: h.Document}
	}
	beside(documents, events, settlements)
	standings := map[string]invoice.Standing{}
	for _, d := range documents {
		standings[d.stored.ID] = d.standing(rs.home.Today())
	}
	return standings, nil
}

// OfGroup returns the documents of a billing group, of all months, and by id where
// they stand today.
func (rs *Receivables) OfGroup(ctx context.Context, group string) ([]invoice.Invoice, map[string]invoice.Standing, error) {
	records, err := rs.documentsOfGroup(ctx, group)
	if err != nil {
		return nil, nil, err
	}
	documents, standings := make([]invoice.Invoice, len(records)), map[string]invoice.Standing{}
	for i, d := range records {
		documents[i], standings[d.stored.ID] = d.document, d.standing(rs.home.Today())
	}
	return documents, standings, nil
}

// customerOfDocument is the id of who owes for a document. Documents of before
// customers were kept in them are of the customer that has the group now.
func customerOfDocument(c billing.Config, inv invoice.Invoice) string {
	if inv.Customer != "" {
		return inv.Customer
	}
	for _, g := range c.BillingGroups {
		if g.ID == inv.Group {
			return g.Customer
		}
	}
	return inv.Group
}

// All is all that was asked for and paid.
func (rs *Receivables) All(ctx context.Context) (invoice.Receivables, error) {
	var r invoice.Receivables
	c, err := rs.home.Config(ctx)
	if err != nil {
		return r, err
	}
	documents, err := rs.recordedDocuments(ctx, billing.Period{})
	if err != nil {
		return r, err
	}
	for _, d := range documents {
		if d.document.State != invoice.Issued {
			continue
		}
		one, err := receivable(c, d)
		if err != nil {
			return r, err
		}
		r.Documents = append(r.Documents, one)
	}
	if r.Payments, err = rs.home.Store.Payments(ctx); err != nil {
		return r, err
	}
	r.Settlements, err = rs.home.Store.Settlements(ctx, "")
	return r, err
}

func receivable(c billing.Config, d documentRecord) (invoice.Receivable, error) {
	inv := d.document
	if inv.IssueDate == nil || inv.DueDate == nil {
		return invoice.Receivable{}, fmt.Errorf("the issued document %s has no issue date or due date; restore the records from a backup", inv.ID)
	}
	return invoice.Receivable{
		ID: inv.ID, Number: inv.Number, Document: string(inv.Document), Customer: customerOfDocument(c, inv), Buyer: inv.Buyer.Name,
		Group: inv.Group, Currency: inv.Currency, Digits: inv.Digits, Issued: *inv.IssueDate, Due: *inv.DueDate, Payable: inv.Payable,
	}, nil
}

// AccountStatements returns the statements of account of a customer, else of the
// billing group with that id: one for each currency. It is an error when neither
// is declared nor on any document.
func (rs *Receivables) AccountStatements(ctx context.Context, holder string, from, to billing.Day) ([]invoice.AccountStatement, error) {
	if to < from {
		return nil, fmt.Errorf("the statement would end on %s, before it begins on %s", to, from)
	}
	c, err := rs.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	r, err := rs.All(ctx)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(c.Customers, func(x billing.Customer) bool { return x.ID == holder }) ||
		slices.ContainsFunc(r.Documents, func(d invoice.Receivable) bool { return d.Customer == holder }) {
		return r.OfCustomer(holder, from, to), nil
	}
	if month.HasGroup(c, holder) ||
		slices.ContainsFunc(r.Documents, func(d invoice.Receivable) bool { return d.Group == holder }) {
		return r.OfGroup(holder, from, to), nil
	}
	return nil, fmt.Errorf("%q is neither a customer nor a billing group; `sluice ageing --by group` lists those that owe", holder)
}

// customerNamed returns an error unless a customer of that id is declared.
func (rs *Receivables) customerNamed(ctx context.Context, id string) error {
	c, err := rs.home.Config(ctx)
	if err != nil {
		return err
	}
	var known []string
	for _, x := range c.Customers {
		if x.ID == id {
			return nil
		}
		known = append(known, x.ID)
	}
	if id == "" {
		return errors.New("name the customer who pays, or documents to pay for")
	}
	return fmt.Errorf("there is no customer %q; the customers are %s", id, strings.Join(known, ", "))
}
