package config

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

func (k *checker) group(path string, g billing.BillingGroup) {
	k.id(path+".id", g.ID)
	k.notReserved(path+".id", g.ID)
	k.required(path+".customer", g.Customer)
	k.currency(path+".currency", g.Currency)
	if g.Language != "" && !languageForm.MatchString(g.Language) {
		k.fail(path+".language", "%q is not a language; use a BCP 47 tag such as en, ja or zh-CN", g.Language)
	}
	k.optionalWord(path+".cost_basis", string(g.CostBasis), bases)
	each(path+".claims", g.Claims, k.claim)
	k.attachments(path+".price_book", g.PriceBook)
	k.invoice(path+".invoice", g.Invoice)
}

// notReserved keeps the names of owners that are no billing group (R1).
func (k *checker) notReserved(path, id string) {
	if slices.Contains(reservedGroups, id) {
		k.fail(path, "%q is kept for lines that no billing group owns; choose another id", id)
	}
}

func (k *checker) invoice(path string, s billing.InvoiceSettings) {
	if s.Series != "" {
		k.series(path+".series", s.Series)
	}
	if s.Terms.Due != "" && !dueForm.MatchString(s.Terms.Due) {
		k.fail(path+".terms.due", "%q is not known; use end-of-next-month, end-of-month or net- and a number of days such as net-30", s.Terms.Due)
	}
	k.optionalWord(path+".rounding.mode", string(s.Rounding.Mode), roundingModes)
	k.optionalWord(path+".rounding.point", s.Rounding.Point, roundingPoints)
	if d := s.Rounding.Digits; d != nil && (*d < 0 || *d > maxDigits) {
		k.fail(path+".rounding.digits", "is %d; amounts have 0 to %d fractional digits", *d, maxDigits)
	}
	k.optionalWord(path+".exchange", s.Exchange, exchangeLevels)
	if d := s.Discount; d != nil {
		k.share(path+".discount.percent", d.Percent)
		k.optionalWord(path+".discount.base", d.Base, discountBases)
	}
	each(path+".tax", s.Tax, k.tax)
	each(path+".additional_items", s.AdditionalItems, k.item)
}

// maxDigits of an amount on an invoice; ISO 4217 goes to 4.
const maxDigits = 8

var (
	dueForm      = regexp.MustCompile(`^(end-of-next-month|end-of-month|net-(0|[1-9][0-9]{0,2}))$`)
	placeholder  = regexp.MustCompile(`\{[^{}]*\}`)
	sequenceForm = regexp.MustCompile(`^\{seq:([1-9]|1[0-2])\}$`)
)

// series checks the pattern that numbers are made from.
func (k *checker) series(path, series string) {
	sequences := 0
	for _, p := range placeholder.FindAllString(series, -1) {
		switch {
		case sequenceForm.MatchString(p):
			sequences++
		case p != "{yyyy}" && p != "{mm}" && p != "{group}":
			k.fail(path, "%s is not known; use {seq:6} (1 to 12 digits), {yyyy}, {mm} and {group}", p)
			return
		}
	}
	switch {
	case strings.ContainsAny(placeholder.ReplaceAllString(series, ""), "{}"):
		k.fail(path, "%q has a brace without its partner", series)
	case sequences != 1:
		k.fail(path, "%q must hold {seq:N} once, N digits of the number, such as INV-{yyyy}-{seq:6}", series)
	}
}

// share checks a percent of a whole.
func (k *checker) share(path string, percent money.Decimal) {
	if percent.Sign() < 0 || percent.Cmp(money.FromInt(100)) > 0 {
		k.fail(path, "is %s; it must be from 0 to 100", percent)
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
}

func (k *checker) item(path string, i billing.AdditionalItem) {
	k.required(path+".label", i.Label)
	k.size(path+".unit_price", i.UnitPrice)
	k.size(path+".quantity", i.Quantity)
	if i.Quantity.IsZero() {
		k.fail(path+".quantity", "is 0; say how many")
	}
	if i.From != nil && i.To != nil && *i.From >= *i.To {
		k.fail(path+".to", "%s is not after from, %s; to is the first month in which the item is not charged any more", *i.To, *i.From)
	}
}
