package invoice

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// Wrong is what is wrong with a setting.
type Wrong struct {
	Field   string   // such as support[0].scope
	With    []string // other settings, where it is wrong together with them
	Message string   // what, and what to do
}

// CheckSettings tells what is wrong with the invoice settings of a group or a
// template, and with what both make together (Master): what is charged and the
// taxes, of whatever month. Of services those are looked at that are given.
func CheckSettings(settings billing.InvoiceSettings, services ...billing.BillingService) []Wrong {
	set := Settings{Services: services}
	set.Group.Invoice = settings
	wrong := checkCharges(set)
	if err := checkTaxesOfAllDays(settings.Tax); err != nil {
		wrong = append(wrong, Wrong{Field: "tax", Message: err.Error()})
	}
	return wrong
}

func checkCharges(set Settings) (wrong []Wrong) {
	for _, c := range charges {
		if c.check != nil {
			wrong = append(wrong, c.check(set)...)
		}
	}
	return wrong
}

// Taxed is a setting that names a category of tax.
type Taxed struct{ Field, Category string }

// TaxedSettings are those that put something on the invoice as a category of tax of
// its own. services are those that are declared.
func TaxedSettings(settings billing.InvoiceSettings, services []billing.BillingService) (all []Taxed) {
	set := Settings{Services: services}
	set.Group.Invoice = settings
	for _, c := range charges {
		if c.taxed != nil {
			all = append(all, c.taxed(set)...)
		}
	}
	return slices.DeleteFunc(all, func(t Taxed) bool { return t.Category == "" })
}

// methodNeeds tells of each kind of method whether what it needs is there.
func methodNeeds(percent, fixed *money.Decimal, tiers []billing.ChargeTier) map[string]bool {
	return map[string]bool{
		"percent": percent != nil, "fixed": fixed != nil, "greater": percent != nil && fixed != nil,
		"tiered-price": len(tiers) > 0, "tiered-percent": len(tiers) > 0,
	}
}

// incomplete refuses a kind that is not known, or lacks what it needs.
func incomplete(field, kind string, needs map[string]bool) []Wrong {
	there, known := needs[kind]
	switch {
	case !known:
		return []Wrong{{Field: field, Message: fmt.Sprintf("%q is not a kind; use one of %q", kind, slices.Sorted(maps.Keys(needs)))}}
	case !there:
		return []Wrong{{Field: field, Message: fmt.Sprintf("kind %s lacks what it is made of: percent, fixed, amount, plan, bands or tiers", kind)}}
	}
	return nil
}

// notAnAmount refuses what is not above 0, and what no bill has.
func notAnAmount(field string, d money.Decimal) []Wrong {
	const most = 12 // digits before the point
	whole, _, _ := strings.Cut(d.String(), ".")
	switch {
	case d.Sign() <= 0:
		return []Wrong{{Field: field, Message: fmt.Sprintf("is %s; it must be above 0", d)}}
	case len(whole) > most:
		return []Wrong{{Field: field, Message: fmt.Sprintf("has more than %d digits before the point", most)}}
	}
	return nil
}

// tooLong refuses a printed text that no line of a document has room for.
func tooLong(field, text string) []Wrong {
	const room = 200 // characters
	if n := utf8.RuneCountInString(text); n > room {
		return []Wrong{{Field: field, Message: fmt.Sprintf("has %d characters; a printed line has room for %d", n, room)}}
	}
	return nil
}

// notMonths refuses a first month that is missing, and an end that is not after it.
// to is the first month after the last one.
func notMonths(field string, from billing.Period, to *billing.Period) []Wrong {
	switch {
	case from.IsZero():
		return []Wrong{{Field: field + ".from", Message: "is missing; expected a month such as 2026-10"}}
	case to != nil && !from.Before(*to):
		return []Wrong{{Field: field + ".to", Message: fmt.Sprintf("%s is not after from, %s; to is the first month after the last one", *to, from)}}
	}
	return nil
}

// noCategory refuses what is no category of tax; none is that of usage.
func noCategory(field, category string) []Wrong {
	if category == "" {
		return nil
	}
	return notOneOf(field, category, taxCategories...)
}

func notOneOf(field, word string, known ...string) []Wrong {
	if slices.Contains(known, word) {
		return nil
	}
	last := len(known) - 1
	return []Wrong{{Field: field, Message: fmt.Sprintf("%q is not known; use %s or %s", word, strings.Join(known[:last], ", "), known[last])}}
}
