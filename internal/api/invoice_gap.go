package api

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/einvoice"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/press"
)

// Gap is something that a format needs and a document has not.
type Gap struct {
	Term  string `json:"term" doc:"Business term of EN 16931" example:"BT-10"`
	What  string `json:"what" doc:"What is missing" example:"the buyer's reference"`
	Why   string `json:"why" doc:"Why it is asked for, or what to do"`
	Rule  string `json:"rule" doc:"The rule of the format that asks for it" example:"BR-DE-15"`
	Field string `json:"field" doc:"Where in the configuration it is filled in" example:"billing_groups[acme-main].invoice.references.buyer"`
	Kind  string `json:"kind,omitempty" doc:"The section of the configuration that it is in"`
	Of    string `json:"of,omitempty" doc:"The declared thing of that section that it is in, by its id"`
	Inner string `json:"inner,omitempty" doc:"The field of that thing" example:"invoice.references.buyer"`
}

// DocumentGap is a gap of one of several documents.
type DocumentGap struct {
	Document string `json:"document"`
	Number   string `json:"number,omitempty"`
	Group    string `json:"group"`
	Gap
}

const aboutGaps = "Empty where the documents can be written, or can be once they are issued: the number and the dates of a draft are not missed. " +
	"What is filled in counts for documents that are drafted from then on; an issued document keeps what it was issued with."

// InvoiceGapsQuery names a document and a format.
type InvoiceGapsQuery struct {
	ByDocument
	Format GapFormatName `query:"format" required:"true" doc:"The format that is to be written" example:"xrechnung"`
}

// ListInvoiceGaps lists what a document lacks for a format.
var ListInvoiceGaps = Listing[*Desk, InvoiceGapsQuery, Gap]{
	ID: "list-invoice-gaps", Path: "/invoices/{id}/gaps", Tag: "Invoices", Title: "List what a document lacks for an e-invoice", Needs: access.ReadBills, Kept: true,
	About: "What an e-invoice format needs and the document has not, and where to fill it in. " + aboutGaps,
	Key:   func(g Gap) string { return g.Term + " " + g.Field },
	Do: func(ctx context.Context, d *Desk, in InvoiceGapsQuery) ([]Gap, error) {
		inv, err := d.Documents.Invoice(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return d.gaps(inv, string(in.Format))
	},
}

// MonthGapsQuery chooses documents of a month, and a format.
type MonthGapsQuery struct {
	InMonth
	Format GapFormatName `query:"format" required:"true" doc:"The format that is to be written" example:"xrechnung"`
	Selection
}

// ListMonthGaps lists what the documents of a month lack for a format.
var ListMonthGaps = Listing[*Desk, MonthGapsQuery, DocumentGap]{
	ID: "list-month-gaps", Path: "/months/{period}/gaps", Tag: "Invoices", Title: "List what a month's documents lack for an e-invoice", Needs: access.ReadBills, Kept: true,
	About: "What an e-invoice format needs and the documents of a month, or the chosen ones, have not, and where to fill it in. " + aboutGaps,
	Key:   func(g DocumentGap) string { return g.Document + " " + g.Term + " " + g.Field },
	Do: func(ctx context.Context, d *Desk, in MonthGapsQuery) ([]DocumentGap, error) {
		documents, err := in.Selection.of(ctx, d, "query", in.Period)
		if err != nil {
			return nil, err
		}
		all := []DocumentGap{}
		for _, inv := range documents {
			gaps, err := d.gaps(inv, string(in.Format))
			if err != nil {
				return nil, err
			}
			for _, g := range gaps {
				all = append(all, DocumentGap{inv.ID, inv.Number, inv.Group, g})
			}
		}
		return all, nil
	},
}

func (d *Desk) gaps(inv invoice.Invoice, format string) ([]Gap, error) {
	f, err := press.ByName(format)
	if err != nil {
		return nil, invalid("query.format", "%s", err)
	}
	all := []Gap{}
	if f.Missing != nil {
		for _, g := range f.Missing(inv) {
			all = append(all, d.gap(inv, g))
		}
	}
	return all, nil
}

// gap says where a gap of a document is filled in: in its own billing group, its own
// customer, and whoever sells to that group.
func (d *Desk) gap(inv invoice.Invoice, g einvoice.Gap) Gap {
	out := Gap{Term: g.Term, What: g.What, Why: g.Why, Rule: g.Rule, Field: g.Field}
	section, inner, found := strings.Cut(g.Field, ".")
	if !found {
		return out
	}
	switch section {
	case "billing_groups[]":
		out.Kind, out.Of = "billing_groups", inv.Group
	case "customers[]":
		out.Kind, out.Of = "customers", inv.Customer
	case "reseller":
		out.Kind, out.Of = d.sellerTo(inv.Group)
	default:
		return out
	}
	out.Inner = inner
	out.Field = out.Kind + "[" + out.Of + "]." + inner
	if out.Kind == "reseller" {
		out.Field = out.Kind + "." + inner
	}
	return out
}

// sellerTo is where whoever sends a group its documents is declared: the reseller, or
// the customer of the group that it buys from (R16).
func (d *Desk) sellerTo(group string) (kind, id string) {
	declared := map[string]billing.BillingGroup{}
	for _, g := range d.Declared.BillingGroups {
		declared[g.ID] = g
	}
	if parent, ok := declared[declared[group].Parent]; ok {
		return "customers", parent.Customer
	}
	return "reseller", "reseller"
}

// placed says of a document that lacks something where that is filled in.
func (d *Desk) placed(inv invoice.Invoice, err error) error {
	var incomplete *deliver.IncompleteError
	if !errors.As(err, &incomplete) {
		return err
	}
	at := *incomplete
	at.Gaps = nil
	for _, g := range incomplete.Gaps {
		g.Field = d.gap(inv, g).Field
		at.Gaps = append(at.Gaps, g)
	}
	return incompleteProblem(&at)
}

// incompleteProblem has a fault for each gap.
func incompleteProblem(e *deliver.IncompleteError) *Problem {
	p := &Problem{Code: "incomplete", Detail: e.Error()}
	for _, g := range e.Gaps {
		p.Errors = append(p.Errors, Fault{Location: cmp.Or(g.Field, g.Term), Message: g.What + " is needed (" + g.Term + ", " + g.Rule + "): " + g.Why})
	}
	return p
}
