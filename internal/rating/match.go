package rating

import (
	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
)

// matches tells whether a rule's match fits the key. Without a class the rule
// is for usage alone (R14).
func matches(k assign.Key, m billing.Match) bool {
	if m.Class.IsZero() {
		if k.Text(lake.Class) != lake.ClassUsage {
			return false
		}
	}
	for _, f := range []struct {
		pattern billing.Pattern
		column  lake.Text
	}{
		{m.Class, lake.Class}, {m.Provider, lake.Provider}, {m.Payer, lake.BillingAccountID},
		{m.BillType, lake.BillType}, {m.LineType, lake.LineItemType}, {m.ChargeCategory, lake.ChargeCategory},
		{m.Region, lake.RegionID}, {m.UsageType, lake.UsageType}, {m.Operation, lake.Operation},
		{m.SKU, lake.SkuID}, {m.InstanceType, lake.InstanceType}, {m.Description, lake.ChargeDescription},
	} {
		if !f.pattern.Matches(k.Text(f.column)) {
			return false
		}
	}
	// A service may be named, and excluded, by its code or by its name.
	names := []string{k.Text(lake.ServiceCode)}
	if name := k.Text(lake.ServiceName); name != "" {
		names = append(names, name)
	}
	return m.Service.Matches(names...)
}
