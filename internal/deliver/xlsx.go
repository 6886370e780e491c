package deliver

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/spread"
	"github.com/sluice-billing/sluice/internal/statement"
)

// workbookFormat is a workbook with a sheet for each of workbookListings. Sheets,
// titles and kinds are in the language of the document. Amounts are numbers with the
// digits of their currency; texts are texts whatever they begin with.
var workbookFormat = rowFormat(Format{
	Name: "xlsx", Title: "Excel workbook", About: "a sheet each for summary, lines, accounts, discounts and fees, and taxes", Ending: ".xlsx", MediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	Columns: columnsOf(workbookListings), WriteAll: writeWorkbook,
})

// workbookListings are the sheets of the workbook, in their order.
var workbookListings = []listing{summaryListing, linesListing, sectionsListing, chargesListing, taxesListing}

// columnsOf are the names of the columns of all listings, each once.
func columnsOf(listings []listing) (names []string) {
	for _, l := range listings {
		for _, name := range l.names() {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// writeWorkbook writes documents into one workbook. A sheet has those of the wanted
// columns that it has; one that has none of them is left out.
func writeWorkbook(w io.Writer, documents []invoice.Invoice, o Options) error {
	what := nameOf(documents)
	if err := checkColumns(o.Columns); err != nil {
		return err
	}
	if o.Language == "" && len(documents) > 0 {
		o.Language = documents[0].Language
	}
	words := wordsFor(o.Language)
	book := spread.New(w)
	for _, l := range workbookListings {
		wanted := slices.DeleteFunc(slices.Clone(o.Columns), func(name string) bool { return !slices.Contains(l.names(), name) })
		if len(o.Columns) > 0 && len(wanted) == 0 {
			continue
		}
		places, err := l.chosen(wanted)
		if err != nil {
			return err
		}
		columns := make([]spread.Column, len(places))
		for i, place := range places {
			columns[i] = spread.Column{Title: words.of(l.columns[place].name), Kind: l.columns[place].kind}
		}
		if err := book.Sheet(words.of(l.name), columns, l.of(documents, places, o)); err != nil {
			return fmt.Errorf("writing %s as a workbook: %w", what, err)
		}
	}
	if err := book.Close(); err != nil {
		return fmt.Errorf("writing %s as a workbook: %w", what, err)
	}
	return nil
}

// checkColumns refuses names that no sheet has.
func checkColumns(names []string) error {
	all := listing{columns: texts(columnsOf(workbookListings)...)}
	_, err := all.chosen(names)
	return err
}

// summaryListing has what a document says at its top, then the sums of section E one
// below the other; those of 0 are left out but for the total and what is payable.
var summaryListing = listing{
	name:    "summary",
	columns: slices.Concat(texts("invoice", "item", "detail"), amounts("amount"), texts("currency")),
	rows: func(inv invoice.Invoice, o Options) iter.Seq[spread.Row] {
		words := wordsFor(o.Language)
		return func(yield func(spread.Row) bool) {
			row := func(item, detail, amount, currency string, strong bool) bool {
				return yield(spread.Row{Cells: []string{documentName(inv), words.of(item), detail, amount, currency}, Strong: strong})
			}
			for _, line := range []struct{ item, detail string }{
				{"document", words.of(string(inv.Document))}, {"state", words.of(stateOf(inv))}, {"period", inv.Period.String()}, {"provider", inv.ProviderName(inv.Provider)},
				{"seller", inv.Seller.Name}, {"buyer", inv.Buyer.Name}, {"group", groupName(inv, o)}, {"title", inv.Title},
				{"issue_date", dayText(inv.IssueDate)}, {"due_date", dayText(inv.DueDate)},
			} {
				if line.detail != "" && !row(line.item, line.detail, "", "", false) {
					return
				}
			}
			for sum := range sumsOfDocument(inv) {
				always := sum.name == "total" || sum.name == "payable"
				if sum.amount.IsZero() && !always {
					continue
				}
				if !row(sum.name, "", sum.amount.Fixed(inv.Digits), string(inv.Currency), always) {
					return
				}
			}
		}
	},
}

// namedSum is a sum of a document: negative where it lowers the total.
type namedSum struct {
	name   string
	amount money.Decimal
}

// sumsOfDocument are the sums in the order of section E. usage and those after it, up
// to before_tax, add up to that; with tax they are the total.
func sumsOfDocument(inv invoice.Invoice) iter.Seq[namedSum] {
	sums := []namedSum{{"usage", inv.UsageTotal}}
	for _, part := range inv.Sums() {
		sums = append(sums, namedSum{part.Part, part.Amount})
	}
	return slices.Values(append(sums,
		namedSum{"before_tax", inv.BeforeTax}, namedSum{"tax", inv.TaxTotal}, namedSum{"total", inv.Total},
		namedSum{"prepaid", inv.PrepaidUsed.Neg()}, namedSum{"carried", inv.Carried}, namedSum{"payable", inv.Payable}))
}

// linesListing has usage, marketplace and entries, each with what discounts leave of
// it. A row of kind rounding is what usage has more than its rounded lines where it
// is rounded per account or invoice (R20).
var linesListing = listing{
	name: "lines",
	columns: slices.Concat(
		texts("invoice", "period", "account", "account_name", "provider", "payer", "kind", "service"),
		numbers("cost"), texts("cost_currency"), numbers("exchange_rate"), amounts("amount", "after_discount"), texts("currency", "tax_free", "entry_id"),
	),
	rows: func(inv invoice.Invoice, o Options) iter.Seq[spread.Row] {
		words, after := wordsFor(o.Language), discountedAmounts(inv)
		return func(yield func(spread.Row) bool) {
			rest := inv.UsageTotal
			for i, account := range inv.Accounts {
				for j, line := range account.Lines {
					rest = rest.Sub(line.Amount)
					if !yield(spread.Row{Cells: []string{
						documentName(inv), inv.Period.String(), account.Account, account.Name, inv.ProviderName(cmp.Or(account.Provider, inv.Provider)), account.Payer,
						words.of(string(line.Kind)), line.Service, line.Cost.String(), string(line.CostCurrency), line.Rate.String(),
						line.Amount.Fixed(inv.Digits), after.lines[i][j].Fixed(inv.Digits), string(inv.Currency), words.yes(line.TaxFree), line.Entry,
					}}) {
						return
					}
				}
			}
			if !rest.IsZero() {
				yield(spread.Row{Cells: []string{
					documentName(inv), inv.Period.String(), "", "", inv.ProviderName(inv.Provider), "", words.of("rounding"), "", "", "", "",
					rest.Fixed(inv.Digits), "", string(inv.Currency), "", "",
				}})
			}
		}
	},
}

// sectionsListing has the sections of accounts: what they use by kind, and what
// discounts leave of it.
var sectionsListing = listing{
	name: "accounts",
	columns: slices.Concat(
		texts("invoice", "period", "account", "account_name", "provider", "payer"), numbers("line_count"),
		amounts("usage", "marketplace", "entries", "account_total", "after_discount"), texts("currency"),
	),
	rows: func(inv invoice.Invoice, _ Options) iter.Seq[spread.Row] {
		after := discountedAmounts(inv)
		return func(yield func(spread.Row) bool) {
			for i, account := range inv.Accounts {
				of := map[statement.Kind]money.Decimal{}
				for _, line := range account.Lines {
					of[line.Kind] = of[line.Kind].Add(line.Amount)
				}
				if !yield(spread.Row{Cells: []string{
					documentName(inv), inv.Period.String(), account.Account, account.Name, inv.ProviderName(cmp.Or(account.Provider, inv.Provider)), account.Payer, strconv.Itoa(len(account.Lines)),
					of[statement.Usage].Fixed(inv.Digits), of[statement.Marketplace].Fixed(inv.Digits), of[statement.Entry].Fixed(inv.Digits),
					account.Total.Fixed(inv.Digits), money.Sum(after.lines[i]...).Fixed(inv.Digits), string(inv.Currency),
				}}) {
					return
				}
			}
		}
	},
}

// chargesListing has what a document has beside usage: fees, discounts, services,
// items, coupons.
var chargesListing = listing{
	name: "charges",
	columns: slices.Concat(
		texts("invoice", "period", "kind", "label", "account", "provider"), amounts("amount"), texts("currency", "tax_category", "tax_free"),
	),
	rows: func(inv invoice.Invoice, o Options) iter.Seq[spread.Row] {
		words := wordsFor(o.Language)
		return func(yield func(spread.Row) bool) {
			for c := range inv.Charges() {
				label, account := labelOf(c)
				if !yield(spread.Row{Cells: []string{
					documentName(inv), inv.Period.String(), words.of(c.Kind), label, account, inv.ProviderName(cmp.Or(c.Provider, inv.Provider)),
					c.Amount.Fixed(inv.Digits), string(inv.Currency), words.of(c.Tax), words.yes(c.TaxFree),
				}}) {
					return
				}
			}
		}
	},
}

// taxesListing has each tax once, on the rounded base of the whole document (R25).
var taxesListing = listing{
	name: "taxes",
	columns: slices.Concat(
		texts("invoice", "period", "tax_category", "label"), numbers("percent"), texts("reason"), amounts("base", "tax"), texts("currency"),
	),
	rows: func(inv invoice.Invoice, o Options) iter.Seq[spread.Row] {
		words := wordsFor(o.Language)
		return func(yield func(spread.Row) bool) {
			for _, tax := range inv.Taxes {
				if !yield(spread.Row{Cells: []string{
					documentName(inv), inv.Period.String(), words.of(tax.Category), tax.Label, tax.Percent.String(), tax.Reason,
					tax.Base.Fixed(inv.Digits), tax.Amount.Fixed(inv.Digits), string(inv.Currency),
				}}) {
					return
				}
			}
		}
	},
}

// documentName is the number, or the id of a draft.
func documentName(inv invoice.Invoice) string { return cmp.Or(inv.Number, inv.ID) }

// stateOf is the state of a document that is not issued; empty for one that is.
func stateOf(inv invoice.Invoice) string {
	switch {
	case inv.Preview:
		return "preview"
	case inv.State != invoice.Issued:
		return "draft"
	}
	return ""
}

// labelOf is what a charge is called in listings, and the accounts it is for.
func labelOf(c invoice.Charge) (label, accounts string) {
	switch of := c.Of.(type) {
	case invoice.Discount:
		label = of.Percent.String() + "% on " + of.Base
		if len(of.Services) > 0 {
			label += " of " + strings.Join(of.Services, ", ")
		}
		return label, strings.Join(of.Accounts, " ")
	case invoice.Shortfall:
		return of.Label, c.Account // its kind says the rest
	case invoice.Coupon:
		return strings.TrimSpace(of.Code + " " + of.Label), c.Account
	}
	return c.Name(), c.Account
}
