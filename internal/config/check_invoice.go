package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// invoice checks the settings of a group or a template, each by itself. What
// a setting names elsewhere is looked at when all resources are together.
func (k *checker) invoice(path string, s billing.InvoiceSettings) {
	k.optionalSeries(path+".series", s.Series)
	k.optionalSeries(path+".note_series", s.NoteSeries)
	k.terms(path+".terms", s.Terms)
	k.rounding(path+".rounding", s.Rounding)
	k.optionalWord(path+".exchange", s.Exchange, exchangeLevels)
	k.optionalWord(path+".tax_by", s.TaxBy, taxMakers)
	k.discount(path+".discount", s.Discount)
	k.serviceDiscounts(path+".service_discounts", s.ServiceDiscounts)
	k.supports(path+".support", s.Support)
	each(path+".agency", s.Agency, k.agencyFee)
	each(path+".billing_services", s.BillingServices, k.serviceUse)
	k.minimum(path+".minimum", s.Minimum)
	k.spendCommitment(path+".spend_commitment", s.SpendCommitment)
	each(path+".additional_items", s.AdditionalItems, k.item)
	k.couponCodes(path+".coupons", s.Coupons)
	each(path+".tax", s.Tax, k.tax)
	k.expect(path+".expect", s.Expect)
	k.label(path+".subject", s.Subject)
	k.referred(path+".references", s.References)
	for _, w := range invoice.CheckSettings(s) {
		if !k.said(path + "." + w.Field) {
			k.fail(path+"."+w.Field, "%s", w.Message)
		}
	}
}

// said tells whether there is a problem already with a setting, or a part of it.
func (k *checker) said(path string) bool {
	return slices.ContainsFunc(k.problems, func(p Problem) bool {
		rest, within := strings.CutPrefix(p.Path, path)
		return within && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

// maxDigits of an amount on an invoice; ISO 4217 goes to 4.
const maxDigits = 8

func (k *checker) rounding(path string, r billing.RoundingSettings) {
	k.optionalWord(path+".mode", string(r.Mode), roundingModes)
	k.optionalWord(path+".point", r.Point, roundingPoints)
	if d := r.Digits; d != nil && (*d < 0 || *d > maxDigits) {
		k.fail(path+".digits", "is %d; amounts have 0 to %d fractional digits", *d, maxDigits)
	}
}

var dueForm = regexp.MustCompile(`^(end-of-month|end-of-next-month|end-of-month-after-next|net-(0|[1-9][0-9]{0,2})` +
	`|day-([1-9]|[12][0-9]|3[01])-of-(this-month|next-month|month-after-next))$`)

func (k *checker) terms(path string, t billing.Terms) {
	if t.Due != "" && !dueForm.MatchString(t.Due) {
		k.fail(path+".due", "%q is not known; use end-of-month, end-of-next-month, end-of-month-after-next, net- and a number of days such as net-30, "+
			"or a day such as day-25-of-next-month (1 to 31; of this-month, next-month or month-after-next)", t.Due)
	}
	k.optionalWord(path+".weekend", t.Weekend, weekendMoves)
	seen := map[billing.Day]bool{}
	each(path+".holidays", t.Holidays, func(path string, day billing.Day) {
		if seen[day] {
			k.fail(path, "%s is there twice; keep one of the two", day)
		}
		seen[day] = true
	})
}

var (
	placeholder  = regexp.MustCompile(`\{[^{}]*\}`)
	sequenceForm = regexp.MustCompile(`^\{seq:([1-9]|1[0-2])\}$`)
	placeholders = []string{"{yyyy}", "{yy}", "{mm}", "{group}", "{customer}", "{provider}"}
)

// optionalSeries checks the pattern that numbers are made from.
func (k *checker) optionalSeries(path, series string) {
	if series == "" {
		return
	}
	sequences := 0
	for _, p := range placeholder.FindAllString(series, -1) {
		switch {
		case sequenceForm.MatchString(p):
			sequences++
		case !slices.Contains(placeholders, p):
			k.fail(path, "%s is not known; use {seq:6} (1 to 12 digits), %s", p, oneOf(placeholders))
			return
		}
	}
	switch {
	case strings.ContainsAny(placeholder.ReplaceAllString(series, ""), "{}"):
		k.fail(path, "%q has a brace without its partner", series)
	case sequences != 1:
		k.fail(path, "%q must hold {seq:N} once, N digits of the number, such as INV-{yyyy}-{seq:6}", series)
	}
	k.label(path, series)
}

func (k *checker) discount(path string, d *billing.Discount) {
	if d != nil {
		k.share(path+".percent", d.Percent)
		k.optionalWord(path+".base", d.Base, discountBases)
	}
}

// maxPairs bounds what one service discount says: services times accounts.
const maxPairs = 10_000

// serviceDiscounts refuses two discounts that are equally near: one of them
// wins, alone (R24), and nobody could say which.
func (k *checker) serviceDiscounts(path string, all []billing.ServiceDiscount) {
	type pair struct{ service, account string }
	first := map[pair]string{}
	each(path, all, func(path string, d billing.ServiceDiscount) {
		k.premiumOrDiscount(path+".percent", d.Percent)
		each(path+".services", d.Services, func(path, service string) { k.required(path, service) })
		each(path+".accounts", d.Accounts, k.providerID)
		services, accounts := orAll(d.Services), orAll(d.Accounts)
		switch {
		case len(d.Services)+len(d.Accounts) == 0:
			k.fail(path, "names no services and no accounts; name some, or use discount for the whole group")
			return
		case len(services)*len(accounts) > maxPairs:
			k.fail(path, "names %d services of %d accounts, more than %d pairs; leave one of the two out, or split it", len(services), len(accounts), maxPairs)
			return
		}
		for _, service := range services {
			for _, account := range accounts {
				at, known := first[pair{service, account}]
				if known {
					k.fail(path, "gives %s a discount that %s gives already; only one holds, so remove one of the two", discounted(service, account), lastStep(at))
					return
				}
				first[pair{service, account}] = path
			}
		}
	})
}

// orAll is the list, or the one empty name that stands for all.
func orAll(names []string) []string {
	if len(names) == 0 {
		return []string{""}
	}
	return names
}

func discounted(service, account string) string {
	switch {
	case account == "":
		return fmt.Sprintf("service %q", service)
	case service == "":
		return fmt.Sprintf("account %q", account)
	}
	return fmt.Sprintf("service %q of account %q", service, account)
}

// lastStep is the end of a path: service_discounts[0].
func lastStep(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// share checks a percent of a whole.
func (k *checker) share(path string, percent money.Decimal) {
	if percent.Sign() < 0 || percent.Cmp(money.FromInt(100)) > 0 {
		k.fail(path, "is %s; it must be from 0 to 100", percent)
	}
	k.decimals(path, percent, percentDecimals)
}

// premiumOrDiscount checks a percent that may be a premium, which is negative.
func (k *checker) premiumOrDiscount(path string, percent money.Decimal) {
	if percent.Cmp(money.FromInt(-100)) < 0 || percent.Cmp(money.FromInt(100)) > 0 {
		k.fail(path, "is %s; it must be from -100, a premium, to 100", percent)
	}
	k.decimals(path, percent, percentDecimals)
}

// tax follows R25: a category that is not taxed has percent 0, and three of
// them say why.
func (k *checker) tax(path string, t billing.Tax) {
	k.word(path+".category", t.Category, taxCategories)
	k.share(path+".percent", t.Percent)
	taxed := t.Category == "standard" || t.Category == "reduced"
	if !taxed && slices.Contains(taxCategories, t.Category) && !t.Percent.IsZero() {
		k.fail(path+".percent", "is %s; category %s is charged 0", t.Percent, t.Category)
	}
	if !taxed && t.Category != "zero" && slices.Contains(taxCategories, t.Category) && strings.TrimSpace(t.Reason) == "" {
		k.fail(path+".reason", "is missing; category %s must carry its reason code", t.Category)
	}
	k.label(path+".label", t.Label)
	k.until(path, t.From, t.To, "day on which the tax does not hold")
}

func (k *checker) item(path string, i billing.AdditionalItem) {
	k.required(path+".label", i.Label)
	k.label(path+".label", i.Label)
	k.size(path+".unit_price", i.UnitPrice)
	k.size(path+".quantity", i.Quantity)
	if i.Quantity.IsZero() {
		k.fail(path+".quantity", "is 0; say how many")
	}
	k.optionalWord(path+".tax", i.Tax, taxCategories)
	if i.TaxFree && i.Tax != "" {
		k.fail(path+".tax", "is given, but the item is free of tax; remove one of the two")
	}
	k.until(path, i.From, i.To, "month in which the item is not charged")
}

func (k *checker) expect(path string, e *billing.Expect) {
	if e != nil {
		k.notNegative(path+".change_percent", e.Change)
		k.notNegative(path+".at_least", e.AtLeast)
	}
}
