package bookfile

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

var abcReader = reader{ABC, looksLikeABC, readABC}

func looksLikeABC(data []byte) bool {
	if len(data) == 0 || data[0] != '{' && data[0] != '[' {
		return false
	}
	return slices.ContainsFunc([]string{"PricingRules", "PricingPlans", "PricingRuleArns", "ModifierPercentage", "ComputationPreference", "LinkedAccounts", "CustomLineItems"},
		func(name string) bool { return bytes.Contains(data, []byte(`"`+name+`"`)) })
}

// abcFile is what the outputs and inputs of Billing Conductor's API in a file
// come to. Rules, plans and groups are known by the end of their ARN, or by
// their name where the file has no ARN of them.
type abcFile struct {
	in      *input
	rules   map[string]abcRule
	order   []string // of rules, by key
	plans   []abcPlan
	named   map[string]abcPlan  // the plans, by key
	of      map[string][]string // rules of a plan, by key
	paired  map[[2]string]bool  // plan and rule, of these
	listed  map[string]bool     // plans whose rules the file lists
	groups  []abcGroup
	members map[string][]string // accounts of a group, by key
	kept    map[string]int      // how often a field was seen that says nothing of prices
}

type abcPlan struct {
	key, name, where string
	size             *money.Decimal
}

type abcGroup struct{ key, name, where, plan string }

// readABC makes a book of each pricing plan. Its rules are on public prices, as
// Billing Conductor's are, and what no rule is for is at the public price (R13).
func readABC(in *input) {
	f := &abcFile{in: in, rules: map[string]abcRule{}, of: map[string][]string{}, paired: map[[2]string]bool{}, named: map[string]abcPlan{}, listed: map[string]bool{}, members: map[string][]string{}, kept: map[string]int{}}
	for _, document := range in.documents() {
		f.document(document)
	}
	if in.err != nil {
		return
	}
	if len(f.rules)+len(f.plans)+len(f.groups) == 0 {
		in.fail("", "has no pricing rules, pricing plans or billing groups; expected what `aws billingconductor list-pricing-rules`, list-pricing-plans, list-pricing-rules-associated-to-pricing-plan and list-billing-groups print")
		return
	}
	books := map[string]string{} // of plans, by key
	used := map[string]bool{}    // rules that a plan has
	for _, p := range f.plans {
		if in.err != nil {
			return
		}
		rules, known := f.rulesOf(p)
		for _, r := range rules {
			used[r.key] = true
		}
		if known {
			books[p.key] = in.abcBook(p, rules)
		}
	}
	for _, key := range f.order {
		if r := f.rules[key]; !used[key] {
			in.lose(r.where, "pricing rule "+r.name, "no pricing plan of the file has it")
		}
	}
	f.attach(books)
	for _, name := range abcKept {
		if n := f.kept[name.field]; n > 0 {
			in.lose("the whole file", fmt.Sprintf("%s, %s", name.field, plural(n, "time")), name.why)
		}
	}
}

// abcKept are fields that say nothing of prices. They are counted, not listed
// one by one.
var abcKept = []struct{ field, why string }{
	{"Description", "price books have no descriptions"},
	{"Tags", "tags of Billing Conductor's own things are for AWS"},
	{"ClientToken", "it is of the request to AWS"},
	{"CreationTime", "the history of books here is kept from the import on"},
	{"LastModifiedTime", "the history of books here is kept from the import on"},
	{"BillingPeriod", "the plans are as they were in that month; the books hold for all time unless their attachments have dates"},
	{"AssociatedPricingPlanCount", "the plans of a rule are those in the file"},
	{"CurrencyCode", "the currency of a line is the provider's"},
	{"AssociationSize", "it counts what the custom line item is for"},
}

// document takes what an output or input of the API holds, or several merged.
func (f *abcFile) document(o *object) {
	for _, list := range []struct {
		name string
		take func(*object)
	}{
		{"PricingRules", f.rule}, {"PricingPlans", f.plan}, {"BillingGroups", f.group},
		{"LinkedAccounts", f.account}, {"CustomLineItems", f.item},
	} {
		for _, element := range o.objects(list.name) {
			list.take(element)
		}
	}
	switch {
	case o.has("Scope"):
		f.rule(o)
		return
	case o.has("ComputationPreference"):
		f.group(o)
		return
	case o.has("ChargeDetails"):
		f.item(o)
		return
	case o.has("PricingRuleArns") && o.has("Name"):
		f.plan(o)
		return
	case o.has("PricingPlanArn"):
		f.associate(o.text("PricingPlanArn"), o.texts("PricingRuleArns"))
	case o.has("PricingRuleArn"):
		rule := o.text("PricingRuleArn")
		for _, plan := range o.texts("PricingPlanArns") {
			f.associate(plan, []string{rule})
		}
	}
	f.rest(o)
}

// unused lists known fields that were not asked for.
func (f *abcFile) unused(o *object, why string, names ...string) {
	for _, name := range names {
		if o.has(name) && !o.asked[name] {
			o.asked[name] = true
			f.in.lose(o.at(name), written(o.members[name]), why)
		}
	}
}

// rest lists what of an object was not read.
func (f *abcFile) rest(o *object) {
	for _, name := range abcKept {
		if o.has(name.field) && !o.asked[name.field] {
			o.asked[name.field] = true
			f.kept[name.field]++
		}
	}
	if o.text("NextToken") != "" {
		f.in.lose(o.at("NextToken"), "the pages behind this one", "the list goes on; add the outputs of the next pages to the file")
	}
	o.loseRest()
}

// keyOf is the end of an ARN, which the API takes for the whole.
func keyOf(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// keyAndName read what an object goes by.
func (f *abcFile) keyAndName(o *object) (key, name string) {
	key, name = keyOf(o.text("Arn")), o.text("Name")
	if key == "" {
		key = name
	}
	if key == "" {
		f.in.fail(o.where(), "has neither Arn nor Name")
	}
	if name == "" {
		name = key
	}
	return key, name
}

func (f *abcFile) associate(plan string, rules []string) {
	plan = keyOf(plan)
	f.listed[plan] = true
	for _, rule := range rules {
		key := keyOf(rule)
		if pair := [2]string{plan, key}; !f.paired[pair] {
			f.paired[pair] = true
			f.of[plan] = append(f.of[plan], key)
		}
	}
}

func (f *abcFile) plan(o *object) {
	p := abcPlan{where: o.where()}
	p.key, p.name = f.keyAndName(o)
	if size, given := o.amount("Size"); given {
		p.size = &size
	}
	if o.has("PricingRuleArns") {
		f.associate(p.key, o.texts("PricingRuleArns"))
	}
	f.rest(o)
	before, twice := f.named[p.key]
	switch {
	case !twice:
		f.named[p.key] = p
		f.plans = append(f.plans, p)
	case before.name != p.name:
		f.in.fail(p.where, "is pricing plan %s, which is at %s by another name; keep one", p.key, before.where)
	}
}

// rulesOf are the rules of a plan. It is not known where the file does not
// list them.
func (f *abcFile) rulesOf(p abcPlan) (rules []abcRule, known bool) {
	empty := p.size != nil && p.size.IsZero()
	if !f.listed[p.key] && !empty {
		f.in.lose(p.where, "pricing plan "+p.name, "the file does not list its rules; add the output of `aws billingconductor list-pricing-rules-associated-to-pricing-plan`")
		return nil, false
	}
	refs := f.of[p.key]
	for _, key := range refs {
		r, ok := f.rules[key]
		if !ok {
			f.in.lose(p.where, fmt.Sprintf("rule %s of pricing plan %s", key, p.name), "the file does not have the rule; add the output of `aws billingconductor list-pricing-rules`")
			continue
		}
		rules = append(rules, r)
	}
	if p.size != nil && !p.size.Equal(money.FromInt(int64(len(refs)))) {
		f.in.lose(p.where, fmt.Sprintf("the other rules of pricing plan %s", p.name), fmt.Sprintf("it has %s rules, and the file lists %d; add the next pages", p.size, len(refs)))
	}
	return rules, true
}

func (f *abcFile) group(o *object) {
	g := abcGroup{where: o.where()}
	g.key, g.name = f.keyAndName(o)
	if preference := o.object("ComputationPreference"); preference != nil {
		g.plan = keyOf(preference.text("PricingPlanArn"))
		f.rest(preference)
	}
	if grouping := o.object("AccountGrouping"); grouping != nil {
		f.members[g.key] = append(f.members[g.key], grouping.texts("LinkedAccountIds")...)
		if auto, _ := grouping.flag("AutoAssociate"); auto {
			f.in.lose(grouping.at("AutoAssociate"), "accounts that are new in AWS join billing group "+g.name, "accounts are claimed one by one, in billing_groups[].claims")
		}
		f.rest(grouping)
	}
	if primary := o.text("PrimaryAccountId"); primary != "" {
		f.in.lose(o.at("PrimaryAccountId"), fmt.Sprintf("account %s sees all of billing group %s", primary, g.name), "who sees what is not said in price books")
	}
	if status := o.text("Status"); status != "" && status != "ACTIVE" {
		f.in.lose(o.at("Status"), clip(strings.TrimSpace(fmt.Sprintf("billing group %s is %s %s", g.name, status, o.text("StatusReason")))), "its book is attached all the same; leave it out if the group has ended")
	}
	o.asked["Size"], o.asked["StatusReason"] = true, true // the accounts are listed, and the reason is said above
	f.rest(o)
	f.groups = append(f.groups, g)
}

func (f *abcFile) account(o *object) {
	account, group := o.text("AccountId"), keyOf(o.text("BillingGroupArn"))
	if group != "" {
		f.members[group] = append(f.members[group], account)
	} else {
		f.in.lose(o.where(), "account "+account, "it is in no billing group")
	}
	for _, field := range []struct{ name, goes string }{{"AccountName", "accounts[].name"}, {"AccountEmail", "no field of the configuration"}} {
		if value := o.text(field.name); value != "" {
			f.in.lose(o.at(field.name), fmt.Sprintf("%s of account %s", clip(value), account), "it goes to "+field.goes)
		}
	}
	f.rest(o)
}

// attach says which group has which book. Accounts are claimed elsewhere.
func (f *abcFile) attach(books map[string]string) {
	known := map[string]bool{}
	for _, g := range f.groups {
		known[g.key] = true
		if book := books[g.plan]; book != "" {
			f.in.attach(Attachment{Book: book, Level: OnGroup, ID: g.key, Name: g.name})
		} else {
			f.in.lose(g.where, fmt.Sprintf("pricing plan %q of billing group %s", g.plan, g.name), "no book was made of the plan; AWS's own plans are not in its lists")
		}
		f.loseMembers(g.where, g.name, g.key)
	}
	var others []string
	for group := range f.members {
		if !known[group] {
			others = append(others, group)
		}
	}
	slices.Sort(others)
	for _, group := range others {
		f.loseMembers("LinkedAccounts", group, group)
	}
}

func (f *abcFile) loseMembers(where, name, key string) {
	if accounts := f.members[key]; len(accounts) > 0 {
		f.in.lose(where, fmt.Sprintf("accounts of billing group %s: %s", name, strings.Join(accounts, ", ")), "accounts are claimed in billing_groups[].claims")
	}
}

const noFilter = "an additional item is an amount of months of its own"

// item notes a custom line item, which is not a matter of price books.
func (f *abcFile) item(o *object) {
	_, name := f.keyAndName(o)
	amount := "without an amount"
	if details := o.object("ChargeDetails"); details != nil {
		kind := details.text("Type")
		if flat := details.object("Flat"); flat != nil {
			value, _ := flat.amount("ChargeValue")
			amount = fmt.Sprintf("%s of %s %s", kind, value, o.text("CurrencyCode"))
			f.rest(flat)
		}
		if percentage := details.object("Percentage"); percentage != nil {
			value, _ := percentage.amount("PercentageValue")
			amount = fmt.Sprintf("%s of %s percent", kind, value)
			if of := percentage.texts("AssociatedValues"); len(of) > 0 {
				amount += " of " + strings.Join(of, ", ")
			}
			f.rest(percentage)
		}
		f.unused(details, noFilter, "LineItemFilters")
		f.rest(details)
	}
	if group := o.text("BillingGroupArn"); group != "" {
		amount += ", of billing group " + keyOf(group)
	}
	if account := o.text("AccountId"); account != "" {
		amount += ", of account " + account
	}
	if product := o.text("ProductCode"); product != "" {
		amount += ", as product " + product
	}
	f.unused(o, noFilter, "BillingPeriodRange", "ComputationRule", "PresentationDetails", "LineItemFilters")
	f.in.lose(o.where(), fmt.Sprintf("custom line item %s: %s", name, strings.TrimSpace(amount)), "it belongs on the invoice: billing_groups[].invoice.additional_items")
	f.rest(o)
}

// match is the scope as a rule of a book says it.
func (s abcScope) match() billing.Match {
	var m billing.Match
	for _, field := range []struct {
		into *billing.Pattern
		text string
	}{{&m.Service, s.service}, {&m.UsageType, s.usageType}, {&m.Operation, s.operation}, {&m.BillingEntity, s.entity}, {&m.Class, s.class()}} {
		if field.text != "" {
			*field.into = equal(field.text)
		}
	}
	return m
}
