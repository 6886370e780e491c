package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/store"
)

// Invoices returns the documents of a month, or of all months.
func (p *Pipeline) Invoices(ctx context.Context, period billing.Period) ([]invoice.Invoice, error) {
	return p.documents(ctx, period)
}

// Invoice returns a document by its id or number.
func (p *Pipeline) Invoice(ctx context.Context, idOrNumber string) (invoice.Invoice, error) {
	var inv invoice.Invoice
	stored, err := p.Store.Invoice(ctx, idOrNumber)
	if err != nil {
		return inv, err
	}
	return inv, json.Unmarshal(stored.Document, &inv)
}

// Issue makes drafts binding, one by one in the order given: each gets the next
// number of its series and the date, and is never changed again. What it does to
// the prepaid balance is posted with it. The first that cannot be issued ends it;
// those before it are returned with the error, and stay issued.
//
// Drafts of a preview are not issued, nor are those that would become others if
// they were made again, those of a month whose certificate has a residue, those
// about which something unexpected is not accepted, and those that somebody must
// approve first.
func (p *Pipeline) Issue(ctx context.Context, ids []string, on billing.Day) (issued []invoice.Invoice, err error) {
	var months []billing.Period
	byMonth := map[billing.Period][]string{}
	for _, id := range ids {
		draft, err := p.Invoice(ctx, id)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(months, draft.Period) {
			months = append(months, draft.Period)
		}
		byMonth[draft.Period] = append(byMonth[draft.Period], id)
	}
	for _, month := range months {
		done, err := p.issueMonth(ctx, month, byMonth[month], on)
		issued = append(issued, done...)
		if err != nil {
			return issued, err
		}
	}
	return issued, nil
}

// issueMonth issues drafts of one month, which no other run can change meanwhile.
func (p *Pipeline) issueMonth(ctx context.Context, period billing.Period, ids []string, on billing.Day) (issued []invoice.Invoice, err error) {
	unlock, err := p.lock(period)
	if err != nil {
		return nil, err
	}
	defer unlock()
	gate, err := p.openGate(ctx, period)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		inv, err := p.issue(ctx, gate, id, on)
		if err != nil {
			return issued, err
		}
		issued = append(issued, inv)
		billing.Step(ctx, "issue "+period.String(), int64(i+1), int64(len(ids)))
	}
	return issued, nil
}

func (p *Pipeline) issue(ctx context.Context, gate gate, id string, on billing.Day) (issued invoice.Invoice, err error) {
	draft, err := p.Store.Invoice(ctx, id)
	if err != nil {
		return issued, err
	}
	if err := json.Unmarshal(draft.Document, &issued); err != nil {
		return issued, err
	}
	if draft.State == store.InvoiceDraft { // the store refuses what is issued, with its number
		if err := errors.Join(gate.lets(issued), gate.follows(issued, on), p.approvedFor(ctx, draft)); err != nil {
			return issued, err
		}
	}
	return issued, p.bind(ctx, &issued, nil, on)
}

// bind gives a draft its number and date: the one on record, or the given one,
// which takes its place. A note that takes something off pays for what it corrects.
func (p *Pipeline) bind(ctx context.Context, inv *invoice.Invoice, draft *store.Invoice, on billing.Day) error {
	series := inv.Series()
	issue := store.Issue{
		Invoice: inv.ID, Series: series.Key(on), By: p.User, At: p.Now().UTC(), Prepaid: p.prepaidOf(*inv, on), Draft: draft,
	}
	if inv.Corrects != nil && inv.Payable.Sign() < 0 {
		corrected, err := p.correctedBy(ctx, *inv)
		if err != nil {
			return err
		}
		issue.Gives, issue.Settle = inv.Payable.Neg(), corrected.allocator(on)
	}
	_, err := p.Store.IssueInvoice(ctx, issue,
		func(draft store.Invoice, seq int64) (string, json.RawMessage, error) {
			if err := json.Unmarshal(draft.Document, inv); err != nil {
				return "", nil, err
			}
			*inv = inv.Issue(series.Number(on, seq), on)
			document, err := json.Marshal(*inv)
			return inv.Number, document, err
		})
	return err
}

// ofDocuments is what the keys of ledger entries begin with that documents post.
const ofDocuments = "document "

// prepaidOf is what a document does to the prepaid balance when it is issued.
func (p *Pipeline) prepaidOf(inv invoice.Invoice, on billing.Day) (entries []invoice.LedgerEntry) {
	post := func(kind invoice.LedgerKind, amount money.Decimal) {
		if !amount.IsZero() {
			entries = append(entries, invoice.LedgerEntry{
				Key: ofDocuments + inv.ID + " " + string(kind), Group: inv.Group, Currency: inv.Currency, Kind: kind, On: on,
				Amount: amount, Invoice: inv.ID, By: p.User,
			})
		}
	}
	post(invoice.LedgerUse, inv.PrepaidUsed.Neg())
	if inv.Voids() && inv.Carried.Sign() < 0 {
		post(invoice.LedgerCorrection, inv.Carried)
	} else {
		post(invoice.LedgerCredit, inv.Carried)
	}
	return entries
}

// gate says which drafts of a month may be issued.
type gate struct {
	period      billing.Period
	rating      []string // what must be rated again
	drafts      []DraftNeed
	certificate Certificate
	certified   bool
	unexpected  []Finding                     // about drafts of the month; some are accepted
	newest      map[[2]string]invoice.Invoice // issued, by group and provider
}

func (p *Pipeline) openGate(ctx context.Context, period billing.Period) (g gate, err error) {
	g.period = period
	needs, err := p.Needs(ctx, period)
	if err != nil {
		return g, err
	}
	g.rating, g.drafts = needs.Rating, needs.Drafts
	if g.unexpected, err = p.approvalFindings(ctx, period); err != nil {
		return g, err
	}
	g.certificate, err = p.certificate(ctx, period)
	g.certified = err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return g, err
	}
	documents, err := p.documents(ctx, period)
	g.newest = map[[2]string]invoice.Invoice{}
	for _, chain := range chainsOf(documents) {
		last := chain[len(chain)-1]
		g.newest[[2]string{last.Group, last.Provider}] = last
	}
	return g, err
}

// follows refuses a date before that of the document that a draft comes after.
func (g gate) follows(draft invoice.Invoice, on billing.Day) error {
	return notBefore(g.newest[[2]string{draft.Group, draft.Provider}], draft.ID, on)
}

func notBefore(last invoice.Invoice, id string, on billing.Day) error {
	if last.IssueDate == nil || on >= *last.IssueDate {
		return nil
	}
	return fmt.Errorf("%s cannot be issued on %s: it comes after %s of %s; give that date or a later one with --date", id, on, last.Number, last.IssueDate)
}

// lets returns why a draft may not be issued, or nil.
func (g gate) lets(draft invoice.Invoice) error {
	if draft.Preview {
		return fmt.Errorf("%s is a preview: close %s without --preview first", draft.ID, g.period)
	}
	if len(g.rating) > 0 {
		return fmt.Errorf("%s was drafted before the last change of data or configuration: close %s again, look at it, then issue it. Changed: %s",
			draft.ID, g.period, enumerated(g.rating))
	}
	at := slices.IndexFunc(g.drafts, func(n DraftNeed) bool { return n.ID == draft.ID })
	if at >= 0 {
		n := g.drafts[at]
		if n.Change == Undraftable {
			return fmt.Errorf("%s cannot be made again: %s. Resolve that, then issue it", draft.ID, enumerated(n.Why))
		}
		return fmt.Errorf("%s would be another document now, over %s %s instead of %s: %s changed. Make it again with `sluice invoice draft %s`, look at it, then issue it",
			draft.ID, n.Total.After.Fixed(n.Digits), n.Currency, n.Total.Before.Fixed(n.Digits), enumerated(n.Why), g.period)
	}
	switch {
	case !g.certified:
		return fmt.Errorf("%s has no certificate: close %s again", draft.ID, g.period)
	case g.certificate.against(draft.ID) > 0:
		return fmt.Errorf("the certificate of %s has a residue: `sluice reconcile %s` says where", g.period, g.period)
	}
	return accepted(g.unexpected, draft)
}

// mayVoid returns an error where two must agree (four-eyes) and who voids an invoice
// is who issued it.
func (p *Pipeline) mayVoid(ctx context.Context, inv invoice.Invoice) error {
	c, err := p.Config(ctx)
	if err != nil || c.Reseller == nil || c.Reseller.Approval != approvalFourEyes {
		return err
	}
	by, err := p.Store.IssuedBy(ctx, inv.ID)
	if err == nil && by == p.User {
		err = fmt.Errorf("%s was issued by %s, and approval is four-eyes: somebody else must void it", inv.Number, by)
	}
	return err
}

// Void takes back what is in force of an issued invoice and its notes: a credit
// note over the negative of it is issued on that day, naming the reason. What was
// prepaid goes back to the balance. The group's month can be billed anew then: the
// next draft is an invoice again. With approval four-eyes, who issued the invoice
// cannot void it.
func (p *Pipeline) Void(ctx context.Context, idOrNumber, reason string, on billing.Day) (invoice.Invoice, error) {
	inv, err := p.Invoice(ctx, idOrNumber)
	if err != nil {
		return inv, err
	}
	unlock, err := p.lock(inv.Period)
	if err != nil {
		return inv, err
	}
	defer unlock()
	documents, err := p.Store.Invoices(ctx, inv.Period)
	if err != nil {
		return inv, err
	}
	var chain []invoice.Invoice
	rated := ""
	for _, x := range documents {
		var d invoice.Invoice
		if err := json.Unmarshal(x.Document, &d); err != nil {
			return inv, err
		}
		if x.State == store.InvoiceIssued && d.Group == inv.Group && d.Provider == inv.Provider {
			chain, rated = append(chain, d), x.Rated
		}
	}
	invoice.SortChain(chain)
	inForce := invoice.InForce(chain)
	if !slices.ContainsFunc(inForce, func(x invoice.Invoice) bool { return x.ID == inv.ID }) {
		return inv, fmt.Errorf("%s is not issued, or is voided already: there is nothing to take back", idOrNumber)
	}
	if err := p.mayVoid(ctx, inv); err != nil {
		return inv, err
	}
	note := invoice.Void(chain, reason)
	if err := notBefore(chain[len(chain)-1], note.ID, on); err != nil {
		return inv, err
	}
	draft, err := stored(note, rated)
	if err != nil {
		return note, err
	}
	return note, p.bind(ctx, &note, &draft, on)
}
