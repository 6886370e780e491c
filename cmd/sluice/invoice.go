package main

import (
	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

func newInvoice(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "invoice",
		GroupID: "month",
		Short:   "List, show, issue and export invoices",
		Long: `Invoice lists, shows, issues and exports the documents of a month. They are named by their id, such as
2026-10/acme-main, or by their number once they are issued.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newInvoiceList(c), newInvoiceShow(c), newInvoiceSettings(c), newInvoiceNeeds(c), newInvoiceDraft(c), newInvoiceCompare(c), newInvoiceAccept(c), newInvoiceApprove(c), newInvoiceIssue(c), newInvoiceExport(c), newInvoiceHandOver(c), newInvoiceLink(c), newInvoiceFormats(c), newInvoiceCheck(c),
		newInvoicePublish(c), newInvoiceUnpublish(c), newInvoiceSent(c), newInvoiceWriteOff(c), newInvoiceVoid(c))
	return cmd
}

// listedInvoice is what a list says of a document. Amounts are as billed.
type listedInvoice struct {
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
	Total    money.Decimal        `json:"total"` // with tax
	Payable  money.Decimal        `json:"payable"`
	digits   int32
}

func listInvoice(d api.DocumentSummary) listedInvoice {
	return listedInvoice{
		ID: d.ID, Number: d.Number, Document: d.Document, State: d.State, Preview: d.Preview, Period: d.Period,
		Group: d.Group, Buyer: d.Buyer, Issued: d.Issued, Due: d.Due,
		Currency: d.Currency, Total: d.Total, Payable: d.Payable, digits: d.Digits,
	}
}

// documentState is the state of a document for a person.
func documentState(state invoice.State, preview bool) string {
	if preview {
		return "preview"
	}
	return string(state)
}
