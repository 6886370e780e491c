package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/proof"
	"github.com/sluice-billing/sluice/internal/store"
)

// Invoices returns the documents of a month, or of all months.
func (docs *Documents) Invoices(ctx context.Context, period billing.Period) ([]invoice.Invoice, error) {
	return docs.home.Documents(ctx, period)
}

// Invoice returns a document by its id or number.
func (docs *Documents) Invoice(ctx context.Context, idOrNumber string) (invoice.Invoice, error) {
	var inv invoice.Invoice
	stored, err := docs.home.Store.Invoice(ctx, idOrNumber)
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
func (docs *Documents) Issue(ctx context.Context, ids []string, on billing.Day) (issued []invoice.Invoice, err error) {
	var months []billing.Period
	byMonth := map[billing.Period][]string{}
	for _, id := range ids {
		draft, err := docs.Invoice(ctx, id)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(months, draft.Period) {
			months = append(months, draft.Period)
		}
		byMonth[draft.Period] = append(byMonth[draft.Period], id)
	}
	for _, month := range months {
		done, err := docs.issueMonth(ctx, month, byMonth[month], on)
		issued = append(issued, done...)
		if err != nil {
			return issued, err
		}
	}
	return issued, nil
}

// issueMonth issues drafts of one month, which no other run can change meanwhile.
func (docs *Documents) issueMonth(ctx context.Context, period billing.Period, ids []string, on billing.Day) (issued []invoice.Invoice, err error) {
	ctx, unlock, err := docs.home.Lock(ctx, period)
	if err != nil {
		return nil, err
	}
	defer unlock()
	gate, err := docs.openGate(ctx, period)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		inv, err := docs.issue(ctx, gate, id, on)
		if err != nil {
			return issued, err
		}
		issued = append(issued, inv)
		billing.Step(ctx, "issue "+period.String(), int64(i+1), int64(len(ids)))
	}
	return issued, nil
}

func (docs *Documents) issue(ctx context.Context, gate gate, id string, on billing.Day) (issued invoice.Invoice, err error) {
	draft, err := docs.home.Store.Invoice(ctx, id)
	if err != nil {
		return issued, err
	}
	if err := json.Unmarshal(draft.Document, &issued); err != nil {
		return issued, err
	}
	if draft.State == store.InvoiceDraft { // the store refuses what is issued, with its number
		if err := errors.Join(gate.lets(issued), gate.follows(issued, on), docs.approvedFor(ctx, draft)); err != nil {
			return issued, err
		}
	}
	return issued, docs.bind(ctx, &issued, nil, on)
}

// bind gives a draft its number and date: the one on record, or the given one,
// which takes its place. A note that takes something off pays for what it corrects.
func (docs *Documents) bind(ctx context.Context, inv *invoice.Invoice, draft *store.Invoice, on billing.Day) error {
	series := inv.Series()
	issue := store.Issue{
		Invoice: inv.ID, Series: series.Key(on), By: docs.home.User, At: docs.home.Now().UTC(), Prepaid: docs.receivables.PostingsOf(*inv, on), Draft: draft,
	}
	if inv.Corrects != nil && inv.Payable.Sign() < 0 {
		settle, err := docs.receivables.SettledBy(ctx, *inv, on)
		if err != nil {
			return err
		}
		issue.Gives, issue.Settle = inv.Payable.Neg(), settle
	}
	_, err := docs.home.Store.IssueInvoice(ctx, issue,
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

// gate says which drafts of a month may be issued.
type gate struct {
	period      billing.Period
	rating      []string // what must be rated again
	drafts      []DraftNeed
	certificate proof.Certificate
	certified   bool
	unexpected  []month.Finding               // about drafts of the month; some are accepted
	newest      map[[2]string]invoice.Invoice // issued, by group and provider
}

func (docs *Documents) openGate(ctx context.Context, period billing.Period) (g gate, err error) {
	g.period = period
	needs, err := docs.Needs(ctx, period)
	if err != nil {
		return g, err
	}
	g.rating, g.drafts = needs.Rating, needs.Drafts
	if g.unexpected, err = docs.approvalFindings(ctx, period); err != nil {
		return g, err
	}
	g.certificate, err = proof.OnRecord(ctx, docs.home.Store, period)
	g.certified = err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return g, err
	}
	documents, err := docs.home.Documents(ctx, period)
	g.newest = map[[2]string]invoice.Invoice{}
	for _, chain := range ChainsOf(documents) {
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
	case g.certificate.Against(draft.ID) > 0:
		return fmt.Errorf("the certificate of %s has a residue: `sluice reconcile %s` says where", g.period, g.period)
	}
	return accepted(g.unexpected, draft)
}

// mayVoid returns an error where two must agree (four-eyes) and who voids an invoice
// is who issued it.
func (docs *Documents) mayVoid(ctx context.Context, inv invoice.Invoice) error {
	c, err := docs.home.Config(ctx)
	if err != nil || c.Reseller == nil || c.Reseller.Approval != approvalFourEyes {
		return err
	}
	by, err := docs.home.Store.IssuedBy(ctx, inv.ID)
	if err == nil && by == docs.home.User {
		err = fmt.Errorf("%s was issued by %s, and approval is four-eyes: somebody else must void it", inv.Number, by)
	}
	return err
}

// Void takes back what is in force of an issued invoice and its notes: a credit
// note over the negative of it is issued on that day, naming the reason. What was
// prepaid goes back to the balance. The group's month can be billed anew then: the
// next draft is an invoice again. With approval four-eyes, who issued the invoice
// cannot void it.
func (docs *Documents) Void(ctx context.Context, idOrNumber, reason string, on billing.Day) (invoice.Invoice, error) {
	inv, err := docs.Invoice(ctx, idOrNumber)
	if err != nil {
		return inv, err
	}
	ctx, unlock, err := docs.home.Lock(ctx, inv.Period)
	if err != nil {
		return inv, err
	}
	defer unlock()
	documents, err := docs.home.Store.Invoices(ctx, inv.Period)
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
	if err := docs.mayVoid(ctx, inv); err != nil {
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
	return note, docs.bind(ctx, &note, &draft, on)
}
