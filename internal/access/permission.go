// Package access says who may do what, and see what. Permissions name the
// things that can be done, roles are sets of them, and a grant gives a role in
// an organization and everything below it (R5). The package decides; it does
// not know who somebody is, which is for package identity.
package access

import "slices"

// Permission names one thing that a role allows. Reading never changes
// anything but the audit.
type Permission string

// The permissions there are.
const (
	ReadMonths       Permission = "months.read"
	RunMonths        Permission = "months.run"
	WaiveFindings    Permission = "findings.waive"
	ReadConfig       Permission = "config.read"
	WriteConfig      Permission = "config.write"
	ReadPrices       Permission = "prices.read"
	WritePrices      Permission = "prices.write"
	ForceClosed      Permission = "closed.change"
	ReadBills        Permission = "invoices.read"
	DraftBills       Permission = "invoices.draft"
	ApproveBills     Permission = "invoices.approve"
	IssueBills       Permission = "invoices.issue"
	SendBills        Permission = "invoices.send"
	ReadUsage        Permission = "usage.read"
	ReadPayments     Permission = "payments.read"
	WritePayments    Permission = "payments.write"
	ReadEntries      Permission = "entries.read"
	WriteEntries     Permission = "entries.write"
	WriteItems       Permission = "items.write"
	WriteRates       Permission = "rates.write"
	ReadMargin       Permission = "margin.read"
	ReadUsers        Permission = "users.read"
	WriteUsers       Permission = "users.write"
	ReadAudit        Permission = "audit.read"
	WriteSecrets     Permission = "secrets.write"
	WriteWebhooks    Permission = "webhooks.write"
	ReadJobs         Permission = "jobs.read"
	RunJobs          Permission = "jobs.run"
	ExportEverything Permission = "installation.export"
)

// Described is a permission with what it allows, for people. Own says that it is
// meaningful for customers, too: what it allows is bounded to their own
// organizations. All others are for the reseller's people alone.
type Described struct {
	Permission Permission `json:"permission"`
	About      string     `json:"about"`
	Own        bool       `json:"own,omitempty"`
}

// Permissions lists every permission.
var Permissions = []Described{
	{ReadMonths, "see where months stand, findings, certificates, margins left aside", false},
	{RunMonths, "load exports, close, draft, reconcile and reopen months, run schedules", false},
	{WaiveFindings, "waive findings that hold a close, accept unexpected drafts", false},
	{ReadConfig, "read what is declared, price books left aside", false},
	{WriteConfig, "declare customers, billing groups, sources and all else, price books left aside", false},
	{ReadPrices, "read price books, try other prices, ask why a price is what it is", false},
	{WritePrices, "declare price books", false},
	{ForceClosed, "change how a closed month is priced, with a reason", false},
	{ReadBills, "see invoices and notes, and download them", true},
	{DraftBills, "change the settings of a month, void documents", false},
	{ApproveBills, "approve drafts", false},
	{IssueBills, "issue approved drafts, write off what is not paid", false},
	{SendBills, "publish documents, mark them sent, send reminders", false},
	{ReadUsage, "see what was used, by day, account, service and region, at one's own prices", true},
	{ReadPayments, "see payments, prepaid balances, account statements and ageing", true},
	{WritePayments, "record, allocate and reverse payments and prepaid postings", false},
	{ReadEntries, "see adjusting entries", false},
	{WriteEntries, "apply, keep, split and allocate adjusting entries", false},
	{WriteItems, "change additional items of a month", false},
	{WriteRates, "change exchange rates of a month", false},
	{ReadMargin, "see what was paid to the providers, margins and profit", false},
	{ReadUsers, "see users, their grants, sessions and tokens", true},
	{WriteUsers, "invite users, change their grants, make service accounts", true},
	{ReadAudit, "read, verify and export the audit", false},
	{WriteSecrets, "set and delete secrets, rotate keys, set up single sign-on", false},
	{WriteWebhooks, "set up webhooks, replay deliveries", true},
	{ReadJobs, "see long work and its log", false},
	{RunJobs, "cancel and retry long work", false},
	{ExportEverything, "take everything out of the system", false},
}

// PermissionNames are the names of all permissions, in their order.
func PermissionNames() []string {
	names := make([]string, len(Permissions))
	for i, p := range Permissions {
		names[i] = string(p.Permission)
	}
	return names
}

// own tells whether a permission is meaningful below the reseller.
func own(p Permission) bool {
	return slices.ContainsFunc(Permissions, func(d Described) bool { return d.Permission == p && d.Own })
}
