package billing

import "github.com/sluice-billing/sluice/internal/money"

// Config is everything a reseller declares: the whole of the configuration
// file, and of what the store keeps. Names are the field's terms; amounts,
// percents and rates are exact decimals written as strings.
type Config struct {
	Reseller         *Reseller         `json:"reseller,omitempty"`
	Providers        []OwnProvider     `json:"providers,omitempty"`
	Credentials      []Credential      `json:"credentials,omitempty"`
	Backends         []Backend         `json:"backends,omitempty"`
	Sources          []Source          `json:"sources,omitempty"`
	SourceRules      []SourceRule      `json:"source_rules,omitempty"`
	Payers           []Payer           `json:"payers,omitempty"`
	Accounts         []Account         `json:"accounts,omitempty"`
	Customers        []Customer        `json:"customers,omitempty"`
	BillingGroups    []BillingGroup    `json:"billing_groups,omitempty"`
	Pools            []Pool            `json:"pools,omitempty"`
	PriceBooks       []PriceBook       `json:"price_books,omitempty"`
	ExchangeRates    []ExchangeRate    `json:"exchange_rates,omitempty"`
	ProviderInvoices []ProviderInvoice `json:"provider_invoices,omitempty"`
	Commitments      []Commitment      `json:"commitments,omitempty"`
	SavingsPlanRates []SavingsPlanRate `json:"savings_plan_rates,omitempty"`
	InvoiceTemplates []InvoiceTemplate `json:"invoice_templates,omitempty"`
	InvoiceLayouts   []Layout          `json:"invoice_layouts,omitempty"`
	BillingServices  []BillingService  `json:"billing_services,omitempty"`
	Coupons          []Coupon          `json:"coupons,omitempty"`
	EntryRules       []EntryRule       `json:"entry_rules,omitempty"`
	Projects         []Project         `json:"projects,omitempty"`
	Schedules        []Schedule        `json:"schedules,omitempty"`
	Roles            []Role            `json:"roles,omitempty"`
}

// Reseller is who sends the invoices: one per installation.
type Reseller struct {
	Name            string   `json:"name"`
	Currency        string   `json:"currency"`                   // the books' own currency, ISO 4217
	TaxRegistration string   `json:"tax_registration,omitempty"` // printed on invoices, such as T9234567890123
	Address         *Address `json:"address,omitempty"`
	Contact         string   `json:"contact,omitempty"` // e-mail or telephone, printed under the address
	Payment         []string `json:"payment,omitempty"` // lines printed under "Payment": bank, IBAN
	Identity
	Accounts []string `json:"accounts,omitempty"` // accounts of the reseller's own use (R1)
	// SellingBook prices whatever the reseller sells where nothing nearer to the
	// buyer is attached (R13).
	SellingBook Attachments `json:"selling_book,omitempty"`
	// Layout is that of documents whose settings name none.
	Layout string `json:"layout,omitempty"`
	// Discount is given to billing groups that have none of their own (R24).
	Discount *Discount `json:"discount,omitempty"`
	// Approval says who must have looked at a document before it is issued (R30):
	// not-required (default), required, or four-eyes: somebody else than who issues
	// it.
	Approval string `json:"approval,omitempty"`
	// Expect is what billing groups are held to that say nothing of their own.
	Expect *Expect `json:"expect,omitempty"`
	// Reminders are the steps, in their order, in which customers are reminded of
	// what is overdue; 7, 21 and 51 days after the due date where none is given.
	Reminders []Reminder `json:"reminders,omitempty"`
	// Portal says what customers' users may look at, feature by feature, where the
	// customer says nothing else.
	Portal map[string]bool `json:"portal,omitempty"`
	// Collection lets a server read all sources every night.
	Collection *Collection `json:"collection,omitempty"`
}

// Address is a postal address as printed.
type Address struct {
	Lines      []string `json:"lines,omitempty"`
	City       string   `json:"city,omitempty"`
	PostalCode string   `json:"postal_code,omitempty"`
	Region     string   `json:"region,omitempty"`
	Country    string   `json:"country"` // ISO 3166, two capitals
}

// Source is a place where a provider puts exports, and their format.
type Source struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // how its exports lie there; backend for a program that is asked, pushed for bills that are sent to Sluice
	// URL is a folder, file:///…, s3://bucket/prefix?region=…, gs://bucket/prefix or
	// azblob://container/prefix?storage_account=…; none for backend and pushed.
	URL   string `json:"url,omitempty"`
	Payer string `json:"payer"` // the payer whose months these are
	// Credential reads it, by its id. Without one a backend gets none, and a bucket is
	// opened with what the environment has.
	Credential string `json:"credential,omitempty"`
	Backend    string `json:"backend,omitempty"` // by its name, with kind backend
	// Ended says that nothing is read of it any more, while what was loaded stays in its
	// months. It needs neither place nor backend then.
	Ended bool `json:"ended,omitempty"`
}

// Payer is the provider's paying account: FOCUS BillingAccount.
type Payer struct {
	ID       string `json:"id"`
	Name     string `json:"name,omitempty"`
	Provider string `json:"provider"` // the cloud provider, such as aws
	// OnAccountMove says who pays for an account that changes its group inside
	// a month: split, each group its own days (R2, the default), or
	// whole-month-to-new.
	OnAccountMove string `json:"on_account_move,omitempty"`
	// Finality says how a month is known to be complete (R29): invoice-id, every
	// usage line carries the provider's invoice id (default), or period-end, for
	// exports that have no invoice ids.
	Finality string `json:"finality,omitempty"`
}

// Account names a provider's account: FOCUS SubAccount (AWS linked account,
// Azure subscription, GCP project).
type Account struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	PriceBook Attachments `json:"price_book,omitempty"` // nearest of all: before the group's (R13)
}

// AccountNames are the names that accounts were given, by id: on documents, and
// wherever an account is shown, they stand before those of the provider's files.
func (c Config) AccountNames() map[string]string {
	names := map[string]string{}
	for _, a := range c.Accounts {
		if a.Name != "" {
			names[a.ID] = a.Name
		}
	}
	return names
}

// Customer is an organization that gets invoices. One whose billing groups are
// parents of others resells: it is a tier of its own (R5, R16).
type Customer struct {
	ID              string   `json:"id"`
	Name            string   `json:"name"`
	Address         *Address `json:"address,omitempty"`
	TaxRegistration string   `json:"tax_registration,omitempty"`
	Contact         string   `json:"contact,omitempty"` // addressee printed on the invoice
	Payment         []string `json:"payment,omitempty"` // of one that resells: printed under "Payment" on its invoices
	Identity
	Units []Unit `json:"units,omitempty"`
	// OneAccountPerUnit refuses a second account of a provider for the same unit.
	OneAccountPerUnit bool `json:"one_account_per_unit,omitempty"`
	// Portal switches features of its users on and off; what it does not name is as
	// the reseller has it.
	Portal map[string]bool `json:"portal,omitempty"`

	PriceBook   Attachments `json:"price_book,omitempty"`   // what its billing groups pay, where they have no book of their own
	SellingBook Attachments `json:"selling_book,omitempty"` // of one that resells: what its buyers pay, where nothing nearer is attached
}

// Unit is a part of a customer, such as a project or a department, whose users see
// the billing groups that name it or a unit below it.
type Unit struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Parent string `json:"parent,omitempty"` // id of the customer's unit that it is part of
}

// BillingGroup gets one invoice a period, for what it claims (R1–R3).
type BillingGroup struct {
	ID        string          `json:"id"`
	Customer  string          `json:"customer"`
	Name      string          `json:"name,omitempty"` // printed; the customer's name when empty
	Currency  string          `json:"currency"`       // of the invoice, ISO 4217
	Language  string          `json:"language,omitempty"`
	CostBasis Basis           `json:"cost_basis,omitempty"` // true-unblended where it is left out (R6)
	Claims    []Claim         `json:"claims"`
	Enrol     []Enrolment     `json:"enrol,omitempty"`      // payers of which it has what nobody claims
	PriceBook Attachments     `json:"price_book,omitempty"` // before the customer's; no book at all means prices equal the cost basis (R13)
	Invoice   InvoiceSettings `json:"invoice,omitzero"`
	// Template is the invoice template that comes before the group's own settings,
	// setting by setting.
	Template string `json:"template,omitempty"`
	Project  string `json:"project,omitempty"` // code of the project that the group's profit is counted to
	Unit     string `json:"unit,omitempty"`    // of its customer, by id: the part that the group is for (R5)
	// Parent is the billing group that buys what this one uses and sells it on:
	// this group's invoice comes from the parent's customer, and its usage is on
	// the parent's invoice too, at the parent's price (R16).
	Parent string `json:"parent,omitempty"`
}

// Basis is the cost a price starts from (R6).
type Basis string

const (
	Unblended Basis = "unblended" // the provider's own line cost
	Net       Basis = "net"       // after the provider's negotiated discounts
	Amortized Basis = "amortized" // upfront and recurring fees spread over the usage they cover
	Blended   Basis = "blended"   // the provider's average; for old contracts, never the default
	List      Basis = "list"      // public on-demand
	// TrueUnblended is what the group would have paid alone (R7), the default.
	TrueUnblended Basis = "true-unblended"
)

// Bases lists every basis there is.
var Bases = []Basis{Unblended, Net, Amortized, Blended, List, TrueUnblended}

// Claim gives accounts to a group from a day on, to another day exclusive,
// both in UTC; open ends are allowed. With tags or cost categories it gives the
// lines of these accounts that have one of the values of every name (R3), and
// wins over a claim of the whole account.
type Claim struct {
	Accounts       []string            `json:"accounts"`
	Tags           map[string][]string `json:"tags,omitempty"`            // by name, as people say it: project is AWS's user:project too
	CostCategories map[string][]string `json:"cost_categories,omitempty"` // AWS cost categories by name
	From           *Day                `json:"from,omitempty"`
	To             *Day                `json:"to,omitempty"`
}

// Tagged tells whether the claim is of some lines of its accounts only.
func (c Claim) Tagged() bool { return len(c.Tags)+len(c.CostCategories) > 0 }

// Enrolment gives the accounts of a payer to a group that nobody claims, neither
// whole nor in part, and no pool has: on these days, from the first on, to another
// exclusive. New accounts join by themselves. The payer's own account does not.
type Enrolment struct {
	Payer string `json:"payer"`
	From  Day    `json:"from"` // nothing before it changes
	To    *Day   `json:"to,omitempty"`
}

// Pool is what nobody's tags claim in shared accounts, and how it is divided
// among billing groups (R4): first the fixed amounts, then the percents of the
// rest, then what is left by usage. Shares are whole units of the currency's
// digits; what that leaves goes to Remainder.
type Pool struct {
	ID        string         `json:"id"`
	Accounts  []string       `json:"accounts"`
	From      *Day           `json:"from,omitempty"`
	To        *Day           `json:"to,omitempty"`         // exclusive
	CostBasis Basis          `json:"cost_basis,omitempty"` // in which the pool is measured; true-unblended where it is left out
	Fixed     []FixedShare   `json:"fixed,omitempty"`      // taken in this order, as far as the pool goes
	Percent   []PercentShare `json:"percent,omitempty"`    // together at most 100
	// ByUsage are the groups that bear the rest, each by what it claims itself in
	// the pool's accounts; all that do where it is left out.
	ByUsage   []string `json:"by_usage,omitempty"`
	Remainder string   `json:"remainder"` // group that bears what rounding leaves, and all that nobody else does
}

// FixedShare is an amount of a pool a month, in the lines' currency.
type FixedShare struct {
	Group  string        `json:"group"`
	Amount money.Decimal `json:"amount"`
}

// PercentShare is a part of what the fixed amounts of a pool leave.
type PercentShare struct {
	Group   string        `json:"group"`
	Percent money.Decimal `json:"percent"`
}

// ExchangeRate is one directed pair of a month (R19).
type ExchangeRate struct {
	Month Period         `json:"month"`
	From  money.Currency `json:"from"`
	To    money.Currency `json:"to"`
	Rate  money.Decimal  `json:"rate"`
	Level string         `json:"level"`           // common | payer | group
	Payer string         `json:"payer,omitempty"` // with level payer
	Group string         `json:"group,omitempty"` // with level group
}

// ProviderInvoice is what the provider's own invoice says, entered to prove
// the lines against it (R32 a).
type ProviderInvoice struct {
	ID       string         `json:"id"`
	Payer    string         `json:"payer"`
	Month    Period         `json:"month"`
	Currency money.Currency `json:"currency"`
	Total    money.Decimal  `json:"total"` // with the provider's tax
	// ExchangeRate is the rate that the invoice itself names: 1 Currency is that
	// many ExchangeTo.
	ExchangeRate *money.Decimal `json:"exchange_rate,omitempty"`
	ExchangeTo   money.Currency `json:"exchange_to,omitempty"`
}

// Commitment is what the reseller decided on a reservation or savings plan
// (R8); without one, it is its owner's and helps the owner's billing group.
// An entry without give_to sets the policy of all that is not given away.
type Commitment struct {
	ID     string  `json:"id"`               // ARN, or the provider's id
	From   *Period `json:"from,omitempty"`   // first month
	To     *Period `json:"to,omitempty"`     // first month in which it does not hold any more
	Policy Policy  `json:"policy,omitempty"` // group where it is left out; with give_to: group, account or fixed-price
	// Price of a unit and hour with policy fixed-price, in the commitment's
	// currency, at most 12 decimals. A unit is one reserved instance, or 1.00 of
	// a plan's commitment.
	Price  *money.Decimal `json:"price,omitempty"`
	GiveTo *Beneficiary   `json:"give_to,omitempty"` // who owns the units for that time
	// Units given away: of reserved instances, or of the money an hour of a
	// savings plan; where it is left out, all that other entries do not give away.
	Units *money.Decimal `json:"units,omitempty"`
}

// Beneficiary is who is given units of a commitment: an account, or all of a
// billing group alike. Exactly one of the two is given.
type Beneficiary struct {
	Account string `json:"account,omitempty"`
	Group   string `json:"group,omitempty"` // id of a billing group
}

// Policy says whom a commitment helps, and who pays its fees (R8).
type Policy string

const (
	PolicyGroup         Policy = "group"          // the owner's group, the owner's account first (default)
	PolicyAccount       Policy = "account"        // the owner's account alone
	PolicyResellerKeeps Policy = "reseller-keeps" // nobody: usage is on demand, and the reseller pays the fees
	PolicyAsApplied     Policy = "as-applied"     // whom the provider applied it to
	PolicyFixedPrice    Policy = "fixed-price"    // the owner's group, for a price an hour used; the reseller pays the fees
)

// Policies lists every policy there is.
var Policies = []Policy{PolicyGroup, PolicyAccount, PolicyResellerKeeps, PolicyAsApplied, PolicyFixedPrice}

// SavingsPlanRate is the provider's price of an hour (or other unit) of usage
// under a kind of savings plan. An export tells it for usage that a plan did
// cover; for other usage it must be given here, from the provider's price list.
type SavingsPlanRate struct {
	Plan          string        `json:"plan"`           // compute | ec2-instance | sagemaker | database
	Term          string        `json:"term"`           // 1yr | 3yr
	PaymentOption string        `json:"payment_option"` // No Upfront | Partial Upfront | All Upfront
	Region        string        `json:"region"`         // such as ap-northeast-1
	UsageType     string        `json:"usage_type"`     // such as APN1-BoxUsage:m5.large
	Operation     string        `json:"operation"`      // such as RunInstances
	Rate          money.Decimal `json:"rate"`           // in the plan's currency, at most 12 decimals
}
