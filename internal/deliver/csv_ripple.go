package deliver

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/spread"
)

// rippleDiscountListing has the discounts that the document names: those of an account
// beside it, those of all accounts without one. A surcharge is negative.
var rippleDiscountListing = listing{
	name:    "discounts",
	columns: texts("billingGroupId", "billingGroupName", "Vendor", "AccountId", "AccountName", "Service Premiums&Discounts"),
	rows: func(inv invoice.Invoice, o Options) iter.Seq[spread.Row] {
		return func(yield func(spread.Row) bool) {
			row := func(account invoice.Account, discounts []string) bool {
				return len(discounts) == 0 || yield(spread.Row{Cells: []string{
					inv.Group, groupName(inv, o), cmp.Or(account.Provider, inv.Provider), account.Account, account.Name, strings.Join(discounts, "; "),
				}})
			}
			if !row(invoice.Account{}, discountsOf(inv, "")) {
				return
			}
			for _, account := range accountsOf(inv) {
				if !row(account, discountsOf(inv, account.Account)) {
					return
				}
			}
		}
	},
}

// accountsOf are the accounts with a section or a discount, each once.
func accountsOf(inv invoice.Invoice) (accounts []invoice.Account) {
	add := func(account invoice.Account) {
		if !slices.ContainsFunc(accounts, func(a invoice.Account) bool { return a.Account == account.Account }) {
			accounts = append(accounts, account)
		}
	}
	for _, account := range inv.Accounts {
		add(account)
	}
	for _, d := range inv.Discounts {
		for _, id := range d.Accounts {
			add(invoice.Account{Account: id})
		}
	}
	return accounts
}

// discountsOf are the discounts of an account, or those of all where it is empty.
func discountsOf(inv invoice.Invoice, account string) (written []string) {
	for _, d := range inv.Discounts {
		if account == "" && len(d.Accounts) > 0 || account != "" && !slices.Contains(d.Accounts, account) {
			continue
		}
		on := d.Base
		if len(d.Services) > 0 {
			on = strings.Join(d.Services, ", ")
		}
		written = append(written, on+" "+d.Percent.String()+"%")
	}
	return written
}

// groupListing says who the document is for and what it comes to, tax in.
var groupListing = listing{
	name: "groups",
	columns: slices.Concat(
		texts("BillingGroupID", "BillingGroupName", "CompanyName", "PostalCode", "Address", "Phone", "Addressee", "InvoiceTitle"),
		amounts("Cost"), texts("Currency", "InvoiceNo", "Month"),
	),
	rows: func(inv invoice.Invoice, o Options) iter.Seq[spread.Row] {
		return slices.Values([]spread.Row{{Cells: []string{
			inv.Group, groupName(inv, o), inv.Buyer.Name, postalCode(inv.Buyer), strings.Join(inv.Buyer.Address, " "), phone(inv.Buyer), inv.Buyer.Contact,
			inv.Title, inv.Total.Fixed(inv.Digits), string(inv.Currency), inv.Number, inv.Period.String(),
		}}})
	},
}

func postalCode(p invoice.Party) string {
	if p.Postal == nil {
		return ""
	}
	return p.Postal.PostalCode
}

func phone(p invoice.Party) string {
	if p.ContactPoint == nil {
		return ""
	}
	return p.ContactPoint.Phone
}
