package rating

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
)

// Key is one distinct pricing key of a load: all that price rules can ask
// about. A month has 10^2 to 10^5 of them, whatever its lines.
type Key struct {
	Load   string
	Number int32 // x_pricing_key of its lines
	Texts  [lake.KeyTexts]string
}

// text returns a text of the key, which a field of billing.Match is compared with.
func (k Key) text(t lake.Text) string { return k.Texts[t] }

// matches tells whether a rule's match fits the key. Without a class the rule
// is for usage alone (R14).
func (k Key) matches(m billing.Match) bool {
	if m.Class.IsZero() {
		if k.text(lake.Class) != lake.ClassUsage {
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
		if !f.pattern.Matches(k.text(f.column)) {
			return false
		}
	}
	// A service may be named, and excluded, by its code or by its name.
	names := []string{k.text(lake.ServiceCode)}
	if name := k.text(lake.ServiceName); name != "" {
		names = append(names, name)
	}
	return m.Service.Matches(names...)
}

// readKeys reads the pricing keys of all loads from the view "pricing_keys".
func readKeys(ctx context.Context, s engine.Session) ([]Key, error) {
	names := make([]string, lake.KeyTexts)
	for i := range names {
		names[i] = "COALESCE(" + lake.Texts[i].Name + ", '')"
	}
	rows, err := s.Query(ctx, fmt.Sprintf("SELECT load, %s, %s FROM pricing_keys ORDER BY 1, 2", lake.PricingKey.Name, strings.Join(names, ", ")))
	if err != nil {
		return nil, err
	}
	return scanAll(rows, func(k *Key) []any {
		to := []any{&k.Load, &k.Number}
		for i := range k.Texts {
			to = append(to, &k.Texts[i])
		}
		return to
	})
}

// scanAll reads all rows of a query into values.
func scanAll[T any](rows *sql.Rows, to func(*T) []any) ([]T, error) {
	defer rows.Close()
	var all []T
	for rows.Next() {
		var v T
		if err := rows.Scan(to(&v)...); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}
