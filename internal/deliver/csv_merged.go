package deliver

import (
	"iter"
	"slices"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/spread"
	"github.com/sluice-billing/sluice/internal/statement"
)

// mergedListing has what a document comes to with what discounts change of it, account
// by account. CostType and ServiceName of its rows:
//
//	Service              the service   usage, marketplace and entries of an account
//	ServiceDiscount      the service   its discount
//	AccountTotal         ServiceUsageCost, MarketplaceUsageCost, UsageTotalCost, SupportBusinessCost,
//	                     SupportBusinessDiscountCost, BillingServiceCost, AccountTotalCost,
//	                     AccountTotalDiscountCost, AccountTotalDiscountExchangedCost
//	ForTheWholeAccount   FreeFormat, BillingService/{name}, BillingService
//	Overall              ServiceUsage, MarketplaceUsage, UsageTotal, SupportBusiness, Substitution,
//	                     Discount, BillingService, FreeFormat, BeforeTax, TaxFree, Tax, Total
//
// Charge is exact in Currency, ExchangedCharge the same in ExchangedCurrency, Round
// what is billed. Summary is the discount on the charge, Rate what a discount leaves
// of one unit: 0.95 where 5% are taken off. Discounts are negative. These hold
// exactly:
//
//	Σ Round of Service and ServiceDiscount of an account = its UsageTotalCost + its discount on usage (rounded per service)
//	AccountTotalCost = UsageTotalCost + SupportBusinessCost + BillingServiceCost
//	BeforeTax = UsageTotal + SupportBusiness + Substitution + Discount + BillingService + FreeFormat
//	Total = BeforeTax + Tax
var mergedListing = listing{
	name: "merged",
	columns: slices.Concat(
		texts("Vendor", "CustomerID", "CustomerName", "CostType", "ServiceName"),
		numbers("Charge", "Summary", "Rate"), texts("Currency"), numbers("ExchangeRate"), texts("ExchangedCurrency"), numbers("ExchangedCharge"), amounts("Round"),
		[]listingColumn{{name: "BillingGroupID", asked: true}, {name: "InvoiceNo", asked: true}},
	),
	rows: func(inv invoice.Invoice, _ Options) iter.Seq[spread.Row] {
		rows := mergedRows{inv: inv, after: discountedAmounts(inv)}
		for i, account := range inv.Accounts {
			rows.services(i, account)
			rows.account(i, account)
		}
		rows.group()
		rows.overall()
		return slices.Values(rows.rows)
	},
}

// mergedRows are the rows of one invoice.
type mergedRows struct {
	inv   invoice.Invoice
	after discounted
	rows  []spread.Row
}

// add adds a row; cells are from Charge to Round.
func (r *mergedRows) add(account invoice.Account, costType, service string, cells ...string) {
	row := append([]string{account.Provider, account.Account, account.Name, costType, service}, cells...)
	r.rows = append(r.rows, spread.Row{Cells: append(row, r.inv.Group, r.inv.Number), Strong: service == "Total"})
}

// sum adds a row of the document's currency. A sum is not exchanged: its lines are.
func (r *mergedRows) sum(account invoice.Account, costType, name string, amount money.Decimal) {
	currency, fixed := string(r.inv.Currency), amount.Fixed(r.inv.Digits)
	r.add(account, costType, name, fixed, "", "1", currency, "1", currency, fixed, fixed)
}

// services adds the lines of an account, each with its discount.
func (r *mergedRows) services(i int, account invoice.Account) {
	settings, one := discountSettings(r.inv), money.FromInt(1)
	for j, line := range account.Lines {
		percent := linePercent(settings, account.Account, line)
		off := line.Cost.Percent(percent).Neg()
		rate, currency := one.Sub(one.Percent(percent)).String(), string(line.CostCurrency)
		exchange := []string{currency, line.Rate.String(), string(r.inv.Currency)}
		r.add(account, "Service", line.Service, slices.Concat(
			[]string{line.Cost.String(), off.String(), rate}, exchange, []string{line.Exact.String(), line.Amount.Fixed(r.inv.Digits)})...)
		if discount := r.after.lines[i][j].Sub(line.Amount); !discount.IsZero() || !off.IsZero() {
			r.add(account, "ServiceDiscount", line.Service, slices.Concat(
				[]string{off.String(), "", rate}, exchange, []string{line.Exact.Percent(percent).Neg().String(), discount.Fixed(r.inv.Digits)})...)
		}
	}
}

// account adds the sums of an account. What is for the account, but not on its lines,
// is in the last of its sections.
func (r *mergedRows) account(i int, account invoice.Account) {
	marketplace, after := money.Zero, money.Sum(r.after.lines[i]...)
	lines := money.Zero
	for _, line := range account.Lines {
		lines = lines.Add(line.Amount)
		if line.Kind == statement.Marketplace {
			marketplace = marketplace.Add(line.Amount)
		}
	}
	support, supportOff, services := money.Zero, money.Zero, money.Zero
	last := !slices.ContainsFunc(r.inv.Accounts[i+1:], func(later invoice.Account) bool { return later.Account == account.Account })
	if last {
		for k, fee := range r.inv.Support {
			if fee.Account == account.Account {
				support, supportOff = support.Add(fee.Amount), supportOff.Add(r.after.support[k]).Sub(fee.Amount)
			}
		}
		for _, s := range r.inv.BillingServices {
			if s.Account == account.Account {
				services = services.Add(s.Amount)
			}
		}
	}
	discount := after.Sub(lines).Add(supportOff)
	for _, sum := range []struct {
		name   string
		amount money.Decimal
	}{
		{"ServiceUsageCost", account.Total.Sub(marketplace)},
		{"MarketplaceUsageCost", marketplace},
		{"UsageTotalCost", account.Total},
		{"SupportBusinessCost", support},
		{"SupportBusinessDiscountCost", supportOff},
		{"BillingServiceCost", services},
		{"AccountTotalCost", money.Sum(account.Total, support, services)},
		{"AccountTotalDiscountCost", discount},
		{"AccountTotalDiscountExchangedCost", discount},
	} {
		r.sum(account, "AccountTotal", sum.name, sum.amount)
	}
}

// group adds what is charged beside usage and its fees.
func (r *mergedRows) group() {
	services, free := customAndFree(r.inv)
	r.sum(invoice.Account{}, "ForTheWholeAccount", "FreeFormat", free)
	for _, s := range r.inv.BillingServices {
		r.sum(invoice.Account{Account: s.Account}, "ForTheWholeAccount", "BillingService/"+s.Name, s.Amount)
	}
	r.sum(invoice.Account{}, "ForTheWholeAccount", "BillingService", services)
}

// overall adds the sums of the document.
func (r *mergedRows) overall() {
	inv, marketplace := r.inv, money.Zero
	for _, account := range inv.Accounts {
		for _, line := range account.Lines {
			if line.Kind == statement.Marketplace {
				marketplace = marketplace.Add(line.Amount)
			}
		}
	}
	services, free := customAndFree(inv)
	for _, sum := range []struct {
		name   string
		amount money.Decimal
	}{
		{"ServiceUsage", inv.UsageTotal.Sub(marketplace)},
		{"MarketplaceUsage", marketplace},
		{"UsageTotal", inv.UsageTotal},
		{"SupportBusiness", inv.SupportTotal},
		{"Substitution", inv.AgencyTotal},
		{"Discount", inv.DiscountTotal.Neg()},
		{"BillingService", services},
		{"FreeFormat", free},
		{"BeforeTax", inv.BeforeTax},
		{"TaxFree", inv.TaxFree},
		{"Tax", inv.TaxTotal},
		{"Total", inv.Total},
	} {
		r.sum(invoice.Account{Provider: inv.Provider}, "Overall", sum.name, sum.amount)
	}
}
