package rating

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// Explanation says why something costs what it costs (R17): a charge, by the
// parts of lines it is made of, or a line, by its parts and the charge that
// each went to. Amounts are exact, in the line's currency, before exchange,
// rounding and tax.
type Explanation struct {
	Period billing.Period `json:"period"`
	Config string         `json:"config"`           // hash of the rules that were in force
	Charge *Charge        `json:"charge,omitempty"` // what was asked about: a charge,
	Line   *Line          `json:"line,omitempty"`   // or a line
	// PartCount is how many parts there are; of a charge Parts has the first.
	PartCount int64  `json:"part_count"`
	Parts     []Part `json:"parts"`
}

// Charge is a charge, and the decision that priced it.
type Charge struct {
	Number      int64          `json:"number"`
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

	Quantity   money.Decimal  `json:"quantity"`
	Unit       string         `json:"unit,omitempty"`
	Cost       money.Decimal  `json:"cost"` // what the provider bills the reseller
	Treatment  string         `json:"treatment,omitempty"`
	Commitment string         `json:"commitment,omitempty"` // that covers it when the group is alone
	Base       string         `json:"base,omitempty"`
	BaseCost   money.Decimal  `json:"base_cost"`
	Factor     *money.Decimal `json:"factor,omitempty"`
	UnitPrice  *money.Decimal `json:"unit_price,omitempty"`
	Price      money.Decimal  `json:"price"`

	Book     string   `json:"book,omitempty"`
	Rule     string   `json:"rule,omitempty"`
	Shadowed []string `json:"shadowed,omitempty"`

	// Tiers are the provider's volume tiers of the product, where the group's
	// usage was tiered alone.
	Tiers []commitment.Tier `json:"tiers,omitempty"`
}

// Explainer explains the charges and lines of a session that has the views
// line_items, charges, parts and hours open. Input holds the configuration the
// charges were rated with.
type Explainer struct {
	Session engine.Session
	Input   Input
}

// shownParts is how many parts of a charge an explanation lists.
const shownParts = 24

// Charge explains a charge by its number.
func (e Explainer) Charge(ctx context.Context, number int64) (Explanation, error) {
	x := Explanation{Period: e.Input.Period}
	m, err := e.open(ctx)
	if err != nil {
		return x, err
	}
	found, err := m.charges(ctx, "x_charge = $1", number)
	if err != nil {
		return x, err
	}
	if len(found) == 0 {
		return x, fmt.Errorf("charge %d of %s is not among the charges", number, e.Input.Period)
	}
	c := found[0]
	pieces, err := m.pieces(ctx, shownParts, `
		l.load = $1 AND l.x_pricing_key = $2 AND CAST(l.charge_period_start AS DATE) = CAST($3 AS DATE)
		AND COALESCE(p.sub_account_id, l.sub_account_id) = $4 AND (p.load IS NULL OR p."group" = $5)
		AND COALESCE(l.invoice_id, '') = $6 AND COALESCE(l.resource_id, '') = $7 AND COALESCE(p.commitment_discount_id, '') = $8
		AND COALESCE(p.x_commitment_kind, '') = $9 AND COALESCE(p.x_treatment, '') = $10`,
		c.load, c.key, c.Day, c.Account, c.Group, c.invoice, c.Resource, c.Commitment, c.kind, c.Treatment)
	if err != nil {
		return x, err
	}
	x.Charge = &c.Charge
	for i := range pieces {
		x.PartCount = pieces[i].count
		part, err := m.part(ctx, pieces[i], c)
		if err != nil {
			return x, err
		}
		part.Line = &pieces[i].Line
		x.Parts = append(x.Parts, part)
	}
	return x, nil
}

// Line explains a line by its parts and the charges they went to.
func (e Explainer) Line(ctx context.Context, load string, file, row int64) (Explanation, error) {
	x := Explanation{Period: e.Input.Period}
	m, err := e.open(ctx)
	if err != nil {
		return x, err
	}
	pieces, err := m.pieces(ctx, math.MaxInt32, "l.load = $1 AND l.x_file = $2 AND l.x_row = $3", load, file, row)
	if err != nil {
		return x, err
	}
	if len(pieces) == 0 {
		return x, fmt.Errorf("line %s:%d:%d of %s is not among the charges; a line that repeats others is fenced and has none", load, file, row, e.Input.Period)
	}
	x.Line, x.PartCount = &pieces[0].Line, pieces[0].count
	for _, p := range pieces {
		found, err := m.charges(ctx, `
			x_load = $1 AND x_pricing_key = $2 AND CAST(charge_period_start AS DATE) = CAST($3 AS DATE)
			AND sub_account_id = $4 AND ($5 = '' OR "group" = $5)
			AND COALESCE(x_provider_invoice_id, '') = $6 AND COALESCE(resource_id, '') = $7 AND COALESCE(commitment_discount_id, '') = $8
			AND COALESCE(x_commitment_kind, '') = $9 AND COALESCE(x_treatment, '') = $10`,
			load, p.key, p.day, p.account, p.group, p.invoice, p.resource, p.commitment, p.kind, p.treatment)
		if err != nil {
			return x, err
		}
		if len(found) == 0 {
			return x, fmt.Errorf("line %s:%d:%d of %s has no charge; the lake's files were changed or lost. Close the month again", load, file, row, e.Input.Period)
		}
		part, err := m.part(ctx, p, found[0])
		if err != nil {
			return x, err
		}
		part.Charge = &found[0].Charge
		x.Parts = append(x.Parts, part)
	}
	return x, nil
}

// opened is an Explainer with the month's pricing keys, and what is read of the
// commitments when first asked for.
type opened struct {
	Explainer
	keys     []assign.Key
	payers   map[string]string // of loads
	holdings *holdings
}

func (e Explainer) open(ctx context.Context) (*opened, error) {
	if err := assign.OpenKeys(ctx, e.Session, e.Input.Month); err != nil {
		return nil, err
	}
	keys, err := assign.ReadKeys(ctx, e.Session)
	if err != nil {
		return nil, err
	}
	m := &opened{Explainer: e, keys: keys, payers: map[string]string{}}
	for _, l := range e.Input.Loads {
		m.payers[l.ID] = l.Payer.ID
	}
	return m, nil
}

// charge is a charge with what its lines are found by.
type charge struct {
	Charge
	load, invoice, kind string
	key                 int32
}

func (m *opened) charges(ctx context.Context, where string, args ...any) ([]charge, error) {
	found, err := engine.Collect(ctx, m.Session, func(c *charge) []any {
		return []any{&c.Number, &c.Group, &c.Account, &c.Payer, &c.Day, &c.Class, &c.LineType, &c.Service, &c.UsageType, &c.Operation,
			&c.Region, &c.SKU, &c.Description, &c.Resource, &c.Place, &c.Currency, exact{&c.Quantity}, &c.Unit, exact{&c.Cost}, &c.Base,
			exact{&c.BaseCost}, optionalExact{&c.Factor}, optionalExact{&c.UnitPrice}, exact{&c.Price}, &c.Rule,
			&c.Treatment, &c.Commitment, &c.load, &c.invoice, &c.kind, &c.key}
	}, `
		SELECT x_charge, "group", sub_account_id, billing_account_id, CAST(CAST(charge_period_start AS DATE) AS VARCHAR),
			x_class, x_line_item_type, COALESCE(service_name, x_service_code, ''), COALESCE(x_usage_type, ''), COALESCE(x_operation, ''),
			COALESCE(region_id, ''), COALESCE(sku_id, ''), COALESCE(charge_description, ''), COALESCE(resource_id, ''), x_place,
			billing_currency, CAST(pricing_quantity AS VARCHAR), COALESCE(pricing_unit, ''), CAST(x_cost AS VARCHAR), COALESCE(x_base, ''),
			CAST(x_base_cost AS VARCHAR), CAST(x_factor AS VARCHAR), CAST(x_unit_price AS VARCHAR), CAST(billed_cost AS VARCHAR), COALESCE(x_rule, ''),
			COALESCE(x_treatment, ''), COALESCE(commitment_discount_id, ''), x_load, COALESCE(x_provider_invoice_id, ''), COALESCE(x_commitment_kind, ''), x_pricing_key
		FROM charges c WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	for i := range found {
		if err := errors.Join(m.decision(&found[i]), m.tiers(ctx, &found[i])); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// decision finds book and shadowed rules by deciding the key again.
func (m *opened) decision(c *charge) error {
	plan, ok := plans(m.Input.Config)[c.Group]
	if !ok {
		return nil // the reseller's own, or unassigned
	}
	c.Book = plan.Book
	day, err := billing.ParseDay(c.Day)
	if err != nil {
		return err
	}
	day = min(max(day, m.Input.Period.FirstDay()), m.Input.Period.LastDay())
	for _, d := range decide(m.keyOf(c.load, c.key), plan, rulesOf(m.Input.Config, plan.Book), m.Input.Period) {
		if day >= d.From && day <= d.To {
			c.Shadowed = d.Shadowed
		}
	}
	return nil
}

func (m *opened) tiers(ctx context.Context, c *charge) (err error) {
	if c.Treatment == "tiered-alone" {
		c.Tiers, err = commitment.TiersOf(ctx, m.Session, m.keys, m.keyOf(c.load, c.key), c.Group)
	}
	return err
}

func (m *opened) keyOf(load string, number int32) assign.Key {
	for _, k := range m.keys {
		if k.Load == load && k.Number == number {
			return k
		}
	}
	return assign.Key{Load: load, Number: number}
}

// exact reads a number that left the engine as text; null is 0.
type exact struct{ to *money.Decimal }

func (n exact) Scan(value any) error {
	text, ok := value.(string)
	if !ok && value != nil {
		return fmt.Errorf("a number came as %T, not as text", value)
	}
	*n.to = money.Zero
	if !ok {
		return nil
	}
	return n.to.UnmarshalText([]byte(text))
}

// optionalExact reads a number that left the engine as text; null is nil.
type optionalExact struct{ to **money.Decimal }

func (n optionalExact) Scan(value any) error {
	if value == nil {
		*n.to = nil
		return nil
	}
	*n.to = new(money.Decimal)
	return exact{*n.to}.Scan(value)
}
