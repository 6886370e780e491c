package bookuse

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// MostValues is how many values of a field a catalog has at most.
const MostValues = 5000

// CatalogQuery says what of a month's bills is wanted.
type CatalogQuery struct {
	Fields  []string // of CatalogFields, or tag:NAME and cost_category:NAME for their values; CatalogFields where none is named
	Service string   // only what is of this service, by its code; empty for all
	Prefix  string   // that the value or the label begins with, in any case
	Limit   int      // values of a field, the costliest ones; MostValues where it is 0 or more
}

// Catalog is what the bills of a month have.
type Catalog struct {
	Period billing.Period `json:"period"`
	Fields []CatalogField `json:"fields"`
}

// CatalogField are the values that a field has, the costliest first.
type CatalogField struct {
	Field  string         `json:"field"`
	Rule   bool           `json:"rule"` // a price rule can name it in its match
	Values []CatalogValue `json:"values"`
	More   int            `json:"more,omitempty"` // how many there are beside these
}

// CatalogValue is a text as the bills have it.
type CatalogValue struct {
	Value   string        `json:"value"`
	Label   string        `json:"label,omitempty"`   // its name for people
	Service string        `json:"service,omitempty"` // code; of fields that are of a service
	Cost    billing.Money `json:"cost,omitempty"`    // billed by the provider in the month, exact
}

// keyField is a field that pricing keys have.
type keyField struct {
	name      string
	column    lake.Text
	label     lake.Text // where it has one; else the column itself
	ofService bool
}

// keyFields have the names of billing.Match.
var keyFields = []keyField{
	{"service", lake.ServiceCode, lake.ServiceName, false},
	{"usage_type", lake.UsageType, lake.UsageType, true},
	{"operation", lake.Operation, lake.Operation, true},
	{"instance_type", lake.InstanceType, lake.InstanceType, true},
	{"sku", lake.SkuID, lake.SkuID, true},
	{"description", lake.ChargeDescription, lake.ChargeDescription, true},
	{"region", lake.RegionID, lake.RegionID, false},
	{"provider", lake.Provider, lake.Provider, false},
	{"payer", lake.BillingAccountID, lake.BillingAccountID, false},
	{"bill_type", lake.BillType, lake.BillType, false},
	{"billing_entity", lake.BillingEntity, lake.BillingEntity, false},
	{"line_type", lake.LineItemType, lake.LineItemType, false},
	{"charge_category", lake.ChargeCategory, lake.ChargeCategory, false},
	{"class", lake.Class, lake.Class, false},
}

// lineFields are told by lines and not by pricing keys, with the SQL of value and
// label of a line l.
var lineFields = map[string]struct{ value, label string }{
	"account":       {"l.sub_account_id", "COALESCE(l.sub_account_name, '')"},
	"tag":           {"UNNEST(map_keys(l.tags))", "''"},
	"cost_category": {"UNNEST(map_keys(l.x_cost_categories))", "''"},
}

// CatalogFields are the fields of a catalog, in its order.
var CatalogFields = func() (names []string) {
	for _, f := range keyFields {
		names = append(names, f.name)
	}
	return append(names, "account", "tag", "cost_category")
}()

// UnknownFieldError says that a field is none of a catalog.
type UnknownFieldError struct{ Field string }

// Error names it, and what it may be.
func (e *UnknownFieldError) Error() string {
	return fmt.Sprintf("%q is not in the catalog; use one of %s, or tag:NAME and cost_category:NAME for their values", e.Field, strings.Join(CatalogFields, ", "))
}

// Catalog says what the bills of a month have, from the loads in force; the month need
// not be rated. An UnknownFieldError says which field there is not; it is an error where
// nothing is loaded.
func (us *Uses) Catalog(ctx context.Context, period billing.Period, q CatalogQuery) (Catalog, error) {
	catalog := Catalog{Period: period, Fields: []CatalogField{}}
	if len(q.Fields) == 0 {
		q.Fields = CatalogFields
	}
	for _, name := range q.Fields {
		if !slices.Contains(CatalogFields, name) && lineValue(name) == "" {
			return catalog, &UnknownFieldError{name}
		}
	}
	c, err := us.home.Config(ctx)
	if err != nil {
		return catalog, err
	}
	m, err := us.home.Open(ctx, c, period)
	if err != nil {
		return catalog, err
	}
	defer m.Session.Close()
	work, err := us.home.Assigned(m)
	if err != nil {
		return catalog, err
	}
	l := loaded{Session: m.Session, CatalogQuery: q}
	if err := l.open(ctx, work); err != nil {
		return catalog, err
	}
	for _, name := range q.Fields {
		found, err := l.field(ctx, name)
		if err != nil {
			return catalog, fmt.Errorf("reading what the bills of %s have as %s: %w", period, name, err)
		}
		catalog.Fields = append(catalog.Fields, l.listed(name, found))
	}
	return catalog, nil
}

// loaded is the lines of a month and what each pricing key costs.
type loaded struct {
	engine.Session
	CatalogQuery
	keys  []assign.Key
	costs map[keyPlace]money.Decimal
}

type keyPlace struct {
	load   string
	number int32
}

func (l *loaded) open(ctx context.Context, work assign.Month) error {
	if err := assign.OpenKeys(ctx, l.Session, work); err != nil {
		return err
	}
	var files []string
	for _, load := range work.Loads {
		files = append(files, load.Files...)
	}
	if err := l.View(ctx, "line_items", files); err != nil {
		return err
	}
	keyed := slices.ContainsFunc(l.Fields, func(name string) bool {
		return slices.ContainsFunc(keyFields, func(f keyField) bool { return f.name == name })
	})
	if !keyed {
		return nil
	}
	var err error
	if l.keys, err = assign.ReadKeys(ctx, l.Session); err != nil {
		return err
	}
	type row struct {
		keyPlace
		cost money.Decimal
	}
	rows, err := engine.Collect(ctx, l.Session, func(r *row) []any { return []any{&r.load, &r.number, engine.Exact(&r.cost)} },
		`SELECT load, x_pricing_key, CAST(SUM(billed_cost) AS VARCHAR) FROM line_items WHERE x_fence IS NULL OR x_fence <> 'split-cost' GROUP BY 1, 2`)
	l.costs = make(map[keyPlace]money.Decimal, len(rows))
	for _, r := range rows {
		l.costs[r.keyPlace] = r.cost
	}
	return err
}

// field are all values of a field.
func (l *loaded) field(ctx context.Context, name string) (valuesFound, error) {
	if i := slices.IndexFunc(keyFields, func(f keyField) bool { return f.name == name }); i >= 0 {
		return l.ofKeys(keyFields[i]), nil
	}
	value, label := lineValue(name), "''"
	if f, ok := lineFields[name]; ok {
		value, label = f.value, f.label
	}
	return l.ofLines(ctx, value, label)
}

// lineValue is the SQL of what a line l has as a tag or cost category of the field
// tag:NAME or cost_category:NAME, as a rule that names it would look it up; empty for
// other fields.
func lineValue(field string) string {
	kind, name, _ := strings.Cut(field, ":")
	column, ok := map[string]string{"tag": "tags", "cost_category": "x_cost_categories"}[kind]
	if !ok || name == "" {
		return ""
	}
	name = strings.ReplaceAll(name, "'", "''")
	return fmt.Sprintf("COALESCE(l.%[1]s['%[2]s'], l.%[1]s['user:%[2]s'])", column, name)
}

// valuesFound are values by what tells them apart.
type valuesFound map[[2]string]CatalogValue

func (all valuesFound) add(v CatalogValue, currency money.Currency, cost money.Decimal) {
	key := [2]string{v.Value, v.Service}
	known, ok := all[key]
	if !ok {
		known = v
		known.Cost = billing.Money{}
	}
	known.Label = max(known.Label, v.Label)
	known.Cost.Add(currency, cost)
	all[key] = known
}

func (l *loaded) ofKeys(f keyField) valuesFound {
	all := valuesFound{}
	for _, k := range l.keys {
		v := CatalogValue{Value: k.Text(f.column)}
		service := cmp.Or(k.Text(lake.ServiceCode), k.Text(lake.ServiceName))
		if v.Value == "" || l.Service != "" && service != l.Service {
			continue
		}
		if f.label != f.column {
			v.Label = k.Text(f.label)
		}
		if f.ofService {
			v.Service = service
		}
		all.add(v, money.Currency(k.Text(lake.BillingCurrency)), l.costs[keyPlace{k.Load, k.Number}])
	}
	return all
}

func (l *loaded) ofLines(ctx context.Context, value, label string) (valuesFound, error) {
	type row struct {
		value, label, currency string
		cost                   money.Decimal
	}
	where, args := "", []any(nil)
	if l.Service != "" {
		where, args = " WHERE COALESCE(l.x_service_code, l.service_name) = ?", []any{l.Service}
	}
	rows, err := engine.Collect(ctx, l.Session, func(r *row) []any { return []any{&r.value, &r.label, &r.currency, engine.Exact(&r.cost)} },
		`SELECT value, MAX(label), currency, CAST(SUM(cost) AS VARCHAR) FROM (
			SELECT `+value+` AS value, `+label+` AS label, l.billing_currency AS currency, CASE WHEN l.x_fence = 'split-cost' THEN CAST(0 AS DECIMAL(38, 18)) ELSE l.billed_cost END AS cost
			FROM line_items l`+where+`
		) v WHERE value IS NOT NULL AND value <> '' GROUP BY 1, 3`, args...)
	all := valuesFound{}
	for _, r := range rows {
		all.add(CatalogValue{Value: strings.TrimPrefix(r.value, "user:"), Label: r.label}, money.Currency(r.currency), r.cost)
	}
	return all, err
}

// listed are the costliest of the wanted values.
func (l *loaded) listed(name string, found valuesFound) CatalogField {
	prefix := strings.ToLower(l.Prefix)
	begins := func(text string) bool { return strings.HasPrefix(strings.ToLower(text), prefix) }
	maps.DeleteFunc(found, func(_ [2]string, v CatalogValue) bool { return !begins(v.Value) && (v.Label == "" || !begins(v.Label)) })
	values := slices.SortedFunc(maps.Values(found), func(a, b CatalogValue) int {
		return cmp.Or(largest(b.Cost).Cmp(largest(a.Cost)), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Service, b.Service))
	})
	limit := MostValues
	if l.Limit > 0 {
		limit = min(limit, l.Limit)
	}
	kept := values[:min(limit, len(values))]
	return CatalogField{Field: name, Rule: name != "account", Values: append([]CatalogValue{}, kept...), More: len(values) - len(kept)}
}

// largest is the largest amount of any currency: enough to put what matters first.
func largest(m billing.Money) money.Decimal {
	most := money.Zero
	for _, amount := range m {
		if amount.Cmp(most) > 0 {
			most = amount
		}
	}
	return most
}
