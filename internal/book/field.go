package book

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
)

// field is an attribute of keys that a rule can ask for by a pattern.
type field struct {
	name    string
	pattern func(*billing.Match) *billing.Pattern
	columns []lake.Text // the texts it is compared with
}

// fields are those of billing.Match but class, tags and cost categories.
var fields = []field{
	{"sku", func(m *billing.Match) *billing.Pattern { return &m.SKU }, []lake.Text{lake.SkuID}},
	{"description", func(m *billing.Match) *billing.Pattern { return &m.Description }, []lake.Text{lake.ChargeDescription}},
	{"usage_type", func(m *billing.Match) *billing.Pattern { return &m.UsageType }, []lake.Text{lake.UsageType}},
	{"operation", func(m *billing.Match) *billing.Pattern { return &m.Operation }, []lake.Text{lake.Operation}},
	{"instance_type", func(m *billing.Match) *billing.Pattern { return &m.InstanceType }, []lake.Text{lake.InstanceType}},
	{"service", func(m *billing.Match) *billing.Pattern { return &m.Service }, []lake.Text{lake.ServiceCode, lake.ServiceName}},
	{"region", func(m *billing.Match) *billing.Pattern { return &m.Region }, []lake.Text{lake.RegionID}},
	{"provider", func(m *billing.Match) *billing.Pattern { return &m.Provider }, []lake.Text{lake.Provider}},
	{"payer", func(m *billing.Match) *billing.Pattern { return &m.Payer }, []lake.Text{lake.BillingAccountID}},
	{"bill_type", func(m *billing.Match) *billing.Pattern { return &m.BillType }, []lake.Text{lake.BillType}},
	{"billing_entity", func(m *billing.Match) *billing.Pattern { return &m.BillingEntity }, []lake.Text{lake.BillingEntity}},
	{"line_type", func(m *billing.Match) *billing.Pattern { return &m.LineType }, []lake.Text{lake.LineItemType}},
	{"charge_category", func(m *billing.Match) *billing.Pattern { return &m.ChargeCategory }, []lake.Text{lake.ChargeCategory}},
}

// classesOf are the classes that a match is for (R14).
func classesOf(m billing.Match) []string {
	if m.Class.IsZero() {
		return []string{lake.ClassUsage}
	}
	return m.Class.Equal
}

// equalOnly tells whether a pattern is a list of texts and nothing else.
func equalOnly(p billing.Pattern) bool {
	rest := p
	rest.Equal = nil
	return p.Equal != nil && rest.IsZero()
}

func otherServices(p billing.Pattern) bool {
	return equalOnly(p) && slices.Equal(p.Equal, []string{billing.OtherServices})
}

// holds tells whether a rule holds on a day.
func holds(r billing.PriceRule, day billing.Day) bool {
	return (r.From == nil || *r.From <= day) && (r.To == nil || day <= *r.To)
}
