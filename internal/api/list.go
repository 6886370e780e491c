package api

import (
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// operations are all there are. Adding one is adding it here.
var operations = slices.Concat(
	signInOperations, ownOperations, portalOperations, portalFileOperations, reportOperations, insightOperations, personOperations, providerOperations,
	[]described{ListMonths, ShowMonth, CloseMonth, ListSources, ListBillingGroups}, monthOperations, entryOperations, invoiceOperations, previewOperations, jobOperations, hookOperations, recordOperations, commitmentOperations,
	exploreOperations, chargeOperations, brandOperations, artworkOperations, layoutOperations, layoutWordOperations, mailOperations, linkOperations, handoverOperations, workspaceOperations, mappingOperations, sourceOperations, credentialOperations, provisionOperations, backendOperations, membershipOperations, spendOperations, abiquoOperations,
	exportOperations,
)

// tags are the subjects that operations are listed under, in the order of the
// documentation.
var tags = []*huma.Tag{
	{Name: "Sign in", Description: "Proving who one is, with a password, a passkey or a provider of single sign-on."},
	{Name: "Me", Description: "One's own sessions, tokens, password and second factors."},
	{Name: "Portal", Description: "What an organization may see of itself: bills, usage at its own prices, balances. There is nothing in it of what was paid above."},
	{Name: "Reports", Description: "Questions on usage that are asked again by schedule; everybody has their own."},
	{Name: "Organizations", Description: "The tree of the reseller, those that sell on, customers and units."},
	{Name: "Brand", Description: "How those that sell show themselves to their customers, and what they announce."},
	{Name: "People", Description: "Users, service accounts, invitations, grants and roles."},
	{Name: "Months", Description: "Where months stand; loading, closing, drafting and proving them."},
	{Name: "Configuration", Description: "What is declared: customers, billing groups, sources, templates and all else, with its versions."},
	{Name: "Accounts", Description: "The accounts of payers' organizations: who is invited, who has joined, moved or left, and whose bills are transferred."},
	{Name: "Backends", Description: "Programs that tell what a vendor charges, service accounts at vendors, bills that are pushed, and reading anew."},
	{Name: "Prices", Description: "Price books, what is wrong with them, and why a price is what it is."},
	{Name: "Exchange rates", Description: "The rates of a month, from one currency to another."},
	{Name: "Items", Description: "Additional items of a month's invoices."},
	{Name: "Entries", Description: "Fees, refunds and credits of the provider: applied, kept, split and allocated."},
	{Name: "Invoices", Description: "Documents: drafted, compared, approved, issued, published, corrected."},
	{Name: "Hand-over", Description: "What goes to customers by mail, SFTP, buckets and links: letters, routes, and what became of each."},
	{Name: "Exports", Description: "A month for other programs: data sets for cost tools, bookings for accounting systems."},
	{Name: "Payments", Description: "What was paid, ahead or after, and what is still open."},
	{Name: "Earnings", Description: "Margin, profit, and what the provider was paid."},
	{Name: "Commitments", Description: "Reservations and savings plans: whose they are, and whom they helped."},
	{Name: "Jobs", Description: "Long work, such as a close: its progress, log and result."},
	{Name: "Webhooks", Description: "Events, sent to an address as they happen."},
	{Name: "Audit", Description: "Who did what, when, from where, and why."},
	{Name: "System", Description: "Secrets, and the server itself."},
}

const about = `Sluice bills cloud customers from the provider's own exports. Everything that the program does can be asked
for here.

- **Money** is exact: decimals as text, beside their currency. Times are UTC.
- **Sign in** with an API token, ` + "`Authorization: Bearer slu_…`" + `, or as a browser does, with a session.
- **Lists** come in pages. ` + "`filter`, `sort`, `fields`, `limit` and `cursor`" + ` work alike on all of them, and so does ` + "`Accept: text/csv`" + `.
- **Changes**: send the ETag of what you have seen as If-Match, and a change that somebody else made meanwhile is not
  overwritten. Send an Idempotency-Key with what creates something, and a repetition creates nothing twice.
- **Long work** is answered with a job at once. ` + "`/jobs/{id}/events`" + ` sends its progress.
- **Errors** are problems as RFC 9457 has them; ` + "`code`" + ` never changes its meaning.`
