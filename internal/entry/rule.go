package entry

import "github.com/sluice-billing/sluice/internal/billing"

// The actions of a rule.
const (
	ActionApply = "apply"
	ActionKeep  = "keep"
)

// Match returns the rule for an entry, if there is one: the first of its payer's
// rules that fits, else the first of those for all payers. The conditions of a
// filter must all hold, of a rule's filters one (R27).
func Match(rules []billing.EntryRule, e Entry) (billing.EntryRule, bool) {
	for _, payer := range []string{e.Payer, ""} {
		for _, r := range rules {
			if r.Payer == payer && holds(r, e) {
				return r, true
			}
		}
	}
	return billing.EntryRule{}, false
}

func holds(r billing.EntryRule, e Entry) bool {
	if r.From != nil && e.Month.Before(*r.From) || r.To != nil && !e.Month.Before(*r.To) {
		return false
	}
	for _, f := range r.Any {
		if f.Kind.Matches(string(e.Kind)) && f.Service.Matches(e.ServiceCode, e.Service) && f.UsageType.Matches(e.UsageType) &&
			f.Description.Matches(e.Description) && f.Account.Matches(e.Account) {
			return true
		}
	}
	return false
}

// Undecided tells whether rules may decide on the entry: it is open, came from
// the provider, and no person has decided on it.
func (e Entry) Undecided() bool {
	return e.State == Open && !e.Decided && (e.Origin == Collected || e.Origin == Difference)
}
