package rating

import (
	"context"
	"fmt"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// Explanation says why a charge has its price (R17). Amounts are exact, in
// Currency, before exchange, rounding and tax.
type Explanation struct {
	Charge      int64          `json:"charge"`
	Period      billing.Period `json:"period"`
	Group       string         `json:"group"`
	Account     string         `json:"account"`
	Payer       string         `json:"payer"`
	Day         string         `json:"day"`
	Class       string         `json:"class"`
	LineType    string         `json:"line_type"`
	Service     string         `json:"service"`
	UsageType   string         `json:"usage_type,omitempty"`
	Operation   string         `json:"operation,omitempty"`
	Region      string         `json:"region,omitempty"`
	SKU         string         `json:"sku,omitempty"`
	Description string         `json:"description,omitempty"`
	Resource    string         `json:"resource,omitempty"`
	Place       string         `json:"place"`
	Currency    money.Currency `json:"currency"`

	Quantity  money.Decimal  `json:"quantity"`
	Unit      string         `json:"unit,omitempty"`
	Cost      money.Decimal  `json:"cost"` // what the provider bills the reseller
	Base      string         `json:"base,omitempty"`
	BaseCost  money.Decimal  `json:"base_cost"`
	Factor    *money.Decimal `json:"factor,omitempty"`
	UnitPrice *money.Decimal `json:"unit_price,omitempty"`
	Price     money.Decimal  `json:"price"`

	Book     string   `json:"book,omitempty"`
	Rule     string   `json:"rule,omitempty"`
	Shadowed []string `json:"shadowed,omitempty"`
	Config   string   `json:"config"` // hash of the rules that were in force

	LineCount int64  `json:"line_count"`
	Lines     []Line `json:"lines"` // the first of them
}

// Line is a line of the provider's file.
type Line struct {
	Load     string        `json:"load"`
	File     int64         `json:"file"`
	FileName string        `json:"file_name,omitempty"`
	Row      int64         `json:"row"`
	Start    string        `json:"start"`
	Quantity money.Decimal `json:"quantity"`
	Cost     money.Decimal `json:"cost"`
}

// ID is the line's own id, as `sluice line why` takes it.
func (l Line) ID() string { return fmt.Sprintf("%s:%d:%d", l.Load, l.File, l.Row) }

// shownLines is how many lines of a charge an explanation lists.
const shownLines = 24

// Explainer explains the charges of a session that has the views charges and
// line_items open. Input holds the configuration the charges were rated with.
type Explainer struct {
	Session engine.Session
	Input   Input
}

// Charge explains a charge by its number.
func (e Explainer) Charge(ctx context.Context, number int64) (Explanation, error) {
	return e.explain(ctx, fmt.Sprintf("charge %d", number), "x_charge = $1", number)
}

// Line explains the charge that a line became part of.
func (e Explainer) Line(ctx context.Context, load string, file, row int64) (Explanation, error) {
	return e.explain(ctx, fmt.Sprintf("line %s:%d:%d", load, file, row), `EXISTS (
		SELECT 1 FROM line_items l
		WHERE l.load = $1 AND l.x_file = $2 AND l.x_row = $3
			AND `+sameCharge+`)`, load, file, row)
}

// sameCharge joins a line l with the charge c it became part of.
const sameCharge = `l.load = c.x_load AND l.x_pricing_key = c.x_pricing_key AND l.sub_account_id = c.sub_account_id
	AND l.invoice_id IS NOT DISTINCT FROM c.x_provider_invoice_id
	AND l.resource_id IS NOT DISTINCT FROM c.resource_id
	AND l.charge_period_start >= c.charge_period_start AND l.charge_period_start < c.charge_period_end
	AND (l.x_fence IS NULL OR l.x_fence <> 'split-cost')`

func (e Explainer) explain(ctx context.Context, what, where string, args ...any) (Explanation, error) {
	x := Explanation{Period: e.Input.Period}
	query := `
		SELECT x_charge, "group", sub_account_id, billing_account_id, CAST(CAST(charge_period_start AS DATE) AS VARCHAR),
			x_class, x_line_item_type, COALESCE(service_name, x_service_code, ''), COALESCE(x_usage_type, ''), COALESCE(x_operation, ''),
			COALESCE(region_id, ''), COALESCE(sku_id, ''), COALESCE(charge_description, ''), COALESCE(resource_id, ''), x_place,
			billing_currency, CAST(pricing_quantity AS VARCHAR), COALESCE(pricing_unit, ''), CAST(x_cost AS VARCHAR), COALESCE(x_base, ''),
			CAST(x_base_cost AS VARCHAR), COALESCE(CAST(x_factor AS VARCHAR), ''), COALESCE(CAST(x_unit_price AS VARCHAR), ''),
			CAST(billed_cost AS VARCHAR), COALESCE(x_rule, ''), x_lines, x_load, x_pricing_key
		FROM charges c WHERE ` + where
	var quantity, cost, base, factor, unitPrice, price, load string
	var key int32
	found, err := engine.Collect(ctx, e.Session, func(*struct{}) []any {
		return []any{&x.Charge, &x.Group, &x.Account, &x.Payer, &x.Day, &x.Class, &x.LineType, &x.Service, &x.UsageType, &x.Operation,
			&x.Region, &x.SKU, &x.Description, &x.Resource, &x.Place, &x.Currency, &quantity, &x.Unit, &cost, &x.Base,
			&base, &factor, &unitPrice, &price, &x.Rule, &x.LineCount, &load, &key}
	}, query, args...)
	if err != nil {
		return x, err
	}
	if len(found) == 0 {
		return x, fmt.Errorf("%s of %s is not among the charges; a line that repeats others is fenced and has none", what, e.Input.Period)
	}
	for _, p := range []struct {
		to   *money.Decimal
		text string
	}{{&x.Quantity, quantity}, {&x.Cost, cost}, {&x.BaseCost, base}, {&x.Price, price}} {
		if *p.to, err = money.Parse(p.text); err != nil {
			return x, err
		}
	}
	if x.Factor, err = parseOptional(factor); err != nil {
		return x, err
	}
	if x.UnitPrice, err = parseOptional(unitPrice); err != nil {
		return x, err
	}
	if err := e.decision(ctx, &x, load, key); err != nil {
		return x, err
	}
	return x, e.lines(ctx, &x)
}

func parseOptional(text string) (*money.Decimal, error) {
	if text == "" {
		return nil, nil
	}
	d, err := money.Parse(text)
	return &d, err
}

// decision finds book and shadowed rules by deciding the key again.
func (e Explainer) decision(ctx context.Context, x *Explanation, load string, number int32) error {
	plan, ok := plans(e.Input.Config)[x.Group]
	if !ok {
		return nil // the reseller's own, or unassigned
	}
	x.Book = plan.Book
	if err := assign.OpenKeys(ctx, e.Session, e.Input.Month); err != nil {
		return err
	}
	keys, err := assign.ReadKeys(ctx, e.Session)
	if err != nil {
		return err
	}
	day, err := billing.ParseDay(x.Day)
	if err != nil {
		return err
	}
	day = min(max(day, e.Input.Period.FirstDay()), e.Input.Period.LastDay())
	for _, k := range keys {
		if k.Load != load || k.Number != number {
			continue
		}
		for _, d := range decide(k, plan, rulesOf(e.Input.Config, plan.Book), e.Input.Period) {
			if day >= d.From && day <= d.To {
				x.Shadowed = d.Shadowed
			}
		}
	}
	return nil
}

func (e Explainer) lines(ctx context.Context, x *Explanation) error {
	rows, err := e.Session.Query(ctx, `
		SELECT l.load, l.x_file, l.x_row, CAST(l.charge_period_start AS VARCHAR),
			CAST(COALESCE(l.pricing_quantity, 0) AS VARCHAR), CAST(l.billed_cost AS VARCHAR)
		FROM line_items l JOIN charges c ON `+sameCharge+`
		WHERE c.x_charge = $1 ORDER BY l.charge_period_start, l.x_file, l.x_row LIMIT `+fmt.Sprint(shownLines), x.Charge)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var l Line
		var quantity, cost string
		if err := rows.Scan(&l.Load, &l.File, &l.Row, &l.Start, &quantity, &cost); err != nil {
			return err
		}
		if l.Quantity, err = money.Parse(quantity); err != nil {
			return err
		}
		if l.Cost, err = money.Parse(cost); err != nil {
			return err
		}
		x.Lines = append(x.Lines, l)
	}
	return rows.Err()
}
