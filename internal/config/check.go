package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/source"
)

// What the fields with a fixed set of words take. The schema lists the same.
var (
	sourceKinds    = append(source.Kinds(), billing.FromBackend, billing.Pushed)
	accountMoves   = []string{"split", "whole-month-to-new"}
	finalities     = []string{"invoice-id", "period-end"}
	roundingModes  = []string{string(money.HalfUp), string(money.HalfEven), string(money.Down), string(money.Up)}
	roundingPoints = []string{"service", "account", "invoice"}
	exchangeLevels = []string{"payer", "group"}
	discountBases  = []string{"usage", "usage+support", "subtotal"}
	weekendMoves   = []string{"keep", "next-business-day", "previous-business-day"}
	taxMakers      = []string{"settings", "regime"}
	supportKinds   = []string{"none", "percent", "fixed", "plan", "bands"}
	chargeScopes   = []string{"group", "account"}
	supportBases   = []string{"before-discount", "after-discount"}
	agencyKinds    = []string{"percent", "fixed", "greater", "tiered-price", "tiered-percent"}
	agencyBases    = []string{"usage", "usage+support"}
	baseDiscounts  = []string{"before", "after"}
	serviceKinds   = []string{"fixed", "percent", "greater", "tiered-price", "tiered-percent"}
	serviceBases   = []string{"after-discount", "before-discount"}
	spendBases     = []string{"after-discount", "usage"}
	approvals      = []string{"not-required", "required", "four-eyes"}
	entryActions   = []string{"apply", "keep"}
	closeTargets   = []string{"previous", "current"}
	taxCategories  = []string{"standard", "reduced", "zero", "exempt", "reverse-charge", "out-of-scope"}
	rateLevels     = []string{"common", "payer", "group"}
	matchClasses   = []string{"usage", "commitment-fee", "marketplace", "entry"}
	bookOrders     = []string{billing.FirstMatch, billing.MostSpecific}
	bookThens      = []string{billing.ThenParent}
	planKinds      = []string{"compute", "ec2-instance", "sagemaker", "database"}
	planTerms      = []string{"1yr", "3yr"}
	paymentOptions = []string{"No Upfront", "Partial Upfront", "All Upfront"}
	bases          = texts(billing.Bases)
	bounds         = texts(billing.Bounds) // of not_below and not_above
	policies       = texts(billing.Policies)
)

func texts[T ~string](words []T) []string {
	var all []string
	for _, w := range words {
		all = append(all, string(w))
	}
	return all
}

// reservedGroups own lines without being billing groups (R1).
var reservedGroups = []string{"reseller", "unassigned"}

const (
	maxID       = 80  // characters; ids become names of folders
	maxText     = 200 // characters of a provider's id and of a name
	maxIntegers = 12  // digits before the point: far above any bill, far below what the engine's decimals hold
)

var (
	idForm       = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]*$`)
	countryForm  = regexp.MustCompile(`^[A-Z]{2}$`)
	languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
)

// checker collects problems; its paths carry indexes.
type checker struct{ problems Problems }

func (k *checker) fail(path, format string, args ...any) {
	k.conflict(path, nil, format, args...)
}

// conflict is fail for what several places say together: a person may have only
// the file of one of the others at hand.
func (k *checker) conflict(path string, others []string, format string, args ...any) {
	k.problems = append(k.problems, Problem{Path: path, others: others, Message: fmt.Sprintf(format, args...)})
}

// resources checks each resource by itself.
func (k *checker) resources(c billing.Config) {
	if c.Reseller != nil {
		k.reseller("reseller", *c.Reseller)
	}
	each("providers", c.Providers, k.ownProvider)
	each("credentials", c.Credentials, k.credential)
	each("backends", c.Backends, k.backend)
	each("sources", c.Sources, k.source)
	each("source_rules", c.SourceRules, k.sourceRule)
	each("payers", c.Payers, k.payer)
	each("accounts", c.Accounts, k.account)
	each("customers", c.Customers, k.customer)
	each("billing_groups", c.BillingGroups, k.group)
	each("pools", c.Pools, k.pool)
	each("price_books", c.PriceBooks, k.book)
	each("exchange_rates", c.ExchangeRates, k.rate)
	each("provider_invoices", c.ProviderInvoices, k.providerInvoice)
	each("commitments", c.Commitments, k.commitment)
	each("savings_plan_rates", c.SavingsPlanRates, k.savingsPlanRate)
	each("invoice_templates", c.InvoiceTemplates, k.template)
	each("invoice_layouts", c.InvoiceLayouts, k.layout)
	each("billing_services", c.BillingServices, k.billingService)
	each("coupons", c.Coupons, k.coupon)
	each("entry_rules", c.EntryRules, k.entryRule)
	each("projects", c.Projects, k.project)
	each("schedules", c.Schedules, k.schedule)
	each("roles", c.Roles, k.role)
}

// each calls check with the path of every item.
func each[T any](path string, items []T, check func(string, T)) {
	for i, item := range items {
		check(fmt.Sprintf("%s[%d]", path, i), item)
	}
}

func (k *checker) reseller(path string, r billing.Reseller) {
	k.required(path+".name", r.Name)
	k.currency(path+".currency", r.Currency)
	k.address(path+".address", r.Address)
	each(path+".accounts", r.Accounts, k.providerID)
	k.attachments(path+".selling_book", r.SellingBook)
	k.discount(path+".discount", r.Discount)
	k.optionalWord(path+".approval", r.Approval, approvals)
	k.expect(path+".expect", r.Expect)
	k.portal(path+".portal", r.Portal)
	k.identity(path, r.Identity)
	k.collection(path+".collection", r.Collection)
}

func (k *checker) address(path string, a *billing.Address) {
	if a != nil && !countryForm.MatchString(a.Country) {
		k.fail(path+".country", "%q is not a country; use an ISO 3166 code of two capitals such as JP", a.Country)
	}
}

func (k *checker) source(path string, s billing.Source) {
	k.id(path+".name", s.Name)
	k.word(path+".kind", s.Kind, sourceKinds)
	k.placeOfSource(path, s)
	k.required(path+".payer", s.Payer)
}

func (k *checker) payer(path string, p billing.Payer) {
	k.providerID(path+".id", p.ID)
	k.required(path+".provider", p.Provider)
	k.optionalWord(path+".on_account_move", p.OnAccountMove, accountMoves)
	k.optionalWord(path+".finality", p.Finality, finalities)
}

func (k *checker) account(path string, a billing.Account) {
	k.providerID(path+".id", a.ID)
	k.required(path+".name", a.Name)
	k.attachments(path+".price_book", a.PriceBook)
}

func (k *checker) customer(path string, c billing.Customer) {
	k.id(path+".id", c.ID)
	if c.ID == access.Root {
		k.fail(path+".id", "%q is the organization of the reseller itself; choose another id", c.ID)
	}
	k.required(path+".name", c.Name)
	k.address(path+".address", c.Address)
	k.portal(path+".portal", c.Portal)
	k.identity(path, c.Identity)
	k.units(path+".units", c.Units)
	k.attachments(path+".price_book", c.PriceBook)
	k.attachments(path+".selling_book", c.SellingBook)
}

func (k *checker) rate(path string, r billing.ExchangeRate) {
	if r.Month.IsZero() {
		k.fail(path+".month", "is missing; expected a month such as 2026-10")
	}
	k.currency(path+".from", string(r.From))
	k.currency(path+".to", string(r.To))
	if r.From == r.To && r.From != "" {
		k.fail(path+".to", "is the currency the rate starts from; a rate needs two")
	}
	if r.Rate.Sign() <= 0 {
		k.fail(path+".rate", "is %s; a rate must be above 0", r.Rate)
	}
	k.size(path+".rate", r.Rate)
	k.word(path+".level", r.Level, rateLevels)
	k.belongsTo(path+".payer", r.Payer, r.Level == "payer", "payer")
	k.belongsTo(path+".group", r.Group, r.Level == "group", "group")
}

// belongsTo checks that a rate names its payer or group exactly when its level says so.
func (k *checker) belongsTo(path, id string, wanted bool, level string) {
	switch {
	case wanted && id == "":
		k.fail(path, "is missing; a rate of level %s names its %s", level, level)
	case !wanted && id != "":
		k.fail(path, "is given, but the level is not %s; remove it or write level: %s", level, level)
	}
}

func (k *checker) providerInvoice(path string, i billing.ProviderInvoice) {
	k.unbroken(path+".id", i.ID, "the invoice's id")
	k.required(path+".payer", i.Payer)
	if i.Month.IsZero() {
		k.fail(path+".month", "is missing; expected a month such as 2026-10")
	}
	k.currency(path+".currency", string(i.Currency))
	k.size(path+".total", i.Total)
	k.ownRate(path, i)
}

// ownRate checks the exchange rate that the provider's invoice names: both of
// its fields, or none.
func (k *checker) ownRate(path string, i billing.ProviderInvoice) {
	rate, to := i.ExchangeRate, i.ExchangeTo
	switch {
	case rate == nil && to == "":
		return
	case rate == nil:
		k.fail(path+".exchange_rate", "is missing; exchange_to is given, so say what 1 %s is in %s", i.Currency, to)
		return
	case to == "":
		k.fail(path+".exchange_to", "is missing; say which currency exchange_rate leads to")
	case to == i.Currency:
		k.fail(path+".exchange_to", "is the invoice's own currency; a rate needs two")
	default:
		k.currency(path+".exchange_to", string(to))
	}
	k.positive(path+".exchange_rate", *rate)
}

// project has a code that is an id: it becomes part of reports and their files.
func (k *checker) project(path string, p billing.Project) {
	k.id(path+".code", p.Code)
	k.required(path+".name", p.Name)
	k.label(path+".name", p.Name)
}

func (k *checker) required(path, value string) bool {
	if strings.TrimSpace(value) == "" {
		k.fail(path, "is missing; expected a text")
		return false
	}
	return true
}

// id checks an id of the reseller's own making.
func (k *checker) id(path, value string) {
	if k.required(path, value) && (!idForm.MatchString(value) || len(value) > maxID) {
		k.fail(path, "%q is not an id; use at most %d letters, digits, dots, underscores and hyphens, without a dot in front", value, maxID)
	}
}

// providerID checks an id that a provider made; it may have slashes and colons.
func (k *checker) providerID(path, value string) {
	if k.required(path, value) && (len(value) > maxText || strings.ContainsFunc(value, unicode.IsControl)) {
		k.fail(path, "%.60q… is not an id; it must have at most %d bytes and no control characters", value, maxText)
	}
}

// unbroken checks a provider's text without blanks: identities that are made
// of several texts never look the same then.
func (k *checker) unbroken(path, value, thing string) {
	k.providerID(path, value)
	if strings.TrimSpace(value) != "" && strings.ContainsFunc(value, unicode.IsSpace) {
		k.fail(path, "%q holds a blank; write %s as the provider's lines have it", value, thing)
	}
}

// word checks a field that takes one of a few words.
func (k *checker) word(path, value string, words []string) {
	switch {
	case value == "":
		k.fail(path, "is missing; use %s", oneOf(words))
	case !slices.Contains(words, value):
		k.fail(path, "%q is not known;%s use %s", value, didYouMean(value, words), oneOf(words))
	}
}

func (k *checker) optionalWord(path, value string, words []string) {
	if value != "" {
		k.word(path, value, words)
	}
}

// size refuses numbers that no bill has and that would not fit further on.
func (k *checker) size(path string, d money.Decimal) {
	digits, _, _ := strings.Cut(strings.TrimPrefix(d.String(), "-"), ".")
	if len(digits) > maxIntegers {
		k.fail(path, "has more than %d digits before the point", maxIntegers)
	}
}

// positive refuses numbers that are not above 0.
func (k *checker) positive(path string, d money.Decimal) {
	if d.Sign() <= 0 {
		k.fail(path, "is %s; it must be above 0", d)
	}
	k.size(path, d)
}

// notNegative refuses numbers below 0; nil passes.
func (k *checker) notNegative(path string, d *money.Decimal) {
	if d == nil {
		return
	}
	if d.Sign() < 0 {
		k.fail(path, "is %s; it must not be below 0", *d)
	}
	k.size(path, *d)
}

// label refuses a printed text that no line of a document has room for. An
// empty one passes.
func (k *checker) label(path, value string) {
	if n := utf8.RuneCountInString(value); n > maxText {
		k.fail(path, "has %d characters; a printed line has room for %d", n, maxText)
	}
}

// until refuses a to that is not after its from; thing is what ends there.
func (k *checker) until(path string, from, to *billing.Day, thing string) {
	if from != nil && to != nil && *from >= *to {
		k.fail(path+".to", "%s is not after from, %s; to is the first %s any more", *to, *from, thing)
	}
}

// decimals refuses more fractional digits than the field has room for.
func (k *checker) decimals(path string, d money.Decimal, most int32) {
	if d.Scale() > most {
		k.fail(path, "%s has more than %d decimals", d, most)
	}
}

// oneOf writes "a, b or c".
func oneOf(words []string) string {
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
