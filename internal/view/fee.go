package view

import (
	"context"

	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// Fee is an adjusting entry as it is printed on a document: a fee, credit or refund
// of the provider, or what the seller wrote. On a note that corrects a document the
// amounts are by how much it changes it.
type Fee struct {
	Entry      string               `json:"entry"` // its id, as on the document
	Kind       entry.Kind           `json:"kind"`  // other where it is not on record any more
	Label      string               `json:"label"` // as printed
	Document   string               `json:"document"`
	DocumentIs invoice.DocumentKind `json:"document_kind"`
	Number     string               `json:"number"`
	Period     billing.Period       `json:"period"`
	Group      string               `json:"group"`
	Account    string               `json:"account,omitempty"` // empty of one for the group
	Name       string               `json:"account_name,omitempty"`
	IssueDate  *billing.Day         `json:"issue_date,omitempty"`
	Currency   money.Currency       `json:"currency"`
	Amount     money.Decimal        `json:"amount"` // rounded, tax out; less than 0 of a rebate
	// What Amount was converted from, exact, and the rate: 1 where the currencies
	// are the same.
	Original         money.Decimal  `json:"original"`
	OriginalCurrency money.Currency `json:"original_currency"`
	Rate             money.Decimal  `json:"rate"`
	TaxFree          bool           `json:"tax_free,omitempty"`
}

// Fees are the adjusting entries on the documents of the view, of a month or of
// all where it is zero. What is on no document that the caller may see is not there.
func (v *View) Fees(ctx context.Context, period billing.Period, organization string) ([]Fee, error) {
	groups, err := v.Groups(organization)
	if err != nil {
		return nil, err
	}
	kinds := map[billing.Period]map[string]entry.Kind{}
	fees := []Fee{}
	for _, g := range groups {
		documents, _, err := v.documents(ctx, g)
		if err != nil {
			return nil, err
		}
		for _, inv := range documents {
			printed := feesOn(inv)
			if len(printed) == 0 || !period.IsZero() && inv.Period != period {
				continue
			}
			if kinds[inv.Period] == nil {
				if kinds[inv.Period], err = v.entryKinds(ctx, inv.Period); err != nil {
					return nil, err
				}
			}
			for _, f := range printed {
				if kind, known := kinds[inv.Period][f.Entry]; known {
					f.Kind = kind
				}
				fees = append(fees, f)
			}
		}
	}
	return fees, nil
}

// feesOn are the entries that are printed on a document.
func feesOn(inv invoice.Invoice) (fees []Fee) {
	for _, a := range inv.Accounts {
		for _, l := range a.Lines {
			if l.Kind == statement.Entry {
				fees = append(fees, Fee{
					Entry: l.Entry, Kind: entry.Other, Label: l.Service, Document: inv.ID, DocumentIs: inv.Document, Number: inv.Number, Period: inv.Period, Group: inv.Group,
					Account: a.Account, Name: a.Name, IssueDate: inv.IssueDate, Currency: inv.Currency, Amount: l.Amount,
					Original: l.Cost, OriginalCurrency: l.CostCurrency, Rate: l.Rate, TaxFree: l.TaxFree,
				})
			}
		}
	}
	return fees
}

// entryKinds are the kinds of the entries that are on record of a month.
func (v *View) entryKinds(ctx context.Context, period billing.Period) (map[string]entry.Kind, error) {
	listed, err := v.home.Entries.List(ctx, period, adjustment.Filter{})
	kinds := map[string]entry.Kind{}
	for _, e := range listed {
		kinds[e.ID] = e.Kind
	}
	return kinds, err
}
