package view

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/press"
	"github.com/sluice-billing/sluice/internal/store"
)

// Bill is a document in a list. Amounts are in Currency, rounded.
type Bill struct {
	ID        string               `json:"id"`
	Number    string               `json:"number,omitempty"`
	Document  invoice.DocumentKind `json:"document"`
	Period    billing.Period       `json:"period"`
	Group     string               `json:"group"`
	Buyer     string               `json:"buyer"`
	IssueDate *billing.Day         `json:"issue_date,omitempty"`
	DueDate   *billing.Day         `json:"due_date,omitempty"`
	Currency  money.Currency       `json:"currency"`
	Total     money.Decimal        `json:"total"`   // with tax
	Payable   money.Decimal        `json:"payable"` // of it, after what was prepaid
	Standing  invoice.Standing     `json:"standing"`
}

// Document is a bill with all that is printed on it. What it was made from and with
// is the seller's and not in it.
type Document struct {
	Printed
	Standing invoice.Standing `json:"standing"`

	// These take the place of the seller's fields of the same name.
	Inputs       *struct{} `json:"inputs,omitempty"`
	Frozen       *struct{} `json:"settings,omitempty"`
	UsageResidue *struct{} `json:"usage_residue,omitempty"`
}

// Printed is what is printed on a document, and what the seller knows of it besides.
type Printed = invoice.Invoice

// Bills are the documents of the view, of a month or of all where it is zero: what
// the caller's organization buys as far as it was published, and what it sells as
// far as it was issued.
func (v *View) Bills(ctx context.Context, period billing.Period, organization string) ([]Bill, error) {
	groups, err := v.Groups(organization)
	if err != nil {
		return nil, err
	}
	bills := []Bill{}
	for _, g := range groups {
		documents, standings, err := v.documents(ctx, g)
		if err != nil {
			return nil, err
		}
		for _, inv := range documents {
			if period.IsZero() || inv.Period == period {
				bills = append(bills, Bill{
					ID: inv.ID, Number: inv.Number, Document: inv.Document, Period: inv.Period, Group: inv.Group, Buyer: inv.Buyer.Name,
					IssueDate: inv.IssueDate, DueDate: inv.DueDate, Currency: inv.Currency, Total: inv.Total, Payable: inv.Payable, Standing: standings[inv.ID],
				})
			}
		}
	}
	return bills, nil
}

// Bill returns one document of the view, by its id or number.
func (v *View) Bill(ctx context.Context, idOrNumber string) (Document, error) {
	inv, standing, err := v.bill(ctx, idOrNumber)
	return Document{Printed: press.Shown(inv, "json"), Standing: standing}, err
}

// WriteBill writes a document of the view as it was chosen, and returns a name for
// the file. Formats for the seller's own programs are refused.
func (v *View) WriteBill(ctx context.Context, w io.Writer, idOrNumber string, c press.Choice) (name string, err error) {
	if c.Format.Internal {
		return "", fmt.Errorf("%s is for the programs of who sends the document; use another format", c.Format.Name)
	}
	inv, _, err := v.bill(ctx, idOrNumber)
	if err != nil {
		return "", err
	}
	return deliver.FileName(inv, c.Format), v.home.Press.WriteAs(ctx, w, press.Shown(inv, c.Format.Name), c)
}

func (v *View) bill(ctx context.Context, idOrNumber string) (invoice.Invoice, invoice.Standing, error) {
	unknown := fmt.Errorf("invoice %s %w", idOrNumber, store.ErrNotFound)
	stored, err := v.home.Store.Invoice(ctx, idOrNumber)
	if err != nil {
		return invoice.Invoice{}, invoice.Standing{}, unknownOr(err, unknown)
	}
	g, err := v.group(stored.Group)
	if err != nil {
		return invoice.Invoice{}, invoice.Standing{}, unknownOr(err, unknown)
	}
	documents, standings, err := v.documents(ctx, g)
	if err != nil {
		return invoice.Invoice{}, invoice.Standing{}, err
	}
	for _, inv := range documents {
		if inv.ID == stored.ID {
			return inv, standings[inv.ID], nil
		}
	}
	return invoice.Invoice{}, invoice.Standing{}, unknown
}

// documents are the documents of a billing group that the caller may see.
func (v *View) documents(ctx context.Context, g Group) ([]invoice.Invoice, map[string]invoice.Standing, error) {
	all, standings, err := v.home.Receivables.OfGroup(ctx, g.ID)
	if err != nil {
		return nil, nil, err
	}
	return slices.DeleteFunc(all, func(inv invoice.Invoice) bool {
		return inv.State != invoice.Issued || !g.Sold && !standings[inv.ID].Published
	}), standings, nil
}
