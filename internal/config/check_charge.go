package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// noPlan is what an account has that has no support.
const noPlan = "none"

var (
	supportPlans = invoice.Plans()
	accountPlans = append(invoice.Plans(), noPlan)
)

// kindField is a field that some kinds of a charge need, and others refuse.
type kindField struct {
	name   string
	given  bool
	needed []string // kinds that need it
	taken  []string // kinds that take it, too
}

// fieldsOfKind says nothing of a kind that is not known: that is said elsewhere.
func (k *checker) fieldsOfKind(path, kind string, kinds []string, fields ...kindField) {
	if !slices.Contains(kinds, kind) {
		return
	}
	for _, f := range fields {
		switch all := slices.Concat(f.needed, f.taken); {
		case f.given && !slices.Contains(all, kind):
			k.fail(path+"."+f.name, "is given, but kind %s does not take it; remove it, or write kind %s", kind, oneOf(all))
		case !f.given && slices.Contains(f.needed, kind):
			k.fail(path+"."+f.name, "is missing; kind %s needs it", kind)
		}
	}
}

// supports checks each, and that no usage has two at the same time (R21): one
// without a provider is for the usage of all.
func (k *checker) supports(path string, all []billing.Support) {
	each(path, all, k.support)
	named := map[string]bool{"": true}
	for _, s := range all {
		named[s.Provider] = true
	}
	var times spans
	each(path, all, func(path string, s billing.Support) {
		span := days(s.From, s.To)
		span.path = path
		if s.Provider != "" {
			times.add(s.Provider, span)
			return
		}
		for provider := range named {
			times.add(provider, span)
		}
	})
	said := map[string]bool{}
	times.overlaps(func(_ string, present, later span) {
		if !said[later.path] {
			k.fail(later.path, "charges usage that %s charges already (%s; this one %s); give each a provider of its own, or dates that do not meet",
				lastStep(present.path), present.dates, later.dates)
		}
		said[later.path] = true
	})
}

func (k *checker) support(path string, s billing.Support) {
	k.word(path+".kind", s.Kind, supportKinds)
	k.fieldsOfKind(path, s.Kind, supportKinds,
		kindField{name: "plan", given: s.Plan != "", needed: []string{"plan"}},
		kindField{name: "percent", given: s.Percent != nil, needed: []string{"percent"}},
		kindField{name: "amount", given: s.Amount != nil, needed: []string{"fixed"}},
		kindField{name: "bands", given: len(s.Bands) > 0, needed: []string{"bands"}},
		kindField{name: "minimum", given: s.Minimum != nil, taken: []string{"plan", "bands"}},
		kindField{name: "scope", given: s.Scope == "account", taken: []string{"plan", "percent", "bands"}},
		kindField{name: "accounts", given: len(s.Accounts) > 0, taken: []string{"plan", "percent", "bands"}},
	)
	k.optionalWord(path+".plan", s.Plan, accountPlans)
	if s.Percent != nil {
		k.share(path+".percent", *s.Percent)
	}
	k.notNegative(path+".amount", s.Amount)
	k.notNegative(path+".minimum", s.Minimum)
	k.bands(path+".bands", s.Bands)
	k.optionalWord(path+".scope", s.Scope, chargeScopes)
	k.accountSupport(path+".accounts", s)
	k.optionalWord(path+".base", s.Base, supportBases)
	if s.Kind == "plan" {
		k.planOf(path+".plan", s.Provider, s.Plan)
	}
	if a := s.Adjust; a != nil {
		if a.Cmp(money.FromInt(-100)) < 0 {
			k.fail(path+".adjust", "is %s; -100 takes all of the charge away, and less cannot be left", *a)
		}
		k.size(path+".adjust", *a)
		k.decimals(path+".adjust", *a, percentDecimals)
	}
	k.until(path, s.From, s.To, "month in which it is not charged")
}

// accountSupport checks what single accounts have instead of the plan, which is
// none only where some of them have one.
func (k *checker) accountSupport(path string, s billing.Support) {
	if len(s.Accounts) > 0 && s.Scope != "account" {
		k.fail(path, "is given, but the charge is one for the group; write scope: account, or remove it")
	}
	if s.Plan == noPlan && len(s.Accounts) == 0 {
		k.fail(path, "is missing; plan none is for what accounts have that are not named here. Write kind none where nobody has support")
	}
	for _, account := range slices.Sorted(maps.Keys(s.Accounts)) {
		plan := s.Accounts[account]
		k.providerID(path, account)
		k.word(path+"."+account, plan, accountPlans)
		if s.Kind != "plan" && plan != noPlan && slices.Contains(accountPlans, plan) {
			k.fail(path+"."+account, "is %s, but kind %s has no plans; write none, or remove it", plan, s.Kind)
		}
		k.planOf(path+"."+account, s.Provider, plan)
	}
}

// planOf refuses a plan of one provider on the usage of another.
func (k *checker) planOf(path, provider, plan string) {
	of, _, _ := strings.Cut(plan, "-")
	if provider != "" && slices.Contains(supportPlans, plan) && of != provider {
		k.fail(path, "%s is a plan of %s, but the charge is on usage of %s; use one of its plans, or another kind", plan, of, provider)
	}
}

// bands are marginal: each begins where the one before ends, and the last has
// no end.
func (k *checker) bands(path string, all []billing.SupportBand) {
	before := money.Zero
	for i, b := range all {
		path, open := fmt.Sprintf("%s[%d]", path, i), i == len(all)-1
		k.share(path+".percent", b.Percent)
		switch {
		case open && b.UpTo != nil:
			k.fail(path+".up_to", "is given, but usage above it has no percent then; the last band has no up_to")
		case open:
		case b.UpTo == nil:
			k.fail(path+".up_to", "is missing; only the last band has no end")
		case b.UpTo.Cmp(before) <= 0:
			k.fail(path+".up_to", "is %s; it must be above %s, where the band begins", *b.UpTo, before)
		default:
			k.size(path+".up_to", *b.UpTo)
			before = *b.UpTo
		}
	}
}

func (k *checker) agencyFee(path string, f billing.AgencyFee) {
	k.word(path+".kind", f.Kind, agencyKinds)
	k.fieldsOfKind(path, f.Kind, agencyKinds,
		kindField{name: "percent", given: f.Percent != nil, needed: []string{"percent", "greater"}},
		kindField{name: "fixed", given: f.Fixed != nil, needed: []string{"fixed", "greater"}},
		kindField{name: "tiers", given: len(f.Tiers) > 0, needed: []string{"tiered-price", "tiered-percent"}},
	)
	if f.Percent != nil {
		k.share(path+".percent", *f.Percent)
	}
	k.notNegative(path+".fixed", f.Fixed)
	k.brackets(path+".tiers", f.Kind, f.Tiers)
	k.optionalWord(path+".scope", f.Scope, chargeScopes)
	k.optionalWord(path+".base", f.Base, agencyBases)
	if f.Base == "usage+support" && (f.Scope == "account" || f.Provider != "") {
		k.fail(path+".base", "is usage+support, but support is charged for the group; a fee for each account, or of one provider, is on usage")
	}
	k.optionalWord(path+".base_discount", f.BaseDiscount, baseDiscounts)
	k.until(path, f.From, f.To, "month in which it is not charged")
}

func (k *checker) billingService(path string, s billing.BillingService) {
	k.id(path+".id", s.ID)
	k.required(path+".name", s.Name)
	k.label(path+".name", s.Name)
	k.currency(path+".currency", string(s.Currency))
	k.word(path+".kind", s.Kind, serviceKinds)
	k.fieldsOfKind(path, s.Kind, serviceKinds,
		kindField{name: "fixed", given: s.Fixed != nil, needed: []string{"fixed", "greater"}},
		kindField{name: "percent", given: s.Percent != nil, needed: []string{"percent", "greater"}},
		kindField{name: "upper_limit", given: s.UpperLimit != nil, taken: []string{"greater"}},
		kindField{name: "tiers", given: len(s.Tiers) > 0, needed: []string{"tiered-price", "tiered-percent"}},
	)
	k.optionalWord(path+".base", s.Base, serviceBases)
	k.notNegative(path+".fixed", s.Fixed)
	if s.Percent != nil {
		k.share(path+".percent", *s.Percent)
	}
	if s.UpperLimit != nil {
		k.positive(path+".upper_limit", *s.UpperLimit)
		if s.Kind == "greater" && s.Fixed != nil && s.Fixed.Cmp(*s.UpperLimit) > 0 {
			k.fail(path+".upper_limit", "is %s, below the fixed amount of %s; raise it, or lower that", *s.UpperLimit, *s.Fixed)
		}
	}
	k.brackets(path+".tiers", s.Kind, s.Tiers)
	k.optionalWord(path+".tax", s.Tax, taxCategories)
}

// brackets are tiers [min, max) that hold every amount from 0 up exactly once.
func (k *checker) brackets(path, kind string, all []billing.ChargeTier) {
	begins := money.Zero
	for i, t := range all {
		path, open := fmt.Sprintf("%s[%d]", path, i), i == len(all)-1
		if kind == "tiered-percent" {
			k.share(path+".value", t.Value)
		} else {
			k.notNegative(path+".value", &t.Value)
		}
		if !t.Min.Equal(begins) {
			k.fail(path+".min", "is %s; it must be %s, so that there is no gap and no overlap", t.Min, begins)
		}
		switch {
		case open && t.Max != nil:
			k.fail(path+".max", "is given, but amounts from it up have no tier then; the last tier has no max")
		case open:
		case t.Max == nil:
			k.fail(path+".max", "is missing; only the last tier has no end")
		case t.Max.Cmp(t.Min) <= 0:
			k.fail(path+".max", "is %s; it must be above min, %s", *t.Max, t.Min)
			begins = *t.Max
		default:
			k.size(path+".max", *t.Max)
			begins = *t.Max
		}
	}
}

func (k *checker) serviceUse(path string, u billing.ServiceUse) {
	k.required(path+".service", u.Service)
	each(path+".accounts", u.Accounts, k.providerID)
	k.until(path, u.From, u.To, "month in which it is not charged")
}

func (k *checker) minimum(path string, m *billing.Minimum) {
	if m != nil {
		k.positive(path+".amount", m.Amount)
		k.label(path+".label", m.Label)
	}
}

// maxInterval of a spend commitment, in months: ten years.
const maxInterval = 120

func (k *checker) spendCommitment(path string, s *billing.SpendCommitment) {
	if s == nil {
		return
	}
	k.positive(path+".amount", s.Amount)
	if s.Every < 1 || s.Every > maxInterval {
		k.fail(path+".every", "is %d; an interval has 1 to %d months, such as 12", s.Every, maxInterval)
	}
	switch {
	case s.From.IsZero():
		k.fail(path+".from", "is missing; expected a month such as 2026-10")
	case s.To == nil:
	case !s.From.Before(*s.To):
		k.fail(path+".to", "%s is not after from, %s; to is the first month after the last interval", *s.To, s.From)
	}
	k.optionalWord(path+".base", s.Base, spendBases)
	k.label(path+".label", s.Label)
}
