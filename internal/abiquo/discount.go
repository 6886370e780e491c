package abiquo

import (
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

var one = money.FromInt(1)

// partDigits is what 1/(1−discount) is worked out to before a rule's percent is rounded
// half up to billing.PercentDecimals.
const partDigits = 18

// discounts undoes what a provider takes off for the partner, in the rules of a book:
// total = what the provider charges / (1 − discount) (A8). own says that the book is
// wanted at all.
//
// Azure's prices at list are in its lines, so that rules start from them instead of
// dividing. Those of AWS come before the partner's discount, which has lines of its own;
// only where Options.NetPrices says otherwise a percent makes up for it.
func (b *builder) discounts(e *enterprise, book *billing.PriceBook, own bool) error {
	amazon, err := b.discount(e, "amazon_discount", e == b.root)
	if err != nil {
		return err
	}
	cloud, err := b.discount(e, "azurecompute-arm_discount", true)
	if err != nil || !own {
		return err
	}
	if b.options.NetPrices {
		if d, _, ok := b.root.nearest("amazon_discount"); ok {
			if amazon, err = money.Parse(d.value); err != nil {
				return b.fail(d.where, "%s is %q; expected a fraction such as 0.03", d.key, clip(d.value))
			}
		}
		undo(book, aws, amazon)
	}
	if !cloud.IsZero() {
		fromList(book, azure)
	}
	return nil
}

// discount is a partner's discount at an enterprise, and says what becomes of it where
// the enterprise has it itself. held is false of one that Abiquo does not look at there.
func (b *builder) discount(e *enterprise, key string, held bool) (money.Decimal, error) {
	p, of, ok := e.nearest(key)
	if !ok || !held {
		return money.Zero, nil
	}
	d, err := money.Parse(p.value)
	if err != nil || d.Sign() < 0 || d.Cmp(one) >= 0 {
		return money.Zero, b.fail(p.where, "%s is %q; expected a fraction from 0 up to 1, such as 0.03", p.key, clip(p.value))
	}
	if of != e {
		return d, nil
	}
	setting := "price_books[" + e.groupID() + "-prices]"
	switch {
	case d.IsZero():
		b.taken(e, p, "", "", "nothing is taken off")
	case key != "amazon_discount":
		b.taken(e, p, setting, "base: list", "rules on Azure start from the list price that lines have, so that what Microsoft takes off stays with the reseller")
	case b.options.NetPrices:
		b.taken(e, p, setting, "percent: "+markup(money.Zero, d).String(), fmt.Sprintf("1/(1−%s), with %d decimals of a percent, and factors on top of it", d, billing.PercentDecimals))
	default:
		b.taken(e, p, "", "", "what AWS takes off for the partner has lines of its own (SppDiscount), which are the reseller's; prices are before it already. Read the file with --net-prices where lines cost less by it")
	}
	return d, nil
}

// markup is the percent that a price changed by percent becomes before the discount:
// (1 + percent/100) / (1 − discount) − 1, in percent.
func markup(percent, discount money.Decimal) money.Decimal {
	hundred := money.FromInt(100)
	return hundred.Add(percent).Quo(one.Sub(discount), partDigits).Sub(hundred).Round(billing.PercentDecimals, money.HalfUp)
}

// undo raises what rules make of a provider's lines by a discount.
func undo(book *billing.PriceBook, provider string, discount money.Decimal) {
	if discount.IsZero() {
		return
	}
	for i := range book.Rules {
		r := &book.Rules[i]
		if !isOf(*r, provider) || r.Exclude {
			continue
		}
		percent := money.Zero
		if r.Percent != nil {
			percent = *r.Percent
		}
		if percent = markup(percent, discount); percent.IsZero() {
			r.Percent, r.Keep = nil, true
		} else {
			r.Percent, r.Keep = &percent, false
		}
	}
	if !hasWide(book, provider) {
		percent := markup(money.Zero, discount)
		book.Rules = append(book.Rules, billing.PriceRule{Name: provider + ", before the partner's discount", Match: all(provider), Percent: &percent})
	}
}

// fromList starts rules on a provider from the list price.
func fromList(book *billing.PriceBook, provider string) {
	for i := range book.Rules {
		if r := &book.Rules[i]; isOf(*r, provider) && !r.Exclude {
			r.Base = billing.List
		}
	}
	if !hasWide(book, provider) {
		book.Rules = append(book.Rules, billing.PriceRule{Name: provider + ", before the partner's discount", Match: all(provider), Base: billing.List, Keep: true})
	}
}

// all is what a provider bills, entries and tax left aside.
func all(provider string) billing.Match {
	return billing.Match{Provider: billing.Pattern{Equal: []string{provider}}, Class: billing.Pattern{Equal: []string{"usage", "commitment-fee", "marketplace"}}}
}

func isOf(r billing.PriceRule, provider string) bool {
	return slices.Contains(r.Match.Provider.Equal, provider)
}

// hasWide tells whether a rule is for all of a provider.
func hasWide(book *billing.PriceBook, provider string) bool {
	return slices.ContainsFunc(book.Rules, func(r billing.PriceRule) bool {
		return isOf(r, provider) && r.Match.BillType.IsZero() && r.Match.Service.IsZero() && len(r.Match.Class.Equal) == len(all(provider).Class.Equal)
	})
}
