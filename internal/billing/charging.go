package billing

import "github.com/sluice-billing/sluice/internal/money"

// InvoiceSettings says how a group's invoice is made, section E of the rules.
// What is left out is taken from the layer before: the template's, else the
// group's own, are a group's master; a month has a copy of the master, which can
// be changed for that month alone; the document freezes what it was made with.
type InvoiceSettings struct {
	Series       string           `json:"series,omitempty"`       // numbers of invoices, such as INV-{yyyy}-{seq:6}
	NoteSeries   string           `json:"note_series,omitempty"`  // of credit and debit notes; the series of invoices where it is left out
	PerProvider  bool             `json:"per_provider,omitempty"` // an invoice for each provider, instead of one for all
	Terms        Terms            `json:"terms,omitzero"`
	Rounding     RoundingSettings `json:"rounding,omitzero"`
	Exchange     string           `json:"exchange,omitempty"`      // payer | group: which rate level usage takes before the common one (R19)
	TaxBy        string           `json:"tax_by,omitempty"`        // settings (default): the taxes below; regime: those that follow from the seller's and the buyer's country
	TaxInclusive bool             `json:"tax_inclusive,omitempty"` // the totals are printed with tax, and how much of it is tax

	Discount         *Discount         `json:"discount,omitempty"`
	ServiceDiscounts []ServiceDiscount `json:"service_discounts,omitempty"`
	Support          []Support         `json:"support,omitempty"` // the first is what an account without a plan of its own has; one for each provider at most
	Agency           []AgencyFee       `json:"agency,omitempty"`
	BillingServices  []ServiceUse      `json:"billing_services,omitempty"`
	Minimum          *Minimum          `json:"minimum,omitempty"`
	SpendCommitment  *SpendCommitment  `json:"spend_commitment,omitempty"`
	YearlyFees       []YearlyFee       `json:"yearly_fees,omitempty"`
	AdditionalItems  []AdditionalItem  `json:"additional_items,omitempty"`
	Coupons          []string          `json:"coupons,omitempty"` // codes
	Tax              []Tax             `json:"tax,omitempty"`
	Prepaid          bool              `json:"prepaid,omitempty"`      // the group's balance pays for the invoice as far as it goes
	CarryCredit      bool              `json:"carry_credit,omitempty"` // a negative total goes to the group's balance

	Expect     *Expect     `json:"expect,omitempty"`
	Subject    string      `json:"subject,omitempty"`    // printed above the amount due
	References *References `json:"references,omitempty"` // what the buyer knows the delivery under
	Layout     string      `json:"layout,omitempty"`     // how the PDF looks; the reseller's own layout where it is left out, else the one that comes with Sluice
	Note       string      `json:"note,omitempty"`       // printed below the totals
}

// InvoiceTemplate is settings that several billing groups share. What a template
// says comes before what the group says itself.
type InvoiceTemplate struct {
	ID      string          `json:"id"`
	Name    string          `json:"name,omitempty"`
	Invoice InvoiceSettings `json:"invoice"`
}

// Terms of payment, counted from the issue date.
type Terms struct {
	// Due: end-of-next-month (default) | end-of-month | end-of-month-after-next |
	// net-30 (any number of days) | day-25-of-next-month (any day; one that the
	// month does not have is its last), also of-this-month and of-month-after-next.
	Due string `json:"due,omitempty"`
	// Weekend says what becomes of a due date on a Saturday, a Sunday or one of the
	// holidays: keep (default), next-business-day, previous-business-day.
	Weekend  string `json:"weekend,omitempty"`
	Holidays []Day  `json:"holidays,omitempty"`
}

// RoundingSettings of R20. Digits overrides the currency's own.
type RoundingSettings struct {
	Mode   money.Rounding `json:"mode,omitempty"`  // half-up (default) | half-even | down | up
	Point  string         `json:"point,omitempty"` // service (default) | account | invoice
	Digits *int32         `json:"digits,omitempty"`
}

// Discount of the whole group (R24), shown on the invoice.
type Discount struct {
	Percent money.Decimal `json:"percent"`
	Base    string        `json:"base,omitempty"` // usage (default) | usage+support | subtotal
}

// ServiceDiscount is a discount on usage of services, of accounts, or of
// services of accounts. The nearest wins, alone: service, account, group,
// reseller (R24). A negative percent is a premium.
type ServiceDiscount struct {
	Services []string      `json:"services,omitempty"` // as the invoice names them
	Accounts []string      `json:"accounts,omitempty"`
	Percent  money.Decimal `json:"percent"`
}

// Support is the reseller's charge for support (R21), on usage without
// marketplace and entries. Plans are the provider's tables, in US dollars.
type Support struct {
	Kind    string         `json:"kind"`              // none | percent | fixed | plan | bands
	Plan    string         `json:"plan,omitempty"`    // such as aws-business
	Percent *money.Decimal `json:"percent,omitempty"` // of usage
	Amount  *money.Decimal `json:"amount,omitempty"`  // with kind fixed, in the invoice's currency
	Bands   []SupportBand  `json:"bands,omitempty"`   // with kind bands: a table of the contract's own
	Minimum *money.Decimal `json:"minimum,omitempty"` // in US dollars, instead of the plan's; with kind bands: of the table
	// Scope: group (default), one charge on all usage; account, Developer for each
	// account by itself and each other plan once on all accounts that have it.
	Scope    string            `json:"scope,omitempty"`
	Accounts map[string]string `json:"accounts,omitempty"` // plan by account, with scope account; none is none
	Base     string            `json:"base,omitempty"`     // before-discount (default) | after-discount
	Provider string            `json:"provider,omitempty"` // only usage of this provider
	Adjust   *money.Decimal    `json:"adjust,omitempty"`   // percent by which the charge is raised, or lowered where it is negative
	From     *Day              `json:"from,omitempty"`     // first month in which it is charged
	To       *Day              `json:"to,omitempty"`       // first month in which it is not any more
}

// SupportBand is a part of the usage and its percent. Bands are marginal.
type SupportBand struct {
	UpTo    *money.Decimal `json:"up_to,omitempty"` // in US dollars; the last has none
	Percent money.Decimal  `json:"percent"`
}

// AgencyFee is the reseller's charge for billing on the customer's behalf (R22).
type AgencyFee struct {
	Kind         string         `json:"kind"` // percent | fixed | greater | tiered-price | tiered-percent
	Percent      *money.Decimal `json:"percent,omitempty"`
	Fixed        *money.Decimal `json:"fixed,omitempty"` // in the invoice's currency
	Tiers        []ChargeTier   `json:"tiers,omitempty"`
	Scope        string         `json:"scope,omitempty"`         // group (default) | account: for each account, summed
	Base         string         `json:"base,omitempty"`          // usage (default) | usage+support
	BaseDiscount string         `json:"base_discount,omitempty"` // before (default) | after
	Provider     string         `json:"provider,omitempty"`      // only usage of this provider
	From         *Day           `json:"from,omitempty"`          // first month in which it is charged
	To           *Day           `json:"to,omitempty"`            // first month in which it is not any more
}

// BillingService is a charge that is defined once and used by many groups (R23).
// Amounts are in its currency, which is that of the invoices it is on.
type BillingService struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"` // printed
	Currency   money.Currency `json:"currency"`
	Kind       string         `json:"kind"`           // fixed | percent | greater | tiered-price | tiered-percent
	Base       string         `json:"base,omitempty"` // after-discount (default) | before-discount
	Fixed      *money.Decimal `json:"fixed,omitempty"`
	Percent    *money.Decimal `json:"percent,omitempty"`     // of usage, marketplace and applied entries
	UpperLimit *money.Decimal `json:"upper_limit,omitempty"` // with kind greater
	Tiers      []ChargeTier   `json:"tiers,omitempty"`
	Tax        string         `json:"tax,omitempty"` // category of tax, that of usage where it is left out
}

// ChargeTier is a bracket [Min, Max) of the base: the one that holds the base
// gives the price, or the percent of the whole base.
type ChargeTier struct {
	Min   money.Decimal  `json:"min"`
	Max   *money.Decimal `json:"max,omitempty"`
	Value money.Decimal  `json:"value"`
}

// ServiceUse puts a billing service on a group's invoice, or into the sections
// of some of its accounts.
type ServiceUse struct {
	Service  string   `json:"service"`            // id
	Accounts []string `json:"accounts,omitempty"` // charged for each of them, on its own usage
	From     *Day     `json:"from,omitempty"`     // first month in which it is charged
	To       *Day     `json:"to,omitempty"`       // first month in which it is not any more
}

// Minimum is what a month's invoice comes to at least, before additional items
// and tax; what is missing is charged.
type Minimum struct {
	Amount money.Decimal `json:"amount"`          // in the invoice's currency
	Label  string        `json:"label,omitempty"` // printed
}

// SpendCommitment is what the customer promised to spend. At the end of each
// interval, what the documents of its months fall short by is charged.
type SpendCommitment struct {
	Amount money.Decimal `json:"amount"`          // of an interval, in the invoice's currency, tax out
	Every  int           `json:"every"`           // months of an interval, such as 12
	From   Period        `json:"from"`            // first month of the first interval
	To     *Period       `json:"to,omitempty"`    // first month after the last interval
	Base   string        `json:"base,omitempty"`  // after-discount (default) | usage: what counts
	Label  string        `json:"label,omitempty"` // printed
}

// YearlyFee is charged once a year, whatever is used: in the month in which the
// contract began, beside the minimum.
type YearlyFee struct {
	Name   string        `json:"name,omitempty"` // printed; "Yearly fee" where it is left out
	Amount money.Decimal `json:"amount"`         // of a year, in the invoice's currency, tax out
	From   Period        `json:"from"`           // first month of the contract, and the first in which it is charged
	To     *Period       `json:"to,omitempty"`   // first month after the contract
	Tax    string        `json:"tax,omitempty"`  // category of tax, that of usage where it is left out
}

// Coupon takes something off invoices of groups that name its code.
type Coupon struct {
	Code    string         `json:"code"`
	Label   string         `json:"label,omitempty"`   // printed
	Percent *money.Decimal `json:"percent,omitempty"` // of what is left after the discount
	Amount  *money.Decimal `json:"amount,omitempty"`  // a month, in Currency, at most what the invoice comes to before tax
	// Currency of Amount; the coupon is for invoices in it alone.
	Currency money.Currency `json:"currency,omitempty"`
	Groups   []string       `json:"groups,omitempty"` // who may use it; all where it is left out
	From     *Day           `json:"from,omitempty"`   // first month
	To       *Day           `json:"to,omitempty"`     // first month in which it does not hold any more
}

// Tax is one rate of the invoice (R25). The first one is charged on all that
// names no other category; so is every further one of its category (Canada,
// India).
type Tax struct {
	Category string        `json:"category"` // standard | reduced | zero | exempt | reverse-charge | out-of-scope
	Percent  money.Decimal `json:"percent"`
	Label    string        `json:"label,omitempty"`  // printed, such as "Consumption tax"
	Reason   string        `json:"reason,omitempty"` // code that exempt, reverse-charge and out-of-scope must carry
	From     *Day          `json:"from,omitempty"`   // first day; the last day of the invoice's month counts
	To       *Day          `json:"to,omitempty"`     // first day on which it does not hold any more
}

// AdditionalItem is a line the reseller adds, in the invoice's currency.
type AdditionalItem struct {
	Label     string        `json:"label"`
	UnitPrice money.Decimal `json:"unit_price"`
	Quantity  money.Decimal `json:"quantity"`
	TaxFree   bool          `json:"tax_free,omitempty"`
	Tax       string        `json:"tax,omitempty"`  // category of one of the taxes; that of usage where it is left out
	From      *Day          `json:"from,omitempty"` // first month in which it is charged
	To        *Day          `json:"to,omitempty"`   // first month in which it is not any more
}

// Expect is what a draft is compared with before it is issued: the month before.
// What is out of range must be accepted with a reason.
type Expect struct {
	Change         *money.Decimal `json:"change_percent,omitempty"`  // of the invoice, and of each service: up or down by more than this
	AtLeast        *money.Decimal `json:"at_least,omitempty"`        // changes of less than this amount do not count, in the invoice's currency
	NewService     bool           `json:"new_service,omitempty"`     // a service that the month before did not have
	MissingAccount bool           `json:"missing_account,omitempty"` // an account of the month before that is gone
	ZeroBill       bool           `json:"zero_bill,omitempty"`       // nothing to pay
}

// EntryRule applies adjusting entries without anybody's doing (R27). Filters are
// alternatives; the conditions of a filter must all hold.
type EntryRule struct {
	ID      string        `json:"id"`
	Payer   string        `json:"payer,omitempty"` // only entries of this payer; rules of a payer come before the others
	Any     []EntryFilter `json:"any"`
	Action  string        `json:"action"`          // apply | keep: is the reseller's, and never asked about again
	Group   string        `json:"group,omitempty"` // billing group that gets it; the owner of the account where it is left out
	TaxFree bool          `json:"tax_free,omitempty"`
	From    *Period       `json:"from,omitempty"` // first month of entries
	To      *Period       `json:"to,omitempty"`   // first month of entries it is not for any more
}

// EntryFilter is a set of conditions on an adjusting entry.
type EntryFilter struct {
	Kind        Pattern `json:"kind,omitzero"`    // fee, refund, credit, discount, marketplace, upfront, support, other
	Service     Pattern `json:"service,omitzero"` // code or name
	UsageType   Pattern `json:"usage_type,omitzero"`
	Description Pattern `json:"description,omitzero"`
	Account     Pattern `json:"account,omitzero"`
}

// Project is what the profit of billing groups is counted to.
type Project struct {
	Code string `json:"code"` // never changes
	Name string `json:"name"`
}

// Schedule closes months without anybody's doing.
type Schedule struct {
	ID       string `json:"id"`
	Provider string `json:"provider,omitempty"` // only when all payers of this provider are ready; all payers where it is left out
	Day      int    `json:"day"`                // of the month, UTC; the last one where the month is shorter
	At       string `json:"at"`                 // time of day, UTC, such as 06:00
	Target   string `json:"target,omitempty"`   // previous (default) | current month
	Preview  bool   `json:"preview,omitempty"`  // closes as a preview
	DryRun   bool   `json:"dry_run,omitempty"`  // says what it would do
}

// Reminder is a step of what is written to a customer who has not paid.
type Reminder struct {
	After int `json:"after"` // days after the due date; each step has more than the one before
	// Text of the letter by language, such as de or zh-TW, instead of the one that
	// comes with Sluice. It may name {customer}, {seller}, {number}, {issued}, {due},
	// {total}, {open}, {days}, {today} and {payment}.
	Text map[string]string `json:"text,omitempty"`
}
