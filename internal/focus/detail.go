package focus

import (
	"context"
	"fmt"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// invoiceDetail are the columns of FOCUS 1.4's Invoice Detail that are known: what is
// printed on each document, line by line. BilledCost adds up to what the document asks
// for, as in Cost and Usage.
var invoiceDetail = []Column{
	{"BilledCost", cost, ""}, {"BillingAccountId", text, ""}, {"BillingAccountName", text, ""}, {"BillingCurrency", text, ""},
	{"BillingPeriodEnd", instant, "{end}"}, {"BillingPeriodStart", instant, "{first}"}, {"ChargeCategory", text, ""},
	{"InvoiceDetailDescription", text, ""}, {"InvoiceDetailGrain", pairs, ""}, {"InvoiceDetailId", text, ""}, {"InvoiceId", text, ""},
	{"InvoiceIssueDate", instant, ""}, {"InvoiceIssueStatus", text, ""}, {"InvoiceIssuerName", text, ""},
	{"PaymentCurrency", text, ""}, {"PaymentCurrencyBilledCost", cost, ""}, {"PaymentDueDate", instant, ""}, {"PaymentTerms", text, ""},
	{"PurchaseOrderNumber", text, ""}, {"ReferenceInvoiceId", text, ""}, {"x_Document", text, ""},
}

// billingPeriod are the columns of FOCUS 1.4's Billing Period that are known. When it
// was made or changed is not: the same month gives the same bytes.
var billingPeriod = []Column{
	{"BillingPeriodEnd", instant, "{end}"}, {"BillingPeriodStart", instant, "{first}"}, {"BillingPeriodStatus", text, ""}, {"InvoiceIssuerName", text, ""},
}

// openDetail makes the table focus_detail: the lines of every document.
func (w *work) openDetail(ctx context.Context) error {
	rows := [][]any{}
	for _, p := range w.papers {
		if !p.known {
			continue
		}
		printed, err := p.printed()
		if err != nil {
			return err
		}
		for i, l := range printed {
			rows = append(rows, p.detail(i+1, l))
		}
	}
	if err := w.small(ctx, "focus_details",
		"BilledCost DECIMAL(38,24), BillingAccountId VARCHAR, BillingAccountName VARCHAR, BillingCurrency VARCHAR, ChargeCategory VARCHAR, "+
			"InvoiceDetailDescription VARCHAR, account VARCHAR, service VARCHAR, InvoiceDetailId VARCHAR, InvoiceId VARCHAR, InvoiceIssueDate DATE, InvoiceIssueStatus VARCHAR, "+
			"InvoiceIssuerName VARCHAR, PaymentDueDate DATE, PaymentTerms VARCHAR, PurchaseOrderNumber VARCHAR, ReferenceInvoiceId VARCHAR, x_Document VARCHAR", rows); err != nil {
		return err
	}
	return w.view(ctx, "focus_detail", `SELECT *, "BillingCurrency" AS "PaymentCurrency", "BilledCost" AS "PaymentCurrencyBilledCost",
		CASE WHEN account IS NULL THEN MAP {'ServiceName': service} ELSE MAP {'SubAccountId': account, 'ServiceName': service} END AS "InvoiceDetailGrain" FROM focus_details`)
}

// printed are the lines of a document as it shows them: services of accounts rounded,
// then what Cost and Usage has beside charges.
func (p paper) printed() ([]line, error) {
	var all []line
	shown := money.Zero
	if p.charged() {
		for _, a := range p.Accounts {
			for _, l := range a.Lines {
				if l.Kind == "entry" { // it is among the other lines
					continue
				}
				shown = shown.Add(l.Amount)
				all = append(all, line{part: string(l.Kind), service: l.Service, description: l.Service, account: a.Account, amount: l.Amount})
			}
		}
	}
	rest, err := p.lines(shown)
	return append(all, rest...), err
}

// detail is a row of Invoice Detail. Its id is the document's, and the line's number.
func (p paper) detail(n int, l line) []any {
	row := []any{
		l.amount, p.group.ID, p.group.Name, string(p.Currency), "Usage", l.description, nil, l.service, fmt.Sprintf("%s#%05d", p.ID, n),
		nil, nil, "Open", p.Seller.Name, nil, nil, nil, nil, p.ID,
	}
	if l.category != "" {
		row[4] = l.category
	}
	if l.account != "" {
		row[6] = l.account
	}
	if p.State == invoice.Issued {
		row[9], row[11] = p.Number, "Issued"
	}
	if p.IssueDate != nil {
		row[10] = *p.IssueDate
	}
	if p.DueDate != nil {
		row[13] = *p.DueDate
	}
	if p.DueTerms.Due != "" {
		row[14] = p.DueTerms.Due
	}
	if p.References != nil && p.References.Order != "" {
		row[15] = p.References.Order
	}
	if p.Corrects != nil && p.Corrects.Number != "" {
		row[16] = p.Corrects.Number
	}
	return row
}

// openPeriod makes the table focus_period: a row for each issuer, closed where every
// document of the scope is issued.
func (w *work) openPeriod(ctx context.Context) error {
	status := "Open"
	if len(w.papers) > 0 && !w.draft() {
		status = "Closed"
	}
	rows, seen := [][]any{}, map[string]bool{}
	for _, p := range w.papers {
		if !seen[p.Seller.Name] {
			seen[p.Seller.Name] = true
			rows = append(rows, []any{status, p.Seller.Name})
		}
	}
	return w.small(ctx, "focus_period", "BillingPeriodStatus VARCHAR, InvoiceIssuerName VARCHAR", rows)
}
