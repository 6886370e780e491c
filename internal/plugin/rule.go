package plugin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

const (
	asksCredential = "a trial of the credential"
	asksTasks      = "the tasks of the month"
	tagField       = "tag:"
)

// ruleFields are the fields of rows that rules may look at, beside tags.
var ruleFields = []string{"account", "account_name", "service", "region", "usage_type", "resource", "description", "category"}

// checkRule returns an error unless a rule can be followed: it says what is wrong with it.
func checkRule(r billing.SourceRule) error {
	if r.GiveTo.AccountID() == "" {
		return fmt.Errorf("it gives the rows to nobody; declare a source rule of your own")
	}
	switch r.When {
	case billing.Always:
		if len(r.Conditions) > 0 {
			return fmt.Errorf("it always holds, and has conditions; declare a source rule of your own")
		}
	case "", billing.AllConditions, billing.AnyCondition:
		if len(r.Conditions) == 0 {
			return fmt.Errorf("it has no conditions; declare a source rule of your own")
		}
	default:
		return fmt.Errorf("%q is not known as when it holds; update Sluice, or declare a source rule of your own", cut(r.When))
	}
	for _, c := range r.Conditions {
		key, tag := strings.CutPrefix(c.Field, tagField)
		if !(tag && key != "") && !slices.Contains(ruleFields, c.Field) {
			return fmt.Errorf("rows have no field %q; declare a source rule of your own", cut(c.Field))
		}
		tests := 0
		for _, text := range []string{c.Is, c.Not, c.Contains, c.NotContains} {
			if text != "" {
				tests++
			}
		}
		if tests != 1 {
			return fmt.Errorf("a condition on %s has no test, or several; declare a source rule of your own", c.Field)
		}
	}
	return nil
}
