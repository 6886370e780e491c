package access

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Role is a named set of permissions.
type Role struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	About       string       `json:"about,omitempty"`
	Permissions []Permission `json:"permissions"`
	Custom      bool         `json:"custom,omitempty"` // declared by the reseller
}

// Owner is the role that allows everything. Somebody must always have it.
const Owner = "owner"

// operating is what a clerk needs who closes months.
var operating = []Permission{
	ReadMonths, RunMonths, ReadConfig, ReadBills, DraftBills, ReadUsage, ReadPayments, ReadEntries, WriteEntries, WriteItems, WriteRates, ReadJobs, RunJobs,
}

// reading is everything that changes nothing.
var reading = []Permission{
	ReadMonths, ReadConfig, ReadPrices, ReadBills, ReadUsage, ReadPayments, ReadEntries, ReadMargin, ReadUsers, ReadAudit, ReadJobs,
}

// Roles are the roles that are built in.
var Roles = []Role{
	{ID: Owner, Name: "Owner", About: "everything", Permissions: all()},
	{ID: "billing-admin", Name: "Billing admin", About: "closes months, issues, sends and collects; declares customers",
		Permissions: slices.Concat(operating, []Permission{WaiveFindings, WriteConfig, ReadPrices, ApproveBills, IssueBills, SendBills, WritePayments, ReadMargin, ReadUsers, WriteWebhooks})},
	{ID: "billing-operator", Name: "Billing operator", About: "closes months and makes drafts; issues nothing",
		Permissions: slices.Concat(operating, []Permission{SendBills, WritePayments})},
	{ID: "pricing-admin", Name: "Pricing admin", About: "writes price books and tries them",
		Permissions: []Permission{ReadMonths, ReadConfig, ReadPrices, WritePrices, ReadBills, ReadUsage, ReadMargin, ReadJobs}},
	{ID: "approver", Name: "Approver", About: "looks at drafts, approves and issues them; drafts nothing",
		Permissions: []Permission{ReadMonths, ReadConfig, ReadBills, ReadUsage, ReadPayments, ApproveBills, IssueBills}},
	{ID: "auditor", Name: "Auditor", About: "sees everything, changes nothing", Permissions: reading},
	{ID: "customer-admin", Name: "Customer admin", About: "sees its organization's bills and usage, and manages its users",
		Permissions: []Permission{ReadBills, ReadUsage, ReadPayments, ReadUsers, WriteUsers, WriteWebhooks}},
	{ID: "customer-viewer", Name: "Customer viewer", About: "sees its organization's bills and usage",
		Permissions: []Permission{ReadBills, ReadUsage, ReadPayments}},
}

func all() []Permission {
	permissions := make([]Permission, len(Permissions))
	for i, p := range Permissions {
		permissions[i] = p.Permission
	}
	return permissions
}

// RolesOf are the roles that can be granted: those built in, then the declared
// ones.
func RolesOf(c billing.Config) []Role {
	roles := slices.Clone(Roles)
	for _, r := range c.Roles {
		role := Role{ID: r.ID, Name: r.Name, Custom: true}
		for _, p := range r.Permissions {
			role.Permissions = append(role.Permissions, Permission(p))
		}
		roles = append(roles, role)
	}
	return roles
}
