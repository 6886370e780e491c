package invoice

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// New makes the draft of the statement's invoice, in the order of section E of
// the rules: usage and marketplace, converted (R19) and rounded (R20) into the
// group's currency; discount (R24); additional items; tax (R25); total, which
// makes a credit note when it is negative (R26). The statement's amounts are
// exact, tax out, in the provider's currencies; those of the invoice are
// rounded, and every exact one is kept beside them. Equal arguments in any
// order of accounts, lines and rates give an equal document (R31).
//
// preview marks a month that the provider may still change (R29). The draft has
// no number, issue date or due date; Issue gives them.
//
// It is an error when an exchange rate is missing, or when the settings are of
// another group or cannot be applied.
func New(s statement.Statement, set Settings, inputs Inputs, preview bool) (Invoice, error) {
	set = set.withDefaults()
	inv := set.blank(s.Period)
	inv.Inputs, inv.Preview, inv.Notes = inputs, preview, slices.Clone(s.Notes)
	if err := set.check(s); err != nil {
		return Invoice{}, fmt.Errorf("invoice %s: %w", inv.ID, err)
	}
	if err := inv.setUsage(s, set); err != nil {
		return Invoice{}, fmt.Errorf("invoice %s: %w", inv.ID, err)
	}
	inv.setDiscount(set.Group.Invoice.Discount)
	inv.setItems(set.Group.Invoice.AdditionalItems)
	inv.setTaxes(set.Group.Invoice.Tax)
	inv.setTotal()
	return inv, nil
}

// blank is the document before any amount.
func (set Settings) blank(period billing.Period) Invoice {
	group := set.Group
	return Invoice{
		ID:       period.String() + "/" + group.ID,
		State:    Draft,
		Period:   period,
		Group:    group.ID,
		Language: group.Language,
		Seller: Party{
			Name:            set.Reseller.Name,
			Address:         addressLines(set.Reseller.Address, group.Language),
			TaxRegistration: set.Reseller.TaxRegistration,
			Contact:         set.Reseller.Contact,
		},
		Buyer: Party{
			Name:            group.Name,
			Address:         addressLines(set.Customer.Address, group.Language),
			TaxRegistration: set.Customer.TaxRegistration,
			Contact:         set.Customer.Contact,
		},
		Payment:  slices.Clone(set.Reseller.Payment),
		Note:     group.Invoice.Note,
		DueTerms: group.Invoice.Terms.Due,
		Currency: money.Currency(group.Currency),
		Digits:   *group.Invoice.Rounding.Digits,
		Rounding: Rounding{Mode: group.Invoice.Rounding.Mode, Point: group.Invoice.Rounding.Point},
	}
}

// round is the only rounding of a document.
func (inv *Invoice) round(exact money.Decimal) money.Decimal {
	return exact.Round(inv.Digits, inv.Rounding.Mode)
}

// setUsage converts and rounds every line (E.1, E.2). Where the rounding point
// is not the service, lines are rounded for display and do not add up to their
// account; with point invoice neither do accounts to the usage total.
func (inv *Invoice) setUsage(s statement.Statement, set Settings) error {
	x := exchange{group: set.Group, month: s.Period, rates: set.Rates}
	exact := money.Zero
	inv.Accounts = make([]Account, 0, len(s.Accounts))
	for _, owed := range sortedAccounts(s.Accounts) {
		account, sum, err := inv.account(owed, &x)
		if err != nil {
			return err
		}
		inv.Accounts = append(inv.Accounts, account)
		inv.UsageTotal = inv.UsageTotal.Add(account.Total)
		exact = exact.Add(sum)
	}
	if inv.Rounding.Point == perInvoice {
		inv.UsageTotal = inv.round(exact)
	}
	inv.UsageResidue = inv.UsageTotal.Sub(exact)
	inv.Subtotal = inv.UsageTotal
	inv.Rates = x.usedRates()
	return nil
}

// account returns one account's section and the exact sum of its lines, in the
// invoice's currency.
func (inv *Invoice) account(owed statement.Account, x *exchange) (account Account, exact money.Decimal, err error) {
	account = Account{Account: owed.ID, Name: owed.Name, Payer: owed.Payer, Lines: make([]Line, 0, len(owed.Lines))}
	for _, charge := range sortedLines(owed.Lines) {
		rate, err := x.rate(charge.Currency, owed.Payer)
		if err != nil {
			return Account{}, money.Zero, fmt.Errorf("account %s, %s: %w", owed.ID, charge.Service, err)
		}
		line := Line{
			Kind: charge.Kind, Service: charge.Service,
			Cost: charge.Amount, CostCurrency: charge.Currency, Rate: rate, Exact: charge.Amount.Mul(rate),
		}
		line.Amount = inv.round(line.Exact)
		account.Lines = append(account.Lines, line)
		account.Total = account.Total.Add(line.Amount)
		exact = exact.Add(line.Exact)
	}
	if inv.Rounding.Point != perService {
		account.Total = inv.round(exact)
	}
	return account, exact, nil
}

// sortedAccounts returns the accounts by id, then payer.
func sortedAccounts(accounts []statement.Account) []statement.Account {
	return slices.SortedStableFunc(slices.Values(accounts), func(a, b statement.Account) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Payer, b.Payer))
	})
}

// sortedLines returns usage before marketplace, each by service. Currency and
// amount settle what is left, so that the order never depends on the input's.
func sortedLines(lines []statement.Line) []statement.Line {
	place := func(k statement.Kind) int {
		return slices.Index([]statement.Kind{statement.Usage, statement.Marketplace}, k)
	}
	return slices.SortedStableFunc(slices.Values(lines), func(a, b statement.Line) int {
		return cmp.Or(
			cmp.Compare(place(a.Kind), place(b.Kind)),
			cmp.Compare(a.Service, b.Service),
			cmp.Compare(a.Currency, b.Currency),
			a.Amount.Cmp(b.Amount),
		)
	})
}

// setDiscount takes the group's discount off (E.6, R24). A discount of 0 is
// not shown.
func (inv *Invoice) setDiscount(d *billing.Discount) {
	inv.AfterDiscount = inv.Subtotal
	if d == nil || d.Percent.IsZero() {
		return
	}
	inv.Discount = &Discount{Percent: d.Percent, Base: d.Base, Amount: inv.discountAmount(*d)}
	inv.AfterDiscount = inv.Subtotal.Sub(inv.Discount.Amount)
}

// discountAmount follows the rounding point, so that what is left of a line is
// itself a rounded exact amount. A discount on usage leaves marketplace alone.
func (inv *Invoice) discountAmount(d billing.Discount) money.Decimal {
	left := func(exact money.Decimal) money.Decimal { return inv.round(exact.Sub(exact.Percent(d.Percent))) }
	if d.Base == onSubtotal {
		return inv.Subtotal.Sub(left(inv.Subtotal))
	}
	byLine, exact := money.Zero, money.Zero
	for _, account := range inv.Accounts {
		for _, line := range account.Lines {
			if line.Kind == statement.Usage {
				byLine = byLine.Add(line.Amount.Sub(left(line.Exact)))
				exact = exact.Add(line.Exact)
			}
		}
	}
	if inv.Rounding.Point == perService {
		return byLine
	}
	return inv.round(exact.Percent(d.Percent))
}

// setItems adds the items of this month (E.8); their prices are in the
// invoice's currency.
func (inv *Invoice) setItems(items []billing.AdditionalItem) {
	inv.BeforeTax = inv.AfterDiscount
	for _, item := range items {
		if !charged(item, inv.Period) {
			continue
		}
		amount := inv.round(item.UnitPrice.Mul(item.Quantity))
		inv.AdditionalItems = append(inv.AdditionalItems, Item{
			Label: item.Label, UnitPrice: item.UnitPrice, Quantity: item.Quantity, TaxFree: item.TaxFree, Amount: amount,
		})
		inv.BeforeTax = inv.BeforeTax.Add(amount)
		if item.TaxFree {
			inv.TaxFree = inv.TaxFree.Add(amount)
		}
	}
}

// charged tells whether the item is charged in that month: from the month of
// From on, up to the month before To's.
func charged(item billing.AdditionalItem, month billing.Period) bool {
	if item.From != nil && month.LastDay() < *item.From {
		return false
	}
	return item.To == nil || month.LastDay() < billing.PeriodOf(item.To.Time()).FirstDay()
}

// setTotal closes the document; one with a negative total is a credit note (R26).
func (inv *Invoice) setTotal() {
	inv.Total = inv.BeforeTax.Add(inv.TaxTotal)
	inv.Payable = inv.Total
	inv.Document = "invoice"
	if inv.Total.Sign() < 0 {
		inv.Document = "credit-note"
	}
}
