package trial

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/statement"
)

// Kinds of a proposal.
const (
	ProposeCredit  = "credit" // the customer paid too much
	ProposeDebit   = "debit"  // the customer paid too little
	ProposeNothing = "none"   // the document stands as it is
)

// Proposal is what would correct an issued invoice: the same document is made from
// the new prices, with the settings that it froze when it was issued – its
// currency, rates, rounding, fees, discounts, items and tax –, and is compared with
// what is issued: the invoice, and the notes that correct it already. The documents
// themselves are never changed (R18, R30). Amounts are in their currency, rounded
// as they round.
type Proposal struct {
	Corrects string         `json:"corrects"` // number of the issued document
	ID       string         `json:"id"`       // its id, such as 2026-10/acme-main
	Group    string         `json:"group"`
	Kind     string         `json:"kind,omitempty"` // credit | debit | none, by the total; empty with a problem
	Currency money.Currency `json:"currency"`
	Digits   int32          `json:"digits"`
	// Problem says why nothing can be proposed, such as a currency for which the
	// document has no rate. There are no amounts then.
	Problem string           `json:"problem,omitempty"`
	Lines   []LineDifference `json:"lines"` // those that differ, in the order of the document
	Net     desk.Amounts     `json:"net"`   // before tax, after discount and items
	Tax     desk.Amounts     `json:"tax"`
	Total   desk.Amounts     `json:"total"`
}

// LineDifference is one service of an account, as issued and anew. Where a
// document rounds by account or once, lines are rounded for display and need not
// add up to its net amount.
type LineDifference struct {
	Account string         `json:"account"`
	Name    string         `json:"name,omitempty"`
	Payer   string         `json:"payer,omitempty"`
	Kind    statement.Kind `json:"kind"`
	Service string         `json:"service"`
	desk.Amounts
}

// proposals compares the issued documents of a month, or of one group of it, with
// what the charges in view make of them. There are none for drafts: the next
// close makes those anew.
func (ts *Trials) proposals(ctx context.Context, m *month.Work, group string) ([]Proposal, error) {
	documents, err := ts.home.Documents(ctx, m.Period)
	if err != nil {
		return nil, err
	}
	read, err := statement.Read(ctx, m.Session, m.Period, m.Config.Accounts)
	if err != nil {
		return nil, err
	}
	statements, err := ts.entries.Onto(ctx, m.Period, m.Config, read)
	if err != nil {
		return nil, err
	}
	all := []Proposal{}
	for _, chain := range desk.ChainsOf(documents) {
		inForce := invoice.InForce(chain)
		if len(inForce) == 0 || group != "" && inForce[0].Group != group {
			continue
		}
		first := inForce[0]
		s := statement.Statement{Group: first.Group, Period: first.Period} // where nothing is left to bill
		if i := slices.IndexFunc(statements, func(s statement.Statement) bool { return s.Group == first.Group }); i >= 0 {
			s = desk.ProvidersOf(statements[i], m.Config)
		}
		all = append(all, propose(inForce, desk.PartOf(s, first.Provider, desk.IsHome(inForce)), desk.RatesOf(m.Config, m.Period)...))
	}
	return all, nil
}

// propose compares the documents in force of a chain with what a statement makes
// of the invoice. rates are the month's, for what is not converted yet.
func propose(inForce []invoice.Invoice, s statement.Statement, rates ...billing.ExchangeRate) Proposal {
	issued := inForce[0]
	p := Proposal{
		Corrects: issued.Number, ID: issued.ID, Group: issued.Group,
		Currency: issued.Currency, Digits: issued.Digits, Lines: []LineDifference{},
	}
	if err := follows(issued); err != nil {
		p.Problem = err.Error()
		return p
	}
	anew, err := invoice.Again(inForce, s, rates...)
	if err != nil {
		p.Problem = fmt.Sprintf("with the settings that %s was issued with: %v", issued.Number, err)
		return p
	}
	p.Lines = lineDifferences(inForce, anew)
	p.Net, p.Tax, p.Total = desk.Compared(money.Zero, anew.BeforeTax), desk.Compared(money.Zero, anew.TaxTotal), desk.Compared(money.Zero, anew.Total)
	for _, d := range inForce {
		p.Net, p.Tax, p.Total = p.Net.Plus(desk.Compared(d.BeforeTax, money.Zero)), p.Tax.Plus(desk.Compared(d.TaxTotal, money.Zero)), p.Total.Plus(desk.Compared(d.Total, money.Zero))
	}
	p.Kind = [...]string{ProposeCredit, ProposeNothing, ProposeDebit}[p.Total.Difference.Sign()+1]
	return p
}

// follows proves that an issued invoice can be made again from its own lines and
// settings.
func follows(issued invoice.Invoice) error {
	again, err := issued.Of(issued.Statement())
	if err == nil && !(again.Subtotal.Equal(issued.Subtotal) && again.BeforeTax.Equal(issued.BeforeTax) &&
		again.TaxTotal.Equal(issued.TaxTotal) && again.Total.Equal(issued.Total)) {
		err = fmt.Errorf("it comes to %s instead of %s", again.Total, issued.Total)
	}
	if err != nil {
		return fmt.Errorf("%s cannot be made again from its own lines, so that nothing can be compared with it: %w", issued.Number, err)
	}
	return nil
}

// lineDifferences are the lines that differ. Lines of one name are one.
func lineDifferences(inForce []invoice.Invoice, anew invoice.Invoice) []LineDifference {
	type key struct {
		account, payer string
		kind           statement.Kind
		service        string
	}
	all := map[key]LineDifference{}
	for at, d := range append(slices.Clone(inForce), anew) {
		for _, a := range d.Accounts {
			for _, l := range a.Lines {
				k := key{a.Account, a.Payer, l.Kind, l.Service}
				line := all[k]
				line.Account, line.Payer, line.Kind, line.Service = k.account, k.payer, k.kind, k.service
				line.Name = cmp.Or(a.Name, line.Name)
				if at < len(inForce) {
					line.Amounts = line.Plus(desk.Compared(l.Amount, money.Zero))
				} else {
					line.Amounts = line.Plus(desk.Compared(money.Zero, l.Amount))
				}
				all[k] = line
			}
		}
	}
	maps.DeleteFunc(all, func(_ key, l LineDifference) bool { return l.Difference.IsZero() })
	return sortedValues(all, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.payer, b.payer), -cmp.Compare(a.kind, b.kind), cmp.Compare(a.service, b.service))
	})
}
