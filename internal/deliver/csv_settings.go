package deliver

import (
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/spread"
)

// GroupSettings are the settings of a billing group for a file of all groups.
type GroupSettings struct {
	Group     billing.BillingGroup // with the settings that are in force, all layers together
	Providers []string             // it has accounts of; it has a row for each
	Month     billing.Period       // whose taxes are named
}

// SettingsColumns are the names that Options can choose of WriteSettings.
func SettingsColumns() []string { return settingsColumns.names() }

// WriteSettings writes the settings of billing groups as a Ripple group-settings
// file, a row for each group and provider, always as Excel reads it. Rates are
// fractions, as Ripple has them: 0.05 is 5%. A setting that Ripple has no word for
// has that of the configuration.
func WriteSettings(w io.Writer, groups []GroupSettings, o Options) error {
	settings := settingsColumns
	settings.rows = func(invoice.Invoice, Options) iter.Seq[spread.Row] {
		return func(yield func(spread.Row) bool) {
			for _, g := range groups {
				providers := g.Providers
				if len(providers) == 0 {
					providers = []string{""}
				}
				for _, provider := range providers {
					if !yield(spread.Row{Cells: settingsCells(g, provider)}) {
						return
					}
				}
			}
		}
	}
	o.Excel = true
	// A listing is of documents, one after the other; all groups are one.
	return writeListing(w, settings, "the settings of the billing groups", []invoice.Invoice{{}}, o)
}

var settingsColumns = listing{
	name: "settings",
	columns: slices.Concat(
		texts("BillingGroupID", "BillingGroupName", "Vendor"), numbers("DiscountRate", "Tax"),
		texts("SupportMethod"), numbers("SupportRate", "SupportFix"), texts("AgencyMethod"), numbers("AgencyRate", "AgencyFix"),
		texts("AggregationType", "DiscountTarget", "DiscountCalculationMethod", "AgencyTargetUsage", "AgencyCalculationTarget", "AgencyCalculationType", "Currency"),
	),
}

// settingsCells are the settings of a group for a provider, in the words of Ripple.
func settingsCells(of GroupSettings, provider string) []string {
	g, s := of.Group, of.Group.Invoice
	discount, target, logic := money.Zero, "cloudpayonly", "usageamount"
	if s.Discount != nil {
		discount = s.Discount.Percent
		switch s.Discount.Base {
		case "usage+support":
			target = "cloudpaywithfee"
		case "subtotal":
			target, logic = "cloudpaywithfee", "allamount"
		}
	}
	support, supportRate, supportFix := supportMethod(s, provider)
	var agency billing.AgencyFee
	if i := slices.IndexFunc(s.Agency, func(f billing.AgencyFee) bool { return f.Provider == "" || f.Provider == provider }); i >= 0 {
		agency = s.Agency[i]
	}
	return []string{
		g.ID, g.Name, provider, fractionOf(&discount), fractionOf(standardTax(s, of.Month)), support, supportRate, supportFix,
		word(agency.Kind, map[string]string{"": "percent", "fixed": "fix", "greater": "automatic", "tiered-price": "usagetable", "tiered-percent": "usagetable"}),
		fractionOf(agency.Percent), exactOf(agency.Fixed),
		aggregation(g), target, logic,
		word(agency.Base, map[string]string{"": "cloudpayonly", "usage": "cloudpayonly", "usage+support": "cloudpaywithfee"}),
		word(agency.BaseDiscount, map[string]string{"": "nondiscount", "before": "nondiscount", "after": "discounted"}),
		word(agency.Scope, map[string]string{"": "allsum", "group": "allsum"}),
		g.Currency,
	}
}

// supportMethod is how support for a provider is charged.
func supportMethod(s billing.InvoiceSettings, provider string) (method, rate, fix string) {
	i := slices.IndexFunc(s.Support, func(f billing.Support) bool { return f.Provider == "" || f.Provider == provider })
	if i < 0 {
		return "no_support", "", ""
	}
	f := s.Support[i]
	switch f.Kind {
	case "none":
		return "no_support", "", ""
	case "plan":
		return strings.ReplaceAll(f.Plan, "-", "_"), "", ""
	case "fixed":
		return "fix", "", exactOf(f.Amount)
	}
	return f.Kind, fractionOf(f.Percent), ""
}

// standardTax is the percentage of a month's standard tax rates together; nil where
// the taxes follow from the country.
func standardTax(s billing.InvoiceSettings, month billing.Period) (sum *money.Decimal) {
	day := month.LastDay()
	for _, t := range s.Tax {
		if t.Category != "standard" || t.From != nil && day < *t.From || t.To != nil && day >= *t.To {
			continue
		}
		if sum == nil {
			sum = &money.Decimal{}
		}
		*sum = sum.Add(t.Percent)
	}
	return sum
}

// aggregation is tag for a group that has a part of an account by its tags.
func aggregation(g billing.BillingGroup) string {
	if slices.ContainsFunc(g.Claims, billing.Claim.Tagged) {
		return "tag"
	}
	return "account"
}

// word is a word of Ripple's, or ours where it has none.
func word(ours string, theirs map[string]string) string {
	if w, ok := theirs[ours]; ok {
		return w
	}
	return ours
}

// fractionOf writes 5% as 0.05.
func fractionOf(percent *money.Decimal) string {
	if percent == nil {
		return ""
	}
	return money.FromInt(1).Percent(*percent).String()
}

func exactOf(d *money.Decimal) string {
	if d == nil {
		return ""
	}
	return d.String()
}
