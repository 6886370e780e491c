package deliver

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/spread"
	"github.com/sluice-billing/sluice/internal/statement"
)

// accountListing has the invoice in the columns that accounting tools of
// this market read. ServiceType and ServiceName of its rows:
//
//	Service     the service           of an account, usage and marketplace
//	ServiceFee  its label             an applied entry of an account
//	Account     _ACCOUNT_TOTAL        sum of the rows above
//	Product     _CUSTOM_SERVICE       a billing service, of an account or of the group
//	Product     _SUPPORT…             a support fee; ends with its plan, such as _SUPPORT_BUSINESS
//	Product     _SUBSTITUTION         an agency fee
//	Product     _TOTAL                the billing group
//
// Amounts are in the billing currency and rounded; Charge is before, and
// DiscountCharge after the discounts, tax out. FreeFormat has what is no
// product, such as shortfalls, additional items and coupons; and a discount of a note on
// which nothing but the discount changes. These hold exactly:
//
//	_TOTAL Charge         = Σ Charge of Service, ServiceFee, _SUPPORT…, _SUBSTITUTION (rounded per service)
//	_TOTAL DiscountCharge = Σ DiscountCharge of all rows but Account + FreeFormat
//	_TOTAL CustomService  = Σ Charge of _CUSTOM_SERVICE
//	_TOTAL Total          = _TOTAL DiscountCharge + Tax
//	Tax is computed on "DiscountCharge - TaxFree"
var accountListing = listing{
	name:    "accounts",
	columns: serviceTypeColumns,
	rows: func(inv invoice.Invoice, o Options) iter.Seq[spread.Row] {
		rows := accountRows{inv: inv, options: o}
		rows.all()
		return slices.Values(rows.rows)
	},
}

var serviceTypeColumns = slices.Concat(
	texts("BillingGroupID", "BillingGroupName", "CompanyName", "Vendor", "CustomerID", "CustomerName", "ServiceType", "ServiceName"),
	amounts("Charge", "DiscountCharge", "DiscountCharge - TaxFree", "FreeFormat", "CustomService", "Tax", "Total"),
)

// groupName is the name of the document's billing group, or its id.
func groupName(inv invoice.Invoice, o Options) string { return cmp.Or(o.Groups[inv.Group], inv.Group) }

// accountRows are the rows of one invoice.
type accountRows struct {
	inv     invoice.Invoice
	options Options
	rows    []spread.Row
}

// all adds every row.
func (r *accountRows) all() {
	after := discountedAmounts(r.inv)
	for i, account := range r.inv.Accounts {
		r.account(account, after.lines[i])
		if !slices.ContainsFunc(r.inv.Accounts[i+1:], func(later invoice.Account) bool { return later.Account == account.Account }) {
			r.customServices(account)
		}
	}
	r.group(after)
}

// group adds what is not in the section of an account, and the total.
func (r *accountRows) group(after discounted) {
	inv := r.inv
	for i, fee := range inv.Support {
		r.add(r.accountOf(fee), "Product", supportName(fee.Plan), fee.Amount, after.support[i], after.support[i])
	}
	for i, fee := range inv.Agency {
		r.add(r.accountOf(fee), "Product", "_SUBSTITUTION", fee.Amount, after.agency[i], after.agency[i])
	}
	r.customServices(invoice.Account{Provider: inv.Provider})
	for _, id := range accountsServed(inv) {
		r.customServices(invoice.Account{Account: id, Provider: inv.Provider})
	}
	customServices, freeFormat := customAndFree(inv)
	r.add(invoice.Account{Provider: inv.Provider}, "Product", "_TOTAL",
		inv.Subtotal, inv.BeforeTax, inv.BeforeTax.Sub(inv.TaxFree), freeFormat.Add(after.rest), customServices, inv.TaxTotal, inv.Total)
}

// customAndFree are the sum of the billing services, and what else is charged after
// the discounts: shortfalls, yearly fees, items and coupons.
func customAndFree(inv invoice.Invoice) (custom, free money.Decimal) {
	for _, service := range inv.BillingServices {
		custom = custom.Add(service.Amount)
	}
	return custom, inv.BeforeTax.Sub(inv.AfterDiscount).Sub(custom)
}

// add adds a row; amounts are from the column Charge on.
func (r *accountRows) add(account invoice.Account, serviceType, service string, amounts ...money.Decimal) {
	row := []string{
		r.inv.Group, groupName(r.inv, r.options), r.inv.Buyer.Name, account.Provider, account.Account, account.Name, serviceType, service,
	}
	for _, amount := range amounts {
		row = append(row, amount.Fixed(r.inv.Digits))
	}
	row = append(row, make([]string, len(serviceTypeColumns)-len(row))...)
	r.rows = append(r.rows, spread.Row{Cells: row, Strong: service == "_TOTAL"})
}

// account adds the lines of an account and their sum; after is what discounts
// leave of each.
func (r *accountRows) account(account invoice.Account, after []money.Decimal) {
	taxable := money.Sum(after...)
	for i, line := range account.Lines {
		kind, free := "Service", money.Zero
		if line.Kind == statement.Entry {
			kind = "ServiceFee"
		}
		if line.TaxFree {
			free = line.Amount
		}
		r.add(account, kind, line.Service, line.Amount, after[i], after[i].Sub(free))
		taxable = taxable.Sub(free)
	}
	r.add(account, "Account", "_ACCOUNT_TOTAL", account.Total, money.Sum(after...), taxable)
}

// customServices adds the billing services of an account, or of the group where
// it has no id.
func (r *accountRows) customServices(account invoice.Account) {
	for _, s := range r.inv.BillingServices {
		if s.Account == account.Account {
			r.add(account, "Product", "_CUSTOM_SERVICE", s.Amount, s.Amount, s.Amount)
		}
	}
}

// accountsServed are the accounts that a document has billing services of and no
// section, as a note has where nothing but the service changes.
func accountsServed(inv invoice.Invoice) (ids []string) {
	for _, s := range inv.BillingServices {
		section := slices.ContainsFunc(inv.Accounts, func(a invoice.Account) bool { return a.Account == s.Account })
		if s.Account != "" && !section && !slices.Contains(ids, s.Account) {
			ids = append(ids, s.Account)
		}
	}
	return ids
}

// accountOf is whom a fee is for: an account, or all of a provider.
func (r *accountRows) accountOf(fee invoice.Fee) invoice.Account {
	for _, account := range r.inv.Accounts {
		if fee.Account != "" && account.Account == fee.Account {
			return account
		}
	}
	return invoice.Account{Account: fee.Account, Provider: cmp.Or(fee.Provider, r.inv.Provider)}
}

// supportName is _SUPPORT with the plan as the provider calls it: aws-business
// is _SUPPORT_BUSINESS.
func supportName(plan string) string {
	_, name, found := strings.Cut(plan, "-")
	if !found {
		return "_SUPPORT"
	}
	return "_SUPPORT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// additional returns the sum of the additional items.
func additional(inv invoice.Invoice) money.Decimal {
	sum := money.Zero
	for _, item := range inv.AdditionalItems {
		sum = sum.Add(item.Amount)
	}
	return sum
}
