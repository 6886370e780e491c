package api

import (
	"context"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
)

// ListSources lists where exports are read from.
var ListSources = declaredList("list-sources", "/sources", "sources", "where exports lie", access.ReadConfig,
	func(c billing.Config) []billing.Source { return c.Sources }, func(s billing.Source) string { return s.Name })

// ListPayers lists whom the provider bills.
var ListPayers = declaredList("list-payers", "/payers", "payers", "the provider's accounts that pay", access.ReadConfig,
	func(c billing.Config) []billing.Payer { return c.Payers }, func(p billing.Payer) string { return p.ID })

// ListAccounts lists what is said of single accounts.
var ListAccounts = declaredList("list-accounts", "/accounts", "accounts", "what is said of single accounts", access.ReadConfig,
	func(c billing.Config) []billing.Account { return c.Accounts }, func(a billing.Account) string { return a.ID })

// ListCustomers lists the customers.
var ListCustomers = declaredList("list-customers", "/customers", "customers", "the customers, and those who sell on", access.ReadConfig,
	func(c billing.Config) []billing.Customer { return c.Customers }, func(x billing.Customer) string { return x.ID })

// ListPools lists what several billing groups share.
var ListPools = declaredList("list-pools", "/pools", "pools", "accounts that several billing groups share, and how", access.ReadConfig,
	func(c billing.Config) []billing.Pool { return c.Pools }, func(p billing.Pool) string { return p.ID })

// ListBillingGroups lists who gets an invoice for what.
var ListBillingGroups = declaredList("list-billing-groups", "/billing-groups", "billing groups", "who gets an invoice for what", access.ReadConfig,
	func(c billing.Config) []billing.BillingGroup { return c.BillingGroups }, func(g billing.BillingGroup) string { return g.ID })

// declaredList lists a section of the configuration.
func declaredList[Row any](id, path, title, about string, needs access.Permission, section func(billing.Config) []Row, key func(Row) string) Listing[*Desk, struct{}, Row] {
	return Listing[*Desk, struct{}, Row]{
		ID: id, Path: path, Tag: "Configuration", Title: "List " + title, About: "Lists " + about + ", as declared, in the order of the configuration.", Needs: needs, Key: key, Kept: true,
		Do: func(_ context.Context, d *Desk, _ struct{}) ([]Row, error) {
			return append([]Row{}, section(d.Declared)...), nil
		},
	}
}
