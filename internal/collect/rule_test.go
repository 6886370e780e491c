package collect

import (
	"maps"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/plugin"
)

// Each test of a condition, on a value that is there and on one that is not.
func TestConditions(t *testing.T) {
	row := plugin.Row{Account: "A-1", AccountName: "Shop", Service: "Compute Engine", Region: "eu-1", UsageType: "vm", Resource: "vm-7", Description: "a machine", Category: "Usage",
		Tags: map[string]string{"project": "web"}}
	for name, c := range map[string]struct {
		condition billing.SourceCondition
		want      bool
	}{
		"is":                        {billing.SourceCondition{Field: "account", Is: "A-1"}, true},
		"is, in another case":       {billing.SourceCondition{Field: "account", Is: "a-1"}, false},
		"is not":                    {billing.SourceCondition{Field: "account_name", Not: "Shop"}, false},
		"is another":                {billing.SourceCondition{Field: "account_name", Not: "Store"}, true},
		"contains, whatever case":   {billing.SourceCondition{Field: "service", Contains: "COMPUTE"}, true},
		"does not contain":          {billing.SourceCondition{Field: "service", NotContains: "engine"}, false},
		"contains something else":   {billing.SourceCondition{Field: "region", NotContains: "us"}, true},
		"a tag":                     {billing.SourceCondition{Field: "tag:project", Is: "web"}, true},
		"no such tag":               {billing.SourceCondition{Field: "tag:team", Is: "web"}, false},
		"not, where there is none":  {billing.SourceCondition{Field: "tag:team", Not: "web"}, false},
		"without, where none is":    {billing.SourceCondition{Field: "tag:team", NotContains: "web"}, false},
		"usage type":                {billing.SourceCondition{Field: "usage_type", Is: "vm"}, true},
		"resource":                  {billing.SourceCondition{Field: "resource", Contains: "VM-"}, true},
		"description":               {billing.SourceCondition{Field: "description", Contains: "machine"}, true},
		"category":                  {billing.SourceCondition{Field: "category", Is: "Usage"}, true},
		"a field that there is not": {billing.SourceCondition{Field: "colour", Not: "red"}, false},
	} {
		if got := meets(c.condition, valueOf(row, c.condition.Field)); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// The first rule that holds decides; what goes on lets later ones change it. The row
// keeps the account that it had, and says which rules decided.
func TestRulesInOrder(t *testing.T) {
	web := []billing.SourceCondition{{Field: "tag:project", Is: "web"}}
	both := append(web, billing.SourceCondition{Field: "account", Is: "A-9"})
	for name, c := range map[string]struct {
		rules   rules
		account string
		tags    map[string]string
	}{
		"none holds": {rules{{ID: "a", Conditions: both, GiveTo: billing.RowOwner{Account: "X"}}}, "A-1", map[string]string{"project": "web"}},
		"any of them holds": {rules{{ID: "a", When: billing.AnyCondition, Conditions: both, GiveTo: billing.RowOwner{Project: "acme/web"}}}, "acme/web",
			map[string]string{"project": "web", "sluice:rule": "a", "sluice:account": "A-1"}},
		"the first stops": {rules{
			{ID: "a", Conditions: web, GiveTo: billing.RowOwner{Customer: "acme"}},
			{ID: "b", When: billing.Always, GiveTo: billing.RowOwner{Account: "rest"}},
		}, "acme", map[string]string{"project": "web", "sluice:rule": "a", "sluice:account": "A-1"}},
		"the first goes on": {rules{
			{ID: "a", Conditions: web, GiveTo: billing.RowOwner{Customer: "acme"}, GoOn: true},
			{ID: "b", Conditions: []billing.SourceCondition{{Field: "account", Is: "acme"}}, GiveTo: billing.RowOwner{Account: "never"}},
			{ID: "c", When: billing.Always, GiveTo: billing.RowOwner{Account: "rest"}},
		}, "rest", map[string]string{"project": "web", "sluice:rule": "a, c", "sluice:account": "A-1"}},
		"the account that it has": {rules{{ID: "a", When: billing.Always, GiveTo: billing.RowOwner{Account: "A-1"}}}, "A-1",
			map[string]string{"project": "web", "sluice:rule": "a"}},
	} {
		row := plugin.Row{Account: "A-1", AccountName: "Shop", Tags: map[string]string{"project": "web"}}
		c.rules.apply(&row)
		if row.Account != c.account || !maps.Equal(row.Tags, c.tags) {
			t.Errorf("%s: account %s with %v", name, row.Account, row.Tags)
		}
	}
}

// Rules of another source are not looked at, and those of the backend come first.
func TestRulesOfSource(t *testing.T) {
	c := billing.Config{SourceRules: []billing.SourceRule{{ID: "of-other", Source: "other"}, {ID: "of-all"}, {ID: "of-this", Source: "this"}}}
	got := ""
	for _, r := range rulesOf([]billing.SourceRule{{ID: "managed"}}, c, "this") {
		got += r.ID + " "
	}
	if got != "managed of-all of-this " {
		t.Errorf("the rules are %s", got)
	}
}
