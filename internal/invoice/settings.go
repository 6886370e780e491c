package invoice

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
	"github.com/sluice-billing/sluice/internal/tax"
)

// Settings are the things that a document is made with, and freezes: later
// changes do not reach it.
type Settings struct {
	Reseller  billing.Reseller
	Customer  billing.Customer         // the one the group names
	Group     billing.BillingGroup     // the one of the statement; Invoice is its settings of the month (Master)
	Provider  string                   // where the document is for one only: the statement is of that provider
	Providers []billing.OwnProvider    // at least those declared that the statement has
	Layout    *billing.Layout          // how the PDF looks; nil is the one that comes with Sluice
	Rates     []billing.ExchangeRate   // at least all of the statement's month
	Services  []billing.BillingService // at least those that the group uses
	Coupons   []billing.Coupon         // at least those that the group names
	Items     []billing.AdditionalItem // of this month alone, after the standing ones
	Balance   money.Decimal            // what the group has prepaid and not used, in the invoice's currency
	Spent     money.Decimal            // what months before, of the same interval, count to the commitment to spend
}

// SettingsError says that settings cannot be applied, whatever the month comes to.
type SettingsError struct{ Err error }

// Error is the reason alone.
func (e *SettingsError) Error() string { return e.Err.Error() }

// Unwrap is the reason.
func (e *SettingsError) Unwrap() error { return e.Err }

// Master is what a group's documents are made with where a month says nothing
// else: the template's settings, and the group's own where the template is
// silent. A setting is one name of InvoiceSettings, taken whole.
func Master(own, template billing.InvoiceSettings) billing.InvoiceSettings {
	merged, err := Layer(own, fieldsOf(template))
	if err != nil {
		panic(err) // both are settings
	}
	return merged
}

// Layer returns the settings with those of a JSON object in the place of its
// own; null takes a setting away. It is an error when a name or a value is not
// one of settings.
func Layer(settings billing.InvoiceSettings, over map[string]json.RawMessage) (billing.InvoiceSettings, error) {
	all := fieldsOf(settings)
	for name := range over {
		if !slices.Contains(settingNames, name) { // JSON in Go takes Tax for tax, too: beside it, one of the two would be lost
			return settings, fmt.Errorf("%q is not one of the invoice settings; use one of %q", name, settingNames)
		}
	}
	maps.Copy(all, over)
	maps.DeleteFunc(all, func(_ string, v json.RawMessage) bool { return string(v) == "null" })
	text, err := json.Marshal(all)
	if err != nil {
		return settings, err
	}
	return ParseSettings(text)
}

// settingNames are the names that settings have in JSON.
var settingNames = func() (names []string) {
	for _, field := range reflect.VisibleFields(reflect.TypeFor[billing.InvoiceSettings]()) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}()

// fieldsOf are settings by their names.
func fieldsOf(settings billing.InvoiceSettings) map[string]json.RawMessage {
	text, err := json.Marshal(settings)
	all := map[string]json.RawMessage{}
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		panic(err) // settings can always be written
	}
	return all
}

// maxDigits is how many fractional digits amounts of a document can have at most.
const maxDigits = 8

// Where amounts are rounded (R20).
const (
	perService = "service"
	perAccount = "account"
	perInvoice = "invoice"
)

// What a discount is a percentage of (R24); agency fees use the first two.
const (
	onUsage           = "usage"
	onUsageAndSupport = "usage+support"
	onSubtotal        = "subtotal"
)

// The base of fees and services: whether it takes discounts into account.
const (
	beforeDiscount = "before-discount"
	afterDiscount  = "after-discount"
)

// perGroup is the scope of one fee for the group; perAccount is the other.
const perGroup = "group"

// byRegime takes the taxes from the seller's and the buyer's country.
const byRegime = "regime"

// Levels of exchange rates (R19).
const (
	commonRate = "common"
	payerRate  = "payer"
	groupRate  = "group"
)

// complete fills in what the group leaves open: half-up on each service, digits
// of the currency, rates of the payer, due at the end of next month, in English,
// the reseller's discount; and leaves of taxes, services and coupons what the
// month needs.
func (set Settings) complete(month billing.Period) (Settings, error) {
	group := &set.Group
	fill(&group.Language, "en")
	fill(&group.Name, set.Customer.Name)
	fill(&group.Invoice.Terms.Due, endOfNextMonth)
	fill(&group.Invoice.Rounding.Mode, money.HalfUp)
	fill(&group.Invoice.Rounding.Point, perService)
	fill(&group.Invoice.Exchange, payerRate)
	if group.Invoice.Rounding.Digits == nil {
		digits := money.Currency(group.Currency).Digits()
		group.Invoice.Rounding.Digits = &digits
	}
	if group.Invoice.Discount == nil {
		group.Invoice.Discount = set.Reseller.Discount
	}
	if d := group.Invoice.Discount; d != nil {
		discount := *d
		fill(&discount.Base, onUsage)
		group.Invoice.Discount = &discount
	}
	if group.Invoice.TaxBy == byRegime {
		taxes, err := tax.Assess(set.seller(), set.buyer(), month.LastDay())
		if err != nil {
			return set, fmt.Errorf("R25: the taxes of %s: %w", group.ID, err)
		}
		group.Invoice.Tax, group.Invoice.TaxBy = taxes, ""
	}
	group.Invoice.Tax = taxesOn(group.Invoice.Tax, month.LastDay())
	set.Services = slices.DeleteFunc(slices.Clone(set.Services), func(s billing.BillingService) bool {
		return !slices.ContainsFunc(group.Invoice.BillingServices, func(u billing.ServiceUse) bool { return u.Service == s.ID })
	})
	set.Coupons = slices.DeleteFunc(slices.Clone(set.Coupons), func(c billing.Coupon) bool {
		return !slices.Contains(group.Invoice.Coupons, c.Code)
	})
	for i, c := range set.Coupons {
		if slices.Contains(c.Groups, group.ID) { // the customer is not told who else may use it
			set.Coupons[i].Groups = []string{group.ID}
		}
	}
	return set, nil
}

// seller and buyer as far as tax goes.
func (set Settings) seller() tax.Party {
	return taxParty(set.Reseller.Address, set.Reseller.TaxRegistration)
}

func (set Settings) buyer() tax.Party {
	return taxParty(set.Customer.Address, set.Customer.TaxRegistration)
}

func taxParty(address *billing.Address, registration string) tax.Party {
	party := tax.Party{Registration: registration}
	if address != nil {
		party.Country, party.Region = address.Country, address.Region
	}
	return party
}

func fill[T ~string](setting *T, value T) {
	if *setting == "" {
		*setting = value
	}
}

// check refuses settings that belong to another statement, and words that
// would otherwise be taken for something else.
func (set Settings) check(s statement.Statement) error {
	group, invoice := set.Group, set.Group.Invoice
	switch {
	case group.ID != s.Group:
		return fmt.Errorf("the settings are those of billing group %q; use those of %q", group.ID, s.Group)
	case set.Customer.ID != group.Customer:
		return fmt.Errorf("the customer given is %q; the billing group belongs to %q", set.Customer.ID, group.Customer)
	}
	if err := money.Currency(group.Currency).Check(); err != nil {
		return err
	}
	if err := invoice.Rounding.Mode.Check(); err != nil {
		return err
	}
	if err := oneOf("rounding point", invoice.Rounding.Point, perService, perAccount, perInvoice); err != nil {
		return err
	}
	if d := *invoice.Rounding.Digits; d < 0 || d > maxDigits {
		return fmt.Errorf("amounts cannot have %d fractional digits; write 0 to %d under rounding", d, maxDigits)
	}
	if err := oneOf("exchange level", invoice.Exchange, payerRate, groupRate); err != nil {
		return err
	}
	if _, err := dueDate(invoice.Terms, s.Period.LastDay()); err != nil {
		return err
	}
	if wrong := checkCharges(set); len(wrong) > 0 {
		return errors.New(wrong[0].Field + ": " + wrong[0].Message)
	}
	return checkTaxes(invoice.Tax)
}

func oneOf(what, word string, known ...string) error {
	if !slices.Contains(known, word) {
		return fmt.Errorf("%q is not a %s; use one of %q", word, what, known)
	}
	return nil
}

// ParseSettings reads settings from JSON; a name that is not one of settings is
// an error.
func ParseSettings(text []byte) (settings billing.InvoiceSettings, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&settings); err != nil {
		return settings, fmt.Errorf("these are no invoice settings: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return settings, errors.New("these are no invoice settings: something follows them")
	}
	if c := settings.SpendCommitment; c != nil && c.From.IsZero() {
		return settings, errors.New("spend_commitment: the month is missing from which it holds; write it as from: 2026-10")
	}
	return settings, nil
}

// DifferentSettings names the settings that two have otherwise, in the order of
// their names.
func DifferentSettings(a, b billing.InvoiceSettings) (names []string) {
	x, y := fieldsOf(a), fieldsOf(b)
	for name, value := range x {
		if !bytes.Equal(value, y[name]) {
			names = append(names, name)
		}
	}
	for name := range y {
		if _, both := x[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
