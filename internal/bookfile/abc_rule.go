package bookfile

import "github.com/sluice-billing/sluice/internal/money"

type abcRule struct {
	key, name, where string
	scope            abcScope
	percent          *money.Decimal // nil of a rule on the free tier
	free             bool           // the free tier holds
}

// rule takes a pricing rule: what it is for, and what it does.
func (f *abcFile) rule(o *object) {
	r := abcRule{where: o.where()}
	r.key, r.name = f.keyAndName(o)
	if !f.scope(o, &r) || !f.price(o, &r) {
		return
	}
	f.unused(o, "a rule of this scope and type does not use it", "Service", "UsageType", "Operation", "BillingEntity", "ModifierPercentage", "Tiering")
	f.rest(o)
	before, twice := f.rules[r.key]
	switch {
	case !twice:
		f.rules[r.key] = r
		f.order = append(f.order, r.key)
	case !before.same(r):
		f.in.fail(r.where, "is pricing rule %s, which is at %s too, and not the same; keep one", r.key, before.where)
	}
}

// abcScopes are the scopes of rules with the fields that each has to have.
var abcScopes = map[string][]string{"GLOBAL": {}, "SERVICE": {"Service"}, "SKU": {"Service", "UsageType"}, "BILLING_ENTITY": {"BillingEntity"}}

// scope reads what a rule is for, and tells whether it could.
func (f *abcFile) scope(o *object, r *abcRule) bool {
	scope := o.text("Scope")
	needed, known := abcScopes[scope]
	if !known {
		f.in.fail(o.at("Scope"), "is %q; expected GLOBAL, SERVICE, BILLING_ENTITY or SKU", clip(scope))
		return false
	}
	for _, name := range needed {
		if o.text(name) == "" {
			f.in.fail(o.at(name), "is missing; a rule of scope %s has one", scope)
			return false
		}
	}
	switch scope {
	case "SERVICE":
		r.scope.service = o.text("Service")
	case "SKU":
		r.scope.service, r.scope.usageType, r.scope.operation = o.text("Service"), o.text("UsageType"), o.text("Operation")
	case "BILLING_ENTITY":
		r.scope.entity = o.text("BillingEntity")
	}
	return true
}

// price reads what a rule does, a percentage or a free tier, and tells whether
// it could.
func (f *abcFile) price(o *object, r *abcRule) bool {
	switch kind := o.text("Type"); kind {
	case "MARKUP", "DISCOUNT":
		percent, given := o.amount("ModifierPercentage")
		if !given || percent.Sign() < 0 || kind == "DISCOUNT" && percent.Cmp(money.FromInt(100)) > 0 {
			f.in.fail(o.at("ModifierPercentage"), "is %s; expected a percentage of 0 or more, of a DISCOUNT at most 100", percent)
			return false
		}
		percent = *f.in.rounded(o.at("ModifierPercentage"), "percentage", percent, 2) // AWS keeps two
		if kind == "DISCOUNT" {
			percent = percent.Neg()
		}
		r.percent = &percent
	case "TIERING":
		var given bool
		if r.free, given = f.freeTier(o); !given {
			f.in.fail(o.at("Tiering"), "has no FreeTier.Activated; expected true or false")
			return false
		}
	default:
		f.in.fail(o.at("Type"), "is %q; expected MARKUP, DISCOUNT or TIERING", clip(kind))
		return false
	}
	return true
}

// freeTier reads whether the free tier of the provider holds.
func (f *abcFile) freeTier(o *object) (holds, given bool) {
	tiering := o.object("Tiering")
	if tiering == nil {
		return false, false
	}
	if free := tiering.object("FreeTier"); free != nil {
		holds, given = free.flag("Activated")
		f.rest(free)
	}
	f.rest(tiering)
	return holds, given
}

func (r abcRule) same(s abcRule) bool {
	if r.name != s.name || r.scope != s.scope || r.free != s.free || (r.percent == nil) != (s.percent == nil) {
		return false
	}
	return r.percent == nil || r.percent.Equal(*s.percent)
}
