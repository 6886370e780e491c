package pipeline

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
	"github.com/sluice-billing/sluice/internal/store"
)

// What a reseller's approval can be.
const (
	approvalNotRequired = "not-required"
	approvalRequired    = "required"
	approvalFourEyes    = "four-eyes"
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
func (p *Pipeline) recordedDocuments(ctx context.Context, period billing.Period) ([]documentRecord, error) {
	stored, err := p.Store.Invoices(ctx, period)
	if err != nil {
		return nil, err
	}
	events, err := p.Store.Events(ctx, "")
	if err != nil {
		return nil, err
	}
	settlements, err := p.Store.Settlements(ctx, "")
	if err != nil {
		return nil, err
	}
	all, place := make([]documentRecord, len(stored)), make(map[string]int, len(stored))
	for i, s := range stored {
		all[i].stored, place[s.ID] = s, i
		if err := json.Unmarshal(s.Document, &all[i].document); err != nil {
			return nil, fmt.Errorf("the document of %s: %w", s.ID, err)
		}
	}
	markVoided(all)
	for _, e := range events {
		if i, ours := place[e.Invoice]; ours {
			all[i].events = append(all[i].events, e)
		}
	}
	for _, s := range settlements {
		for _, id := range []string{s.Invoice, s.Source} {
			if i, ours := place[id]; ours {
				all[i].settlements = append(all[i].settlements, s)
			}
		}
	}
	return all, nil
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

// correctedBy are the issued documents of a note's chain, the oldest first: what a
// credit note is over goes to them, as far as they are open. What is left of it
// stays open, to be given to other invoices or paid out.
func (p *Pipeline) correctedBy(ctx context.Context, note invoice.Invoice) (claims, error) {
	c, err := p.Config(ctx)
	if err != nil {
		return nil, err
	}
	documents, err := p.recordedDocuments(ctx, note.Period)
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
	return chain, nil
}

func (r documentRecord) standing(today billing.Day) invoice.Standing {
	return r.document.Standing(r.stored.Hash, r.events, r.settlements, r.voided, today)
}

// Standings tells by id where the documents of a month, or of all months, stand
// today.
func (p *Pipeline) Standings(ctx context.Context, period billing.Period) (map[string]invoice.Standing, error) {
	documents, err := p.recordedDocuments(ctx, period)
	if err != nil {
		return nil, err
	}
	standings := map[string]invoice.Standing{}
	for _, d := range documents {
		standings[d.stored.ID] = d.standing(p.today())
	}
	return standings, nil
}

// Events returns what happened to a document, by its id or number, since it was
// drafted.
func (p *Pipeline) Events(ctx context.Context, idOrNumber string) ([]invoice.Event, error) {
	stored, err := p.Store.Invoice(ctx, idOrNumber)
	if err != nil {
		return nil, err
	}
	return p.Store.Events(ctx, stored.ID)
}

func (p *Pipeline) today() billing.Day { return billing.DayOf(p.Now()) }

// Approve records that the user has looked at a draft, as it is now. A draft that
// is made again from other data or rules must be approved again. What is unexpected
// about it must be accepted first. fresh is false when the user has approved it
// before.
func (p *Pipeline) Approve(ctx context.Context, idOrNumber string) (inv invoice.Invoice, fresh bool, err error) {
	stored, err := p.Store.Invoice(ctx, idOrNumber)
	if err != nil {
		return inv, false, err
	}
	if err := json.Unmarshal(stored.Document, &inv); err != nil {
		return inv, false, err
	}
	if inv.Preview {
		return inv, false, fmt.Errorf("%s is a preview and can still change: close %s without --preview first", inv.ID, inv.Period)
	}
	unexpected, err := p.approvalFindings(ctx, inv.Period)
	if err != nil {
		return inv, false, err
	}
	if inv.State == invoice.Draft { // the store refuses what is issued, with its number
		if err := accepted(unexpected, inv); err != nil {
			return inv, false, err
		}
	}
	fresh, err = p.record(ctx, stored, invoice.EventApproved, p.today(), "")
	return inv, fresh, err
}

// Publish makes an issued document visible to the customer, or takes it out of
// sight. fresh is false when it was so before.
func (p *Pipeline) Publish(ctx context.Context, idOrNumber string, visible bool) (fresh bool, err error) {
	stored, err := p.Store.Invoice(ctx, idOrNumber)
	if err != nil {
		return false, err
	}
	kind := invoice.EventPublished
	if !visible {
		kind = invoice.EventUnpublished
	}
	return p.record(ctx, stored, kind, p.today(), "")
}

// MarkSent records that an issued document went to the customer on a day: detail
// says how and to whom.
func (p *Pipeline) MarkSent(ctx context.Context, idOrNumber string, on billing.Day, detail string) error {
	stored, err := p.Store.Invoice(ctx, idOrNumber)
	if err != nil {
		return err
	}
	if err := p.hasCome(on); err != nil {
		return err
	}
	_, err = p.record(ctx, stored, invoice.EventSent, on, detail)
	return err
}

func (p *Pipeline) record(ctx context.Context, stored store.Invoice, kind invoice.EventKind, on billing.Day, detail string) (fresh bool, err error) {
	return p.Store.AppendEvent(ctx, invoice.Event{Invoice: stored.ID, Kind: kind, Hash: stored.Hash, On: on, Detail: detail, By: p.User})
}

// approvedFor returns an error unless the draft may be issued by the user, by
// the reseller's policy on approval (R30): somebody must have approved exactly
// this draft, with four-eyes somebody else.
func (p *Pipeline) approvedFor(ctx context.Context, stored store.Invoice) error {
	c, err := p.Config(ctx)
	if err != nil {
		return err
	}
	policy := approvalNotRequired
	if c.Reseller != nil && c.Reseller.Approval != "" {
		policy = c.Reseller.Approval
	}
	if policy == approvalNotRequired {
		return nil
	}
	events, err := p.Store.Events(ctx, stored.ID)
	if err != nil {
		return err
	}
	approvers := invoice.Approvers(stored.Hash, events)
	others := slices.DeleteFunc(slices.Clone(approvers), func(name string) bool { return name == p.User })
	switch {
	case policy == approvalRequired && len(approvers) > 0, policy == approvalFourEyes && len(others) > 0:
		return nil
	case len(approvers) > 0:
		return fmt.Errorf("%s was approved by %s, who may not issue it too (reseller.approval is %s): somebody else must approve or issue it", stored.ID, p.User, policy)
	case slices.ContainsFunc(events, func(e invoice.Event) bool { return e.Kind == invoice.EventApproved }):
		return fmt.Errorf("%s was made again after it was approved: look at it and approve it again with `sluice invoice approve %s`", stored.ID, stored.ID)
	}
	return fmt.Errorf("%s is not approved (reseller.approval is %s): look at it, then `sluice invoice approve %s`", stored.ID, policy, stored.ID)
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

// Receivables is all that was asked for and paid.
func (p *Pipeline) Receivables(ctx context.Context) (invoice.Receivables, error) {
	var r invoice.Receivables
	c, err := p.Config(ctx)
	if err != nil {
		return r, err
	}
	documents, err := p.recordedDocuments(ctx, billing.Period{})
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
	if r.Payments, err = p.Store.Payments(ctx); err != nil {
		return r, err
	}
	r.Settlements, err = p.Store.Settlements(ctx, "")
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
func (p *Pipeline) AccountStatements(ctx context.Context, holder string, from, to billing.Day) ([]invoice.AccountStatement, error) {
	if to < from {
		return nil, fmt.Errorf("the statement would end on %s, before it begins on %s", to, from)
	}
	c, err := p.Config(ctx)
	if err != nil {
		return nil, err
	}
	r, err := p.Receivables(ctx)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(c.Customers, func(x billing.Customer) bool { return x.ID == holder }) ||
		slices.ContainsFunc(r.Documents, func(d invoice.Receivable) bool { return d.Customer == holder }) {
		return r.OfCustomer(holder, from, to), nil
	}
	if payingGroup(c, holder) ||
		slices.ContainsFunc(r.Documents, func(d invoice.Receivable) bool { return d.Group == holder }) {
		return r.OfGroup(holder, from, to), nil
	}
	return nil, fmt.Errorf("%q is neither a customer nor a billing group; `sluice ageing --by group` lists those that owe", holder)
}

// customerNamed returns an error unless a customer of that id is declared.
func (p *Pipeline) customerNamed(ctx context.Context, id string) error {
	c, err := p.Config(ctx)
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
