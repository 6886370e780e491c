package plugin

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// costInfo is one cost as a Cloudforet plugin tells it. What is 0 or empty is left out on
// the wire.
type costInfo struct {
	Cost     any            `json:"cost"` // a number, or NaN and Infinity as text
	Quantity any            `json:"usage_quantity"`
	Unit     string         `json:"usage_unit"`
	Provider string         `json:"provider"`
	Region   string         `json:"region_code"`
	Product  string         `json:"product"`
	Usage    string         `json:"usage_type"`
	Resource string         `json:"resource"`
	Date     string         `json:"billed_date"`
	Tags     map[string]any `json:"tags"`
	Info     map[string]any `json:"additional_info"`
	Data     map[string]any `json:"data"` // further measures, by name
}

const (
	infoPrefix  = "additional_info."
	tagsPrefix  = "tags."
	dataPrefix  = "data."
	providerKey = "provider"
)

// told maps a cost. Additional information becomes tags under its full path. What is in
// data are measures, which differ from row to row: they stay beside the tags.
func (c costInfo) told(paths accountPath) told {
	t := told{
		Row: Row{
			Service: c.Product, Region: c.Region, UsageType: c.Usage, Resource: c.Resource, Unit: c.Unit,
			Account: c.first(paths.id), AccountName: c.first(paths.name), Category: categoryOf(c.Product),
			Tags: map[string]string{},
		},
		date: c.Date, cost: number(c.Cost), quantity: number(c.Quantity),
	}
	for key, value := range c.Tags {
		t.Tags[key] = text(value)
	}
	for key, value := range c.Info {
		t.Tags[infoPrefix+key] = text(value)
	}
	if c.Provider != "" {
		t.Tags[providerKey] = c.Provider
	}
	for name, value := range c.Data {
		if value == nil {
			continue
		}
		if t.Measures == nil {
			t.Measures = map[string]string{}
		}
		t.Measures[name] = text(value)
	}
	return t
}

// categoryOf knows the two products by which such plugins tell what is no usage.
func categoryOf(product string) string {
	if product == "Tax" || product == "Credit" {
		return product
	}
	return ""
}

// number is a number as it was written; 0 where it was left out.
func number(value any) string {
	if value == nil {
		return "0"
	}
	return text(value)
}

// text is a value of JSON as people write it.
func text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	}
	written, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(written)
}

// accountPath says where a cost has its account, the first place that has something.
type accountPath struct{ id, name []string }

// accountPaths are where plugins are known to put it, behind where the metadata say.
func accountPaths(m metadata) accountPath {
	p := accountPath{
		id:   []string{infoPrefix + "Account ID", infoPrefix + "Subscription Id", infoPrefix + "Subscription ID", infoPrefix + "Project ID", infoPrefix + "account_id"},
		name: []string{infoPrefix + "Account Name", infoPrefix + "Subscription Name", infoPrefix + "Project Name", infoPrefix + "account_name"},
	}
	var said []string
	if m.AccountKey != "" {
		said = append(said, m.AccountKey)
	}
	for _, r := range m.Rules {
		if match := r.Actions.MatchServiceAccount; match != nil && r.always() {
			said = append(said, match.Source)
		}
	}
	p.id = append(said, p.id...)
	return p
}

// first is the first value that is not empty of those that the paths name. A path without
// a prefix is a field, or a key of the additional information.
func (c costInfo) first(paths []string) string {
	for _, path := range paths {
		if found := c.at(path); found != "" {
			return found
		}
	}
	return ""
}

func (c costInfo) at(path string) string {
	if key, ok := strings.CutPrefix(path, infoPrefix); ok {
		return text(c.Info[key])
	}
	if key, ok := strings.CutPrefix(path, tagsPrefix); ok {
		return text(c.Tags[key])
	}
	switch path {
	case providerKey:
		return c.Provider
	case "region_code":
		return c.Region
	case "product":
		return c.Product
	case "usage_type":
		return c.Usage
	case "resource":
		return c.Resource
	}
	return text(c.Info[path])
}

// foreignRule is a rule that comes with a Cloudforet plugin.
type foreignRule struct {
	Name       string `json:"name"`
	Policy     string `json:"conditions_policy"`
	Conditions []struct {
		Key      string `json:"key"`
		Value    string `json:"value"`
		Operator string `json:"operator"`
	} `json:"conditions"`
	Actions struct {
		MatchServiceAccount *matching `json:"match_service_account"`
		MatchProject        *matching `json:"match_project"`
		MatchWorkspace      *matching `json:"match_workspace"`
		ChangeProject       string    `json:"change_project"`
		Add                 any       `json:"add_additional_info"`
	} `json:"actions"`
	Options struct {
		Stop bool `json:"stop_processing"`
	} `json:"options"`
}

// matching looks a value of the cost up among what the other product knows.
type matching struct {
	Source string `json:"source"`
	Target string `json:"target"`
}

func (r foreignRule) always() bool { return r.Policy == "ALWAYS" }

// rulesOf turns rules of a plugin into ours. The notes say which cannot be, and what to
// do instead.
func rulesOf(backend string, m metadata) (rules []billing.SourceRule, notes []string) {
	for i, r := range m.Rules {
		name := r.Name
		if name == "" {
			name = fmt.Sprintf("rule %d", i+1)
		}
		note := func(form string, values ...any) {
			notes = append(notes, fmt.Sprintf("%s of the plugin: ", cut(name))+fmt.Sprintf(form, values...))
		}
		switch match := r.Actions.MatchServiceAccount; {
		case match != nil && r.always():
			note("the account of each row is what it has as %s", cut(match.Source))
		case match != nil:
			note("rows are given to accounts by %s only under conditions, which Sluice cannot; declare source rules", cut(match.Source))
		}
		if match := r.Actions.MatchProject; match != nil {
			note("projects are looked up by %s, which Sluice cannot; declare source rules, or let billing groups claim the accounts", cut(match.Source))
		}
		if match := r.Actions.MatchWorkspace; match != nil {
			note("workspaces are looked up by %s, which Sluice cannot; declare source rules, or let billing groups claim the accounts", cut(match.Source))
		}
		if r.Actions.Add != nil {
			note("it adds information to rows, which Sluice does not")
		}
		if r.Actions.ChangeProject == "" {
			continue
		}
		ours, err := r.ours()
		if err != nil {
			note("it is left out: %s", err)
			continue
		}
		ours.ID = fmt.Sprintf("%s-%d", backend, i+1)
		if ours.GiveTo.Account != "" {
			note("rows of project %s are given to an account of that id; let a billing group claim it", cut(ours.GiveTo.Account))
		}
		rules = append(rules, ours)
	}
	return rules, notes
}

// ours says the rule as Sluice does: the rows are given to the account that has the
// project's id, or to the project where its id is customer/unit. An id that is in the
// form of neither is told to the caller.
func (r foreignRule) ours() (billing.SourceRule, error) {
	policies := map[string]string{"": billing.AllConditions, "ALL": billing.AllConditions, "ANY": billing.AnyCondition, "ALWAYS": billing.Always}
	when, ok := policies[r.Policy]
	if !ok {
		return billing.SourceRule{}, fmt.Errorf("%q is not known as when it holds; declare a source rule", cut(r.Policy))
	}
	rule := billing.SourceRule{When: when, GiveTo: billing.RowOwner{Account: r.Actions.ChangeProject}, GoOn: !r.Options.Stop}
	if strings.Contains(r.Actions.ChangeProject, "/") {
		rule.GiveTo = billing.RowOwner{Project: r.Actions.ChangeProject}
	}
	for _, c := range r.Conditions {
		if strings.HasPrefix(c.Key, dataPrefix) {
			return rule, fmt.Errorf("it looks at the measure %q, by which no row is given to anybody; declare a source rule", cut(c.Key))
		}
		condition := billing.SourceCondition{Field: fieldOf(c.Key)}
		switch c.Operator {
		case "eq":
			condition.Is = c.Value
		case "not":
			condition.Not = c.Value
		case "contain":
			condition.Contains = c.Value
		case "not_contain":
			condition.NotContains = c.Value
		default:
			return rule, fmt.Errorf("the operator %q is not known; declare a source rule", cut(c.Operator))
		}
		rule.Conditions = append(rule.Conditions, condition)
	}
	return rule, checkRule(rule)
}

// fieldOf is our name of a field of a cost.
func fieldOf(key string) string {
	names := map[string]string{"product": "service", "region_code": "region", "usage_type": "usage_type", "resource": "resource", "account_id": "account"}
	if name, ok := names[key]; ok {
		return name
	}
	if key, ok := strings.CutPrefix(key, tagsPrefix); ok {
		return tagField + key
	}
	if key == providerKey || strings.HasPrefix(key, infoPrefix) {
		return tagField + key
	}
	if slices.Contains(ruleFields, key) {
		return key
	}
	return tagField + infoPrefix + key
}
