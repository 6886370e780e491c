package config

import (
	"reflect"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// entryRule checks a rule that decides on adjusting entries (R27).
func (k *checker) entryRule(path string, r billing.EntryRule) {
	k.id(path+".id", r.ID)
	k.word(path+".action", r.Action, entryActions)
	if len(r.Any) == 0 {
		k.fail(path+".any", "is missing; name at least one filter, {} for all entries")
	}
	each(path+".any", r.Any, func(path string, f billing.EntryFilter) {
		filter := reflect.ValueOf(f)
		for i := range filter.NumField() {
			name, _, _ := strings.Cut(filter.Type().Field(i).Tag.Get("json"), ",")
			if p := filter.Field(i).Interface().(billing.Pattern); !p.IsZero() {
				k.pattern(path+"."+name, p)
			}
		}
		for _, kind := range f.Kind.Equal {
			k.word(path+".kind", kind, entryKinds)
		}
	})
	if r.Action != "apply" {
		if r.Group != "" {
			k.fail(path+".group", "is given, but nobody is billed for what is kept; remove it or write action: apply")
		}
		if r.TaxFree {
			k.fail(path+".tax_free", "is given, but nobody is billed for what is kept; remove it or write action: apply")
		}
	}
	if r.From != nil && r.To != nil && !r.From.Before(*r.To) {
		k.fail(path+".to", "%s is not after from, %s; to is the first month of entries the rule is not for any more", *r.To, *r.From)
	}
}

var entryKinds = []string{"fee", "refund", "credit", "discount", "marketplace", "upfront", "support", "other"}

// entryRuleGroups refuses rules for groups that the reseller does not bill.
func (k *checker) entryRuleGroups(c billing.Config) {
	parents := map[string]string{}
	for _, g := range c.BillingGroups {
		parents[g.ID] = g.Parent
	}
	each("entry_rules", c.EntryRules, func(path string, r billing.EntryRule) {
		if parent := parents[r.Group]; parent != "" {
			k.fail(path+".group", "billing group %s buys from %s, which sends its invoices; name a group that buys from the reseller", r.Group, parent)
		}
	})
}
