package access

// Feature is a part of what customers' users may look at, which the reseller
// switches for all and for each.
type Feature struct {
	Name    string `json:"name"`
	About   string `json:"about"`
	Default bool   `json:"default"`
}

// Features of the portal that operations ask for.
const (
	FeatureUsage       = "usage"
	FeatureDownload    = "downloads"
	FeatureInvoices    = "invoices"
	FeatureInvoiceFile = "invoice-files"
	FeaturePayments    = "payments"
	FeatureFees        = "fees"
	FeatureCommitments = "commitments"
	FeatureTokens      = "api-tokens"
	FeatureUsers       = "users"
	FeatureWebhooks    = "webhooks"
)

// FeatureList is every feature with its default. What shows usage is on, what
// shows documents and money owed is for the reseller to switch on.
var FeatureList = []Feature{
	{FeatureUsage, "usage and its price by day, account, service and region", true},
	{FeatureDownload, "usage as CSV", true},
	{FeatureInvoices, "published invoices and notes", false},
	{FeatureInvoiceFile, "published invoices as PDF, CSV and JSON", false},
	{FeaturePayments, "payments, prepaid balance and account statement", false},
	{FeatureFees, "fees, credits and refunds on published invoices and notes", false},
	{FeatureCommitments, "its reservations and savings plans: terms, use, and what they saved", false},
	{FeatureUsers, "users of its own", true},
	{FeatureTokens, "API tokens and service accounts", false},
	{FeatureWebhooks, "webhooks", false},
}

// FeatureNames are the names of all features, in their order.
func FeatureNames() []string {
	names := make([]string, len(FeatureList))
	for i, f := range FeatureList {
		names[i] = f.Name
	}
	return names
}
