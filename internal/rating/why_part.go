package rating

import (
	"context"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// Line is a line of the provider's file.
type Line struct {
	Load     string        `json:"load"`
	File     int64         `json:"file"`
	FileName string        `json:"file_name,omitempty"`
	Row      int64         `json:"row"`
	Start    string        `json:"start"` // UTC
	Account  string        `json:"account"`
	Quantity money.Decimal `json:"quantity"` // 0 of negations
	Unit     string        `json:"unit,omitempty"`
	Cost     money.Decimal `json:"cost"`
	// SourceRule names the source rules that gave the line to its account, and Told is
	// the account that it had before; both are empty where no rule did.
	SourceRule string `json:"source_rule,omitempty"`
	Told       string `json:"told_account,omitempty"`
}

// ID is the line's own id, as `sluice line why` takes it.
func (l Line) ID() string { return fmt.Sprintf("%s:%d:%d", l.Load, l.File, l.Row) }

// Part is a part of a line that went to one charge: all of it, unless a
// commitment covers only some, or units of the commitment were given away (R7,
// R8). The parts of a line add up to it.
type Part struct {
	Line   *Line   `json:"line,omitempty"`   // of a charge's part
	Charge *Charge `json:"charge,omitempty"` // of a line's part
	// Bearers are, instead of Charge, the charges of those who bear a part of the
	// pool that the line is in (R4).
	Bearers []Charge `json:"bearers,omitempty"`

	From          money.Decimal `json:"from"` // the quantity of the line at which it begins; of a divided fee, the unit
	Quantity      money.Decimal `json:"quantity"`
	Cost          money.Decimal `json:"cost"`           // the provider's
	TrueUnblended money.Decimal `json:"true_unblended"` // what it costs the group alone
	// Treatment is what became of it, as in the table parts; empty where
	// commitments and volume tiers do not matter. With it comes all that follows.
	Treatment string        `json:"treatment,omitempty"`
	Basis     billing.Basis `json:"basis,omitempty"` // of the group that pays; empty for the reseller and nobody
	Reason    Reason        `json:"reason,omitempty"`
	// Provider is the commitment the provider applied; nil on demand.
	Provider *Provider `json:"provider,omitempty"`
	OnDemand *OnDemand `json:"on_demand,omitempty"` // of usage
	Cover    *Cover    `json:"cover,omitempty"`     // what covers it when the group is alone
	Fee      *Fee      `json:"fee,omitempty"`       // of a fee's part
}

// Reason says why a part was treated as it was (R7, R8).
type Reason string

const (
	ReasonAlone      Reason = "alone"          // R7: what the group would have paid alone
	ReasonBasis      Reason = "basis"          // R6: the group is not billed as if alone
	ReasonPolicy     Reason = "policy"         // R8: the policy of the commitment
	ReasonUnknown    Reason = "not-applicable" // R7: the export does not say what the commitment covers
	ReasonReassigned Reason = "re-assigned"    // R8: units were given away
)

// OnDemand is the price of a part without commitments (R7).
type OnDemand struct {
	Amount money.Decimal     `json:"amount"`
	Source commitment.Source `json:"source"`
	// Rate is the amount of a unit, where quantity × rate is the amount.
	Rate *money.Decimal `json:"rate,omitempty"`
}

// piece is a part as it lies in the lake, with what it is explained from.
type piece struct {
	Line
	key, set                                              int32
	lineType, day, group, account, invoice, resource      string
	commitment, kind, treatment                           string
	provider, providerGroup                               string
	unused, noPrice                                       bool
	end                                                   string // UTC, empty where the line does not tell
	from, quantity, cost, trueUnblended, onDemand, effect money.Decimal
	listCost, listRate, contractedCost                    money.Decimal
	usageRate, effectRate                                 money.Decimal // of a unit of the part: on demand, and of what covers it
	planCommitment, planUsed                              *money.Decimal
}

// pieces reads the parts of lines, the first ones, and says how many there are; a
// line that has none is one part.
func (m *opened) pieces(ctx context.Context, most int, where string, args ...any) ([]piece, int64, error) {
	from := `
		FROM tagged_lines l
		LEFT JOIN parts p ON p.load = l.load AND p.x_file = l.x_file AND p.x_row = l.x_row
		WHERE (l.x_fence IS NULL OR l.x_fence <> 'split-cost') AND ` + where
	all, err := engine.Collect(ctx, m.Session, func(p *piece) []any {
		return []any{&p.Load, &p.File, &p.Row, &p.Start, &p.end, &p.Account, engine.Exact(&p.Line.Quantity), &p.Unit, engine.Exact(&p.Line.Cost), &p.SourceRule, &p.Told,
			&p.key, &p.set, &p.lineType, &p.day, &p.group, &p.account, &p.invoice, &p.resource, &p.commitment, &p.kind, &p.treatment,
			&p.provider, &p.providerGroup, &p.unused, &p.noPrice,
			engine.Exact(&p.from), engine.Exact(&p.quantity), engine.Exact(&p.cost), engine.Exact(&p.trueUnblended), engine.Exact(&p.onDemand), engine.Exact(&p.effect),
			engine.Exact(&p.listCost), engine.Exact(&p.listRate), engine.Exact(&p.contractedCost), engine.Exact(&p.usageRate), engine.Exact(&p.effectRate), optionalExact{&p.planCommitment}, optionalExact{&p.planUsed}}
	}, `
		SELECT l.load, CAST(l.x_file AS BIGINT), l.x_row, CAST(l.charge_period_start AS VARCHAR), COALESCE(CAST(l.charge_period_end AS VARCHAR), ''),
			l.sub_account_id, CASE WHEN l.x_fence IS NULL THEN CAST(l.pricing_quantity AS VARCHAR) END, COALESCE(l.pricing_unit, ''), CAST(l.billed_cost AS VARCHAR),
			COALESCE(l.tags['sluice:rule'], ''), COALESCE(l.tags['sluice:account'], ''),
			l.x_pricing_key, l.x_tag_set, COALESCE(l.x_line_item_type, ''), CAST(CAST(l.charge_period_start AS DATE) AS VARCHAR), COALESCE(p."group", ''),
			COALESCE(p.sub_account_id, l.sub_account_id), COALESCE(l.invoice_id, ''), COALESCE(l.resource_id, ''),
			COALESCE(p.commitment_discount_id, ''), COALESCE(p.x_commitment_kind, ''), COALESCE(p.x_treatment, ''),
			COALESCE(p.x_provider_commitment, ''), COALESCE(p.x_provider_commitment_group, ''),
			COALESCE(l.commitment_discount_status, '') = 'Unused', COALESCE(p.x_no_price, 0) = 1,
			CAST(p.x_part_from AS VARCHAR), CASE WHEN l.x_fence IS NULL THEN CAST(COALESCE(p.quantity, l.pricing_quantity) AS VARCHAR) END,
			CAST(COALESCE(p.unblended, l.billed_cost) AS VARCHAR), CAST(COALESCE(p.true_unblended, l.billed_cost) AS VARCHAR),
			CAST(p.on_demand AS VARCHAR), CAST(p.effective AS VARCHAR),
			CAST(l.list_cost AS VARCHAR), CAST(l.list_unit_price AS VARCHAR), CAST(l.contracted_cost AS VARCHAR),
			CASE WHEN p.quantity >= 0.000001 AND p.on_demand < 100000 THEN CAST(quotient(p.on_demand, p.quantity) AS VARCHAR) END,
			CASE WHEN p.quantity >= 0.000001 AND p.effective < 100000 THEN CAST(quotient(p.effective, p.quantity) AS VARCHAR) END,
			CAST(l.x_savings_plan_commitment AS VARCHAR), CAST(l.x_savings_plan_used AS VARCHAR)`+from+`
		ORDER BY l.charge_period_start, l.x_file, l.x_row, p.x_part_from, p."group", p.sub_account_id LIMIT `+fmt.Sprint(most), args...)
	if err != nil || len(all) < most {
		return all, int64(len(all)), err
	}
	counts, err := engine.Collect(ctx, m.Session, func(n *int64) []any { return []any{n} }, "SELECT COUNT(*)"+from, args...)
	if err != nil {
		return nil, 0, err
	}
	return all, counts[0], nil
}

// part explains a piece that went to a charge.
func (m *opened) part(ctx context.Context, p piece, c Charge) (Part, error) {
	part := Part{From: p.from, Quantity: p.quantity, Cost: p.cost, TrueUnblended: p.trueUnblended, Treatment: p.treatment}
	if p.treatment == "" {
		return part, nil
	}
	if err := m.readHoldings(ctx); err != nil {
		return part, err
	}
	if g, ok := m.tree.Group(c.Owner); ok {
		part.Basis = g.CostBasis
	}
	part.Provider = m.providerOf(p)
	var share *commitment.Share
	var err error
	switch p.treatment {
	case "fee", "fee-moved":
		part.Fee, share, err = m.feeOf(ctx, p)
	case "kept", "applied":
		part.Cover, share, err = m.coverOf(ctx, p)
		part.OnDemand = onDemandOf(p)
	default:
		if p.lineType != "SavingsPlanNegation" {
			part.OnDemand = onDemandOf(p)
		}
	}
	part.Reason = m.reasonOf(p, part.Provider, share)
	return part, err
}

// onDemandOf says where the price on demand comes from.
func onDemandOf(p piece) *OnDemand {
	o := OnDemand{Amount: p.onDemand, Source: commitment.OnDemandSource(p.lineType, p.provider != "", p.listCost, p.listRate, p.contractedCost, p.noPrice)}
	if p.cost.Sign() > 0 && p.cost.Equal(p.onDemand) {
		o.Source = commitment.OwnCost // usage costs no less on demand than it was billed with
	}
	rate := p.usageRate.Round(12, money.HalfUp)
	if o.Source == commitment.PublicRate {
		rate = p.listRate
	}
	if !rate.IsZero() && p.quantity.Mul(rate).Sub(o.Amount).Round(12, money.HalfUp).IsZero() {
		o.Rate = &rate
	}
	return &o
}
