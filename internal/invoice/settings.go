package invoice

import (
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// Settings are the declared things that a document freezes: later changes of
// the configuration do not reach it.
type Settings struct {
	Reseller billing.Reseller
	Customer billing.Customer       // the one the group names
	Group    billing.BillingGroup   // the one of the statement
	Rates    []billing.ExchangeRate // at least all of the statement's month
}

// Where amounts are rounded (R20).
const (
	perService = "service"
	perAccount = "account"
	perInvoice = "invoice"
)

// What a discount is a percentage of (R24).
const (
	onUsage    = "usage"
	onSubtotal = "subtotal"
)

// Levels of exchange rates (R19).
const (
	commonRate = "common"
	payerRate  = "payer"
	groupRate  = "group"
)

// withDefaults fills in what the group leaves open: half-up on each service,
// digits of the currency, rates of the payer, due at the end of next month, in
// English.
func (set Settings) withDefaults() Settings {
	group := &set.Group
	fill(&group.Language, "en")
	fill(&group.Name, set.Customer.Name)
	fill(&group.Invoice.Terms.Due, endOfNextMonth)
	fill(&group.Invoice.Rounding.Mode, money.HalfUp)
	fill(&group.Invoice.Rounding.Point, perService)
	fill(&group.Invoice.Exchange, payerRate)
	if group.Invoice.Rounding.Digits == nil {
		digits := money.Currency(group.Currency).Digits()
		group.Invoice.Rounding.Digits = &digits
	}
	if d := group.Invoice.Discount; d != nil {
		discount := *d
		fill(&discount.Base, onUsage)
		group.Invoice.Discount = &discount
	}
	return set
}

func fill[T ~string](setting *T, value T) {
	if *setting == "" {
		*setting = value
	}
}

// check refuses settings that belong to another statement, and words that
// would otherwise be taken for something else.
func (set Settings) check(s statement.Statement) error {
	group, invoice := set.Group, set.Group.Invoice
	switch {
	case group.ID != s.Group:
		return fmt.Errorf("the settings are those of billing group %q; use those of %q", group.ID, s.Group)
	case set.Customer.ID != group.Customer:
		return fmt.Errorf("the customer given is %q; the billing group belongs to %q", set.Customer.ID, group.Customer)
	}
	if err := money.Currency(group.Currency).Check(); err != nil {
		return err
	}
	if err := invoice.Rounding.Mode.Check(); err != nil {
		return err
	}
	if err := oneOf("rounding point", invoice.Rounding.Point, perService, perAccount, perInvoice); err != nil {
		return err
	}
	if err := oneOf("exchange level", invoice.Exchange, payerRate, groupRate); err != nil {
		return err
	}
	if d := invoice.Discount; d != nil {
		if err := oneOf("discount base", d.Base, onUsage, onSubtotal); err != nil {
			return err
		}
	}
	if _, err := dueDate(invoice.Terms.Due, s.Period.LastDay()); err != nil {
		return err
	}
	return checkTaxes(invoice.Tax)
}

func oneOf(what, word string, known ...string) error {
	if !slices.Contains(known, word) {
		return fmt.Errorf("%q is not a %s; use one of %q", word, what, known)
	}
	return nil
}
