package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// Kinds of a proposal.
const (
	ProposeCredit  = "credit" // the customer paid too much
	ProposeDebit   = "debit"  // the customer paid too little
	ProposeNothing = "none"   // the document stands as it is
)

// Proposal is what would correct an issued document: the same document is made
// from the new prices, with the settings that it froze when it was issued – its
// currency, rates, rounding, discount, items and tax –, and both are compared.
// The document itself is never changed (R18, R30). Amounts are in its currency,
// rounded as it rounds.
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
	Net     Amounts          `json:"net"`   // before tax, after discount and items
	Tax     Amounts          `json:"tax"`
	Total   Amounts          `json:"total"`
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
	Amounts
}

// proposals compares the issued documents of a month, or of one group of it, with
// what the charges in view make of them. There are none for drafts: the next
// close makes those anew.
func (p *Pipeline) proposals(ctx context.Context, m *month, group string) ([]Proposal, error) {
	documents, err := p.documents(ctx, m.period)
	if err != nil {
		return nil, err
	}
	statements, err := statement.Read(ctx, m.session, m.period, m.config.Accounts)
	if err != nil {
		return nil, err
	}
	all := []Proposal{}
	for _, d := range documents {
		if d.State != invoice.Issued || group != "" && d.Group != group {
			continue
		}
		s := statement.Statement{Group: d.Group, Period: d.Period} // where nothing is left to bill
		if i := slices.IndexFunc(statements, func(s statement.Statement) bool { return s.Group == d.Group }); i >= 0 {
			s = statements[i]
		}
		all = append(all, propose(d, s))
	}
	return all, nil
}

// propose compares an issued document with what a statement makes of it.
func propose(issued invoice.Invoice, s statement.Statement) Proposal {
	p := Proposal{
		Corrects: issued.Number, ID: issued.ID, Group: issued.Group,
		Currency: issued.Currency, Digits: issued.Digits, Lines: []LineDifference{},
	}
	settings, err := frozen(issued)
	if err != nil {
		p.Problem = err.Error()
		return p
	}
	anew, err := invoice.New(s, settings, issued.Inputs, false)
	if err != nil {
		p.Problem = fmt.Sprintf("with the settings that %s was issued with: %v", issued.Number, err)
		return p
	}
	p.Lines = lineDifferences(issued, anew)
	p.Net = amounts(issued.BeforeTax, anew.BeforeTax)
	p.Tax = amounts(issued.TaxTotal, anew.TaxTotal)
	p.Total = amounts(issued.Total, anew.Total)
	p.Kind = [...]string{ProposeCredit, ProposeNothing, ProposeDebit}[p.Total.Difference.Sign()+1]
	return p
}

// frozen are the settings of an issued document, as it states them itself. They
// are proved by making the document again from its own lines.
func frozen(issued invoice.Invoice) (invoice.Settings, error) {
	group := billing.BillingGroup{ID: issued.Group, Currency: string(issued.Currency), Language: issued.Language}
	group.Invoice = billing.InvoiceSettings{
		Terms:    billing.Terms{Due: issued.DueTerms},
		Rounding: billing.RoundingSettings{Mode: issued.Rounding.Mode, Point: issued.Rounding.Point, Digits: &issued.Digits},
	}
	set := invoice.Settings{Group: group}
	for _, r := range issued.Rates {
		rate := billing.ExchangeRate{Month: issued.Period, From: r.From, To: r.To, Rate: r.Rate, Level: r.Level, Payer: r.Payer}
		if r.Level == "group" {
			rate.Group, set.Group.Invoice.Exchange = issued.Group, r.Level
		}
		set.Rates = append(set.Rates, rate)
	}
	if d := issued.Discount; d != nil {
		set.Group.Invoice.Discount = &billing.Discount{Percent: d.Percent, Base: d.Base}
	}
	for _, i := range issued.AdditionalItems {
		set.Group.Invoice.AdditionalItems = append(set.Group.Invoice.AdditionalItems,
			billing.AdditionalItem{Label: i.Label, UnitPrice: i.UnitPrice, Quantity: i.Quantity, TaxFree: i.TaxFree})
	}
	for _, t := range issued.Taxes {
		set.Group.Invoice.Tax = append(set.Group.Invoice.Tax, billing.Tax{Category: t.Category, Percent: t.Percent, Label: t.Label, Reason: t.Reason})
	}
	again, err := invoice.New(billedBy(issued), set, issued.Inputs, false)
	if err == nil && !(again.Subtotal.Equal(issued.Subtotal) && again.BeforeTax.Equal(issued.BeforeTax) &&
		again.TaxTotal.Equal(issued.TaxTotal) && again.Total.Equal(issued.Total)) {
		err = fmt.Errorf("it comes to %s instead of %s", again.Total, issued.Total)
	}
	if err != nil {
		return set, fmt.Errorf("%s cannot be made again from its own lines, so that nothing can be compared with it: %w", issued.Number, err)
	}
	return set, nil
}

// billedBy is the statement that a document was made from.
func billedBy(d invoice.Invoice) statement.Statement {
	s := statement.Statement{Group: d.Group, Period: d.Period}
	for _, a := range d.Accounts {
		account := statement.Account{ID: a.Account, Name: a.Name, Payer: a.Payer}
		for _, l := range a.Lines {
			account.Lines = append(account.Lines, statement.Line{Kind: l.Kind, Service: l.Service, Currency: l.CostCurrency, Amount: l.Cost})
		}
		s.Accounts = append(s.Accounts, account)
	}
	return s
}

// lineDifferences are the lines that differ. Lines of one name are one.
func lineDifferences(issued, anew invoice.Invoice) []LineDifference {
	type key struct {
		account, payer string
		kind           statement.Kind
		service        string
	}
	all := map[key]LineDifference{}
	for side, d := range []invoice.Invoice{issued, anew} {
		for _, a := range d.Accounts {
			for _, l := range a.Lines {
				k := key{a.Account, a.Payer, l.Kind, l.Service}
				line := all[k]
				line.Account, line.Payer, line.Kind, line.Service = k.account, k.payer, k.kind, k.service
				line.Name = cmp.Or(a.Name, line.Name)
				if side == 0 {
					line.Amounts = line.plus(amounts(l.Amount, money.Zero))
				} else {
					line.Amounts = line.plus(amounts(money.Zero, l.Amount))
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
