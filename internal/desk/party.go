package desk

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// sellerTo is who sends a group its invoices: the reseller, or the customer of
// the group that it buys from (R16). Nothing of the reseller is on the latter.
func sellerTo(c billing.Config, g billing.BillingGroup) billing.Reseller {
	at := slices.IndexFunc(c.BillingGroups, func(x billing.BillingGroup) bool { return x.ID == g.Parent })
	if at < 0 {
		return *c.Reseller
	}
	parent := c.BillingGroups[at]
	seller := customerOf(c, parent)
	return billing.Reseller{
		Name: seller.Name, Currency: parent.Currency, TaxRegistration: seller.TaxRegistration,
		Address: seller.Address, Contact: seller.Contact, Payment: seller.Payment, Identity: seller.Identity,
	}
}

// customerOf is whose group it is.
func customerOf(c billing.Config, g billing.BillingGroup) billing.Customer {
	at := slices.IndexFunc(c.Customers, func(x billing.Customer) bool { return x.ID == g.Customer })
	if at < 0 {
		return billing.Customer{}
	}
	return c.Customers[at]
}

// numberingOf is the pattern of the numbers of a group's invoices. Groups that
// buy from a tier and name none are numbered by who sells to them, so that
// neither its numbers nor the reseller's have gaps (R30).
func numberingOf(c billing.Config, g billing.BillingGroup) string {
	at := slices.IndexFunc(c.BillingGroups, func(x billing.BillingGroup) bool { return x.ID == g.Parent })
	if g.Invoice.Series != "" || at < 0 {
		return g.Invoice.Series
	}
	return "INV-" + c.BillingGroups[at].Customer + "-{yyyy}-{seq:6}"
}
