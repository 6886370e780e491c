package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// DocumentSummary is what a list says of a document. Amounts are in Currency,
// rounded to Digits.
type DocumentSummary struct {
	ID       string               `json:"id"`
	Number   string               `json:"number,omitempty"`
	Document invoice.DocumentKind `json:"document"`
	State    invoice.State        `json:"state"`
	Preview  bool                 `json:"preview,omitempty"`
	Period   billing.Period       `json:"period"`
	Group    string               `json:"group"`
	Buyer    string               `json:"buyer"`
	Issued   *billing.Day         `json:"issue_date,omitempty"`
	Due      *billing.Day         `json:"due_date,omitempty"`
	Currency money.Currency       `json:"currency"`
	Digits   int32                `json:"digits"`
	Total    money.Decimal        `json:"total" doc:"With tax"`
	Payable  money.Decimal        `json:"payable" doc:"With tax, after what was prepaid"`
}

func summaryOf(inv invoice.Invoice) DocumentSummary {
	return DocumentSummary{
		ID: inv.ID, Number: inv.Number, Document: inv.Document, State: inv.State, Preview: inv.Preview, Period: inv.Period,
		Group: inv.Group, Buyer: inv.Buyer.Name, Issued: inv.IssueDate, Due: inv.DueDate,
		Currency: inv.Currency, Digits: inv.Digits, Total: inv.Total, Payable: inv.Payable,
	}
}

// ListedInvoice is a document with where it stands.
type ListedInvoice struct {
	DocumentSummary
	Standing invoice.Standing `json:"standing"`
}

// InvoicesQuery chooses documents.
type InvoicesQuery struct {
	Period billing.Period `query:"period" doc:"Only of this month; all where it is not given" example:"2026-10"`
}

// ListInvoices lists documents.
var ListInvoices = Listing[*Desk, InvoicesQuery, ListedInvoice]{
	ID: "list-invoices", Path: "/invoices", Tag: "Invoices", Title: "List invoices and notes", Needs: access.ReadBills, Kept: true,
	About: "The documents of a month, or of all months: where they stand, their total with tax, and what of it is still open. A document is draft, approved, issued, published, sent, " +
		"part-paid, paid, overdue, written-off or voided; a preview cannot be issued.",
	Key: func(l ListedInvoice) string { return l.ID },
	Do: func(ctx context.Context, d *Desk, in InvoicesQuery) ([]ListedInvoice, error) {
		heads, err := d.DocumentHeads(ctx, in.Period)
		if err != nil {
			return nil, err
		}
		standings, err := d.Receivables.Standings(ctx, heads)
		all := make([]ListedInvoice, len(heads))
		for i, h := range heads {
			all[i] = ListedInvoice{summaryOf(h.Document), standings[h.Document.ID]}
		}
		return all, err
	},
}

// ByDocument names a document.
type ByDocument struct {
	ID string `path:"id" maxLength:"300" doc:"Its id, such as 2026-10/acme-main with the slash as %2F, or its number" example:"INV-2026-000017"`
}

// ShowInvoice returns the document of record.
var ShowInvoice = Operation[*Desk, ByDocument, invoice.Invoice]{
	ID: "show-invoice", Method: http.MethodGet, Path: "/invoices/{id}", Tag: "Invoices", Title: "Show an invoice or note", Needs: access.ReadBills, Kept: true,
	About: "The document of record: its lines, fees, discounts, services, items, tax and total, with the exact sum behind the rounded usage, and what it was made from and with.",
	Do: func(ctx context.Context, d *Desk, in ByDocument) (invoice.Invoice, error) {
		return d.Documents.Invoice(ctx, in.ID)
	},
}

// ComparisonQuery names a document and what it is compared with.
type ComparisonQuery struct {
	ByDocument
	With string `query:"with" maxLength:"300" doc:"Compare with this document, by its id or number, instead of the month before"`
}

// CompareInvoice compares a document with another.
var CompareInvoice = Operation[*Desk, ComparisonQuery, invoice.Comparison]{
	ID: "compare-invoice", Method: http.MethodGet, Path: "/invoices/{id}/comparison", Tag: "Invoices", Title: "Compare a document with the month before", Needs: access.ReadBills,
	About: "By how much a document differs from that of the month before, or from another one: its parts, its services and its accounts, what is new and what is gone, the biggest difference first. " +
		"What is issued counts together with the notes that correct it, and so does a draft with what it corrects; where nothing of the month before is issued, its draft counts.\n\n" +
		"Where the currency of the documents has changed, usage is compared by what it costs in the provider's currency, and nothing else. A document that was voided is refused.",
	Do: func(ctx context.Context, d *Desk, in ComparisonQuery) (invoice.Comparison, error) {
		return d.Documents.Compare(ctx, in.ID, in.With)
	},
}

// CompareMonth compares all documents of a month with the month before.
var CompareMonth = Listing[*Desk, InMonth, invoice.Comparison]{
	ID: "compare-month", Path: "/months/{period}/comparisons", Tag: "Invoices", Title: "Compare a month's documents with the month before", Needs: access.ReadBills, Kept: true,
	About: "By how much each document of a month differs from that of the month before, as for a single one. Those that were there before and are not now are among them. The biggest difference comes first, within each currency.",
	Key: func(c invoice.Comparison) string {
		return strings.Join(c.Before.Documents, " ") + "\x00" + strings.Join(c.Now.Documents, " ")
	},
	Do: func(ctx context.Context, d *Desk, in InMonth) ([]invoice.Comparison, error) {
		return d.Documents.CompareMonth(ctx, in.Period)
	},
}
