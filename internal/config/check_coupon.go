package config

import (
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

func (k *checker) coupon(path string, c billing.Coupon) {
	k.id(path+".code", c.Code)
	k.label(path+".label", c.Label)
	switch {
	case c.Percent == nil && c.Amount == nil:
		k.fail(path, "takes nothing off; give it a percent or an amount")
	case c.Percent != nil && c.Amount != nil:
		k.fail(path+".amount", "is given beside a percent; keep one of the two")
	case c.Percent != nil && c.Percent.IsZero():
		k.fail(path+".percent", "is 0; a coupon takes something off")
	case c.Percent != nil:
		k.share(path+".percent", *c.Percent)
	default:
		k.positive(path+".amount", *c.Amount)
	}
	switch {
	case c.Amount == nil && c.Currency != "":
		k.fail(path+".currency", "is given, but there is no amount; remove it: a percent is for every currency")
	case c.Amount != nil && c.Currency == "":
		k.fail(path+".currency", "is missing; say what the amount is in")
	case c.Amount != nil:
		k.currency(path+".currency", string(c.Currency))
	}
	each(path+".groups", c.Groups, func(path, group string) { k.required(path, group) })
	k.until(path, c.From, c.To, "month in which the coupon does not hold")
}

// couponCodes refuses a code that is there twice: it would be taken off twice.
func (k *checker) couponCodes(path string, codes []string) {
	seen := map[string]bool{}
	each(path, codes, func(path, code string) {
		if k.required(path, code) && seen[code] {
			k.fail(path, "%q is there twice; keep one of the two", code)
		}
		seen[code] = true
	})
}

// mayUse tells whether the coupon is for the group.
func mayUse(c billing.Coupon, group string) bool {
	return len(c.Groups) == 0 || slices.Contains(c.Groups, group)
}

// forWhom names the groups that may use the coupon.
func forWhom(c billing.Coupon) string {
	const few = 4
	if len(c.Groups) > few {
		return strings.Join(c.Groups[:few], ", ") + " and others"
	}
	return strings.Join(c.Groups, ", ")
}
