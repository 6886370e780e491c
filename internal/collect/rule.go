package collect

import (
	"maps"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/plugin"
)

// Tags that rules leave on the rows that they decide, so that a line says why it is
// whose it is.
const (
	RuleTag    = "sluice:rule"    // the rules that decided, in their order
	AccountTag = "sluice:account" // the account that the row had before; only where it had one
)

// rules say whose rows are, in the order in which they hold.
type rules []billing.SourceRule

// rulesOf are the rules for a source: those that come with the backend, then those
// that are declared.
func rulesOf(managed []billing.SourceRule, c billing.Config, source string) rules {
	of := rules(slices.Clone(managed))
	for _, r := range c.SourceRules {
		if r.Source == "" || r.Source == source {
			of = append(of, r)
		}
	}
	return of
}

// apply gives a row to whom the rules say, and returns the rules that decided. The
// first that holds decides; those after it only where it goes on. Conditions look at
// the row as it was told, whatever a rule before made of it.
func (rs rules) apply(row *plugin.Row) (decided []string) {
	told := *row
	for _, r := range rs {
		if !holds(r, told) {
			continue
		}
		if owner := r.GiveTo.AccountID(); owner != "" {
			row.Account = owner
			decided = append(decided, r.ID)
		}
		if !r.GoOn {
			break
		}
	}
	if len(decided) == 0 {
		return nil
	}
	tags := maps.Clone(told.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	delete(tags, AccountTag) // nobody else says what the row's account was
	tags[RuleTag] = strings.Join(decided, ", ")
	if row.Account != told.Account {
		row.AccountName = ""
		if told.Account != "" {
			tags[AccountTag] = told.Account
		}
	}
	row.Tags = tags
	return decided
}

// holds tells whether a rule's conditions are met by a row.
func holds(r billing.SourceRule, row plugin.Row) bool {
	met := func(c billing.SourceCondition) bool { return meets(c, valueOf(row, c.Field)) }
	switch r.When {
	case billing.Always:
		return true
	case billing.AnyCondition:
		return slices.ContainsFunc(r.Conditions, met)
	}
	return len(r.Conditions) > 0 && !slices.ContainsFunc(r.Conditions, func(c billing.SourceCondition) bool { return !met(c) })
}

// meets tells whether a value passes a condition's test. One that is not there passes
// none.
func meets(c billing.SourceCondition, value string) bool {
	if value == "" {
		return false
	}
	within := func(part string) bool { return strings.Contains(strings.ToLower(value), strings.ToLower(part)) }
	switch {
	case c.Is != "":
		return value == c.Is
	case c.Not != "":
		return value != c.Not
	case c.Contains != "":
		return within(c.Contains)
	case c.NotContains != "":
		return !within(c.NotContains)
	}
	return false
}

// valueOf is what a row has in a field of conditions; empty where it has nothing.
func valueOf(row plugin.Row, field string) string {
	if key, tag := strings.CutPrefix(field, "tag:"); tag {
		return row.Tags[key]
	}
	switch field {
	case "account":
		return row.Account
	case "account_name":
		return row.AccountName
	case "service":
		return row.Service
	case "region":
		return row.Region
	case "usage_type":
		return row.UsageType
	case "resource":
		return row.Resource
	case "description":
		return row.Description
	case "category":
		return row.Category
	}
	return ""
}
