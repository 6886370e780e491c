package rating

import (
	"context"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// Subject is what a charge is for.
type Subject struct {
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
	Currency    money.Currency `json:"currency"`
	Quantity    money.Decimal  `json:"quantity"`
	Unit        string         `json:"unit,omitempty"`
}

// Sale is a charge as the two who trade see it: what the seller pays, the books
// that priced it, and the price (R16). Nothing in it is of a cost above the
// seller's; the reseller's own is in Charge.
type Sale struct {
	Number int64  `json:"number"`
	Seller string `json:"seller,omitempty"` // billing group of a reseller below; empty for the reseller itself
	Group  string `json:"group"`            // that pays it
	Owner  string `json:"owner"`            // that used it: Group, or a group below it
	Pool   string `json:"pool,omitempty"`   // that Owner bears a part of (R4)
	Subject
	Place string `json:"place"`

	Base      string         `json:"base,omitempty"` // of the first step; cost is what the seller pays
	BaseCost  money.Decimal  `json:"base_cost"`
	Factor    *money.Decimal `json:"factor,omitempty"` // of the only book
	UnitPrice *money.Decimal `json:"unit_price,omitempty"`
	Price     money.Decimal  `json:"price"`

	Decision *int64 `json:"decision,omitempty"` // its number in the rating
	Book     string `json:"book,omitempty"`     // the nearest one with a rule, else the nearest
	Rule     string `json:"rule,omitempty"`
	// Covered tells that a commitment covers the usage: a price per unit is not for it.
	Covered  bool         `json:"covered,omitempty"`
	Attached []Attachment `json:"attached,omitempty"` // books, the nearest first
	Silent   []string     `json:"silent,omitempty"`   // books that price it and have no rule that matches
	Steps    []Step       `json:"steps,omitempty"`    // the last one's price is Price
	Managed  *Managed     `json:"managed,omitempty"`
	Claim    *Claim       `json:"claim,omitempty"` // by which Owner, or Pool, owns it
	Invoice  *InvoiceLine `json:"invoice,omitempty"`
}

// Managed is what is charged beside a price for managing what it is for (R13),
// by a charge of its own.
type Managed struct {
	Number  int64         `json:"number"`
	Book    string        `json:"book"`
	Rule    string        `json:"rule"`
	Factor  money.Decimal `json:"factor"`
	Price   money.Decimal `json:"price"` // the charge's price × Factor
	Invoice *InvoiceLine  `json:"invoice,omitempty"`
}

// row is a charge as it is stored. A sale by a reseller below has no cost.
type row struct {
	Sale
	load, invoice, kind, treatment, commitment, serviceCode string
	key, set                                                int32
	cost, list, amortized, net, trueUnblended               money.Decimal
}

func (r *row) managed() bool { return r.Class == "managed" }

// family are all charges of the same usage: its sales, and what is charged for
// managing it.
type family []row

// rows reads charges that a condition holds for.
func (m *opened) rows(ctx context.Context, where string, args ...any) ([]row, error) {
	return engine.Collect(ctx, m.Session, func(c *row) []any {
		return []any{&c.Number, &c.Group, &c.Account, &c.Payer, &c.Day, &c.Class, &c.LineType, &c.Service, &c.UsageType, &c.Operation,
			&c.Region, &c.SKU, &c.Description, &c.Resource, &c.Place, &c.Currency, engine.Exact(&c.Quantity), &c.Unit, &c.Base,
			engine.Exact(&c.BaseCost), optionalExact{&c.Factor}, optionalExact{&c.UnitPrice}, engine.Exact(&c.Price), &c.Rule, &c.Book,
			&c.treatment, &c.commitment, &c.load, &c.invoice, &c.kind, &c.key, &c.set, &c.Owner, &c.Seller, &c.Pool, &c.Decision, &c.serviceCode,
			engine.Exact(&c.cost), engine.Exact(&c.list), engine.Exact(&c.amortized), engine.Exact(&c.net), engine.Exact(&c.trueUnblended)}
	}, `
		SELECT x_charge, "group", sub_account_id, billing_account_id, CAST(CAST(charge_period_start AS DATE) AS VARCHAR),
			x_class, x_line_item_type, COALESCE(service_name, x_service_code, ''), COALESCE(x_usage_type, ''), COALESCE(x_operation, ''),
			COALESCE(region_id, ''), COALESCE(sku_id, ''), COALESCE(charge_description, ''), COALESCE(resource_id, ''), x_place,
			billing_currency, CAST(pricing_quantity AS VARCHAR), COALESCE(pricing_unit, ''), COALESCE(x_base, ''),
			CAST(x_base_cost AS VARCHAR), CAST(x_factor AS VARCHAR), CAST(x_unit_price AS VARCHAR), CAST(billed_cost AS VARCHAR), COALESCE(x_rule, ''), COALESCE(x_book, ''),
			COALESCE(x_treatment, ''), COALESCE(commitment_discount_id, ''), x_load, COALESCE(x_provider_invoice_id, ''), COALESCE(x_commitment_kind, ''), x_pricing_key,
			x_tag_set, x_owner, COALESCE(x_seller, ''), COALESCE(x_pool, ''), x_decision, COALESCE(x_service_code, ''),
			CAST(x_cost AS VARCHAR), CAST(list_cost AS VARCHAR), CAST(x_amortized_cost AS VARCHAR), CAST(x_net_cost AS VARCHAR), CAST(x_true_unblended_cost AS VARCHAR)
		FROM charges WHERE `+where+` ORDER BY x_charge`, args...)
}

// familyOf reads the charges that belong to the one with a number.
func (m *opened) familyOf(ctx context.Context, number int64) (family, error) {
	found, err := m.rows(ctx, "x_charge = $1", number)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("charge %d of %s is not among the charges", number, m.Input.Period)
	}
	r := found[0]
	return m.rows(ctx, `
		x_load = $1 AND x_pricing_key = $2 AND CAST(charge_period_start AS DATE) = CAST($3 AS DATE) AND sub_account_id = $4
		AND COALESCE(x_provider_invoice_id, '') = $5 AND COALESCE(resource_id, '') = $6 AND COALESCE(commitment_discount_id, '') = $7
		AND COALESCE(x_commitment_kind, '') = $8 AND COALESCE(x_treatment, '') = $9 AND x_tag_set = $10
		AND x_owner = $11 AND COALESCE(x_pool, '') = $12`,
		r.load, r.key, r.Day, r.Account, r.invoice, r.Resource, r.commitment, r.kind, r.treatment, r.set, r.Owner, r.Pool)
}

// familiesOf reads the charges that a part of a line went to: one family, or of
// a pool one for each group that bears a part.
func (m *opened) familiesOf(ctx context.Context, p piece) ([]family, error) {
	found, err := m.rows(ctx, `
		x_load = $1 AND x_pricing_key = $2 AND CAST(charge_period_start AS DATE) = CAST($3 AS DATE)
		AND sub_account_id = $4 AND ($5 = '' OR COALESCE(x_pool, x_owner) = $5) AND x_tag_set = $11
		AND COALESCE(x_provider_invoice_id, '') = $6 AND COALESCE(resource_id, '') = $7 AND COALESCE(commitment_discount_id, '') = $8
		AND COALESCE(x_commitment_kind, '') = $9 AND COALESCE(x_treatment, '') = $10`,
		p.Load, p.key, p.day, p.account, p.group, p.invoice, p.resource, p.commitment, p.kind, p.treatment, p.set)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, lost("line %s of %s has no charge", p.ID(), m.Input.Period)
	}
	var all []family
	for _, r := range found {
		i := slices.IndexFunc(all, func(f family) bool { return f[0].Owner == r.Owner && f[0].Pool == r.Pool })
		if i < 0 {
			i = len(all)
			all = append(all, nil)
		}
		all[i] = append(all[i], r)
	}
	return all, nil
}

// piecesOf reads the first parts of lines that a family is made of, and counts them.
func (m *opened) piecesOf(ctx context.Context, f family) ([]piece, int64, error) {
	r, owner := f[0], f[0].Owner
	if r.Pool != "" {
		owner = r.Pool
	}
	return m.pieces(ctx, shownParts, `
		l.load = $1 AND l.x_pricing_key = $2 AND CAST(l.charge_period_start AS DATE) = CAST($3 AS DATE)
		AND COALESCE(p.sub_account_id, l.sub_account_id) = $4 AND (p.load IS NULL OR p."group" = $5) AND l.x_tag_set = $11
		AND COALESCE(l.invoice_id, '') = $6 AND COALESCE(l.resource_id, '') = $7 AND COALESCE(p.commitment_discount_id, '') = $8
		AND COALESCE(p.x_commitment_kind, '') = $9 AND COALESCE(p.x_treatment, '') = $10`,
		r.load, r.key, r.Day, r.Account, owner, r.invoice, r.Resource, r.commitment, r.kind, r.treatment, r.set)
}

// between returns the sale of a family from a seller to a group, and what is
// charged for managing it; nil where there is none.
func (f family) between(seller, group string) (sale, managed *row) {
	for i := range f {
		switch r := &f[i]; {
		case r.Seller != seller || r.Group != group:
		case r.managed():
			managed = r
		default:
			sale = r
		}
	}
	return sale, managed
}

// own is what the reseller itself sells.
func (f family) own() *row {
	for i := range f {
		if f[i].Seller == "" && !f[i].managed() {
			return &f[i]
		}
	}
	return nil
}

// charge explains the charges of a family: the reseller's own, then those of
// the resellers below it, one after the other.
func (m *opened) charge(ctx context.Context, f family) (Charge, error) {
	own := f.own()
	if own == nil {
		return Charge{}, lost("charge %d of %s is a sale of what the reseller did not sell", f[0].Number, m.Input.Period)
	}
	c := Charge{Cost: own.cost, Treatment: own.treatment, Commitment: own.commitment}
	sales, err := m.sales(ctx, f)
	if err != nil {
		return c, err
	}
	c.Sale, c.Sales = sales[0], sales[1:]
	if c.Treatment == "tiered-alone" {
		if c.Tiers, err = commitment.TiersOf(ctx, m.Session, m.keys, m.keyOf(own.load, own.key, own.set), c.Owner); err != nil {
			return c, err
		}
	}
	if c.Pool != "" {
		c.Share, err = m.shareOf(ctx, own)
	}
	return c, err
}

// sales explains the sales of a family, the reseller's first.
func (m *opened) sales(ctx context.Context, f family) ([]Sale, error) {
	own := f.own()
	day, err := m.billingDay(own.Day)
	if err != nil {
		return nil, err
	}
	chain := m.tree.Sales(own.Owner, own.Account, day)
	if len(chain) == 0 { // the reseller's own, or nobody's
		s := own.Sale
		s.Claim, err = m.claimOf(ctx, own, day)
		return []Sale{s}, err
	}
	var all []Sale
	paid := money.Zero
	for n, step := range chain {
		sold, managed := f.between(step.Seller, step.Group)
		if sold == nil {
			break // what is on nobody's invoice is not sold on
		}
		s, err := m.sale(ctx, selling{row: sold, managed: managed, Sale: step, day: day, number: n, last: n == len(chain)-1, paid: paid})
		if err != nil {
			return nil, err
		}
		all, paid = append(all, s), s.Price
	}
	if len(all) == 0 {
		return nil, lost("charge %d of %s is not a sale that leads to %s", own.Number, m.Input.Period, own.Owner)
	}
	return all, nil
}

// billingDay is the day of the month that a charge is priced on.
func (m *opened) billingDay(text string) (billing.Day, error) {
	day, err := billing.ParseDay(text)
	return min(max(day, m.Input.Period.FirstDay()), m.Input.Period.LastDay()), err
}

// selling is a sale with what it is explained from: nothing but its own charge,
// the seller's books and what the seller pays.
type selling struct {
	assign.Sale
	row     *row
	managed *row
	day     billing.Day
	number  int // 0 is the reseller's
	last    bool
	paid    money.Decimal // by a seller below the reseller
}

// covered tells whether a commitment's fee pays for the usage; at list prices
// there are no fees.
func (m *opened) covered(x selling) bool {
	g, _ := m.tree.Group(x.row.Owner)
	return x.row.commitment != "" || x.row.treatment == "as-billed-covered" && g.CostBasis != billing.List
}

// sale explains one sale.
func (m *opened) sale(ctx context.Context, x selling) (Sale, error) {
	s := x.row.Sale
	s.Covered = m.covered(x)
	s.Attached = m.attached(x)
	if err := m.price(ctx, x, &s); err != nil {
		return s, err
	}
	if len(s.Steps) > 0 {
		s.Book, s.Rule = s.Steps[0].Book, s.Steps[0].Rule.Name
	} else if len(x.Books) > 0 {
		s.Book = x.Books[0]
	}
	if err := m.manage(ctx, x, &s); err != nil {
		return s, err
	}
	var err error
	if s.Claim, err = m.claimOf(ctx, x.row, x.day); err != nil {
		return s, err
	}
	s.Invoice, err = m.invoiceLine(ctx, x.row)
	return s, err
}

// manage explains what is charged for managing what a sale sells.
func (m *opened) manage(ctx context.Context, x selling, s *Sale) error {
	for _, step := range s.Steps {
		if step.Rule.Managed == nil || x.managed == nil {
			continue
		}
		s.Managed = &Managed{Number: x.managed.Number, Book: step.Book, Rule: step.Rule.Name, Factor: *step.Rule.Managed,
			Price: managingPrice(s.Price, *step.Rule.Managed)}
		if !s.Managed.Price.Equal(x.managed.Price) {
			return lost("charge %d of %s should be %s, which is %s × %s, but is %s",
				x.managed.Number, m.Input.Period, s.Managed.Price, s.Price, s.Managed.Factor, x.managed.Price)
		}
		var err error
		s.Managed.Invoice, err = m.invoiceLine(ctx, x.managed)
		return err
	}
	if x.managed != nil {
		return lost("charge %d of %s is for managing, which no rule says", x.managed.Number, m.Input.Period)
	}
	return nil
}
