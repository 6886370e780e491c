package pipeline

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

var (
	//go:embed sql/sales.sql
	salesSQL string
	//go:embed sql/resold.sql
	resoldSQL string
)

// TierProof is the identity of resale in one currency of the provider (R16):
// what each seller is charged is what its own prices start from, so that the
// margins of all of them are what those who use are charged, less what the
// provider bills. Residue = Σ Margin − (Final − Cost).
type TierProof struct {
	Currency money.Currency `json:"currency"`
	Sellers  []SellerProof  `json:"sellers"` // the reseller first, then billing groups by id
	Final    money.Decimal  `json:"final"`   // what those who use are charged, by whoever sells to them
	Cost     money.Decimal  `json:"cost"`    // of the provider's lines, after discounts in columns
	Residue  money.Decimal  `json:"residue"`
}

// SellerProof is what one seller buys, as the charges have it, and sells, as the
// statements of its buyers have it. Residue is what its prices start from, less
// what it is charged for the same.
type SellerProof struct {
	Seller  string        `json:"seller"` // reseller, or the billing group
	Bought  money.Decimal `json:"bought"`
	Sold    money.Decimal `json:"sold"`
	Margin  money.Decimal `json:"margin"`
	Residue money.Decimal `json:"residue"`
}

// TierMonth is what one tier earns in a month. It says nothing of what the same
// lines cost whoever the tier buys from (R5).
type TierMonth struct {
	Period   billing.Period `json:"period"`
	Preview  bool           `json:"preview,omitempty"`
	Revision string         `json:"revision"` // of the charges
	TierMargin
}

// TierMargin is what a billing group earns that buys what others use and sells
// it to them (R16). Amounts are exact, before customers' tax.
type TierMargin struct {
	Tier     string          `json:"tier"`     // the billing group that buys and sells
	Totals   []TierSum       `json:"totals"`   // per currency of the provider
	Invoices []InvoiceMargin `json:"invoices"` // what the documents to its buyers add, in their own currency
}

// TierSum is a tier's margin in one currency of the provider, before exchange.
// What the tier uses itself is no part of it.
type TierSum struct {
	Currency money.Currency `json:"currency"`
	Bought   money.Decimal  `json:"bought"`  // what the tier is charged for what its buyers use
	Sold     money.Decimal  `json:"sold"`    // what its buyers are charged for it
	Margin   money.Decimal  `json:"margin"`  // Sold − Bought
	OwnUse   money.Decimal  `json:"own_use"` // what the tier is charged for what it uses itself
	Buyers   []BuyerMargin  `json:"buyers"`  // by id
}

// BuyerMargin is the margin of what is sold to one billing group; what that one
// sells on is in it.
type BuyerMargin struct {
	Group  string        `json:"group"`
	Bought money.Decimal `json:"bought"`
	Sold   money.Decimal `json:"sold"`
	Margin money.Decimal `json:"margin"`
}

// TierMargin explains what a billing group that resells earns in a month as it
// was closed last. It is an error when the month is not rated, or when no group
// buys from that one.
func (p *Pipeline) TierMargin(ctx context.Context, period billing.Period, tier string) (TierMonth, error) {
	m, err := p.openRated(ctx, period)
	if err != nil {
		return TierMonth{}, err
	}
	defer m.session.Close()
	documents, err := p.documents(ctx, period)
	if err != nil {
		return TierMonth{}, err
	}
	all, err := tierMargins(ctx, m, documents)
	if err != nil {
		return TierMonth{}, err
	}
	for _, t := range all {
		if t.Tier == tier {
			return TierMonth{period, m.preview, m.revision, t}, nil
		}
	}
	return TierMonth{}, fmt.Errorf("no billing group buys from %q in %s; a group buys from the one that it names as its parent", tier, period)
}

// resale knows who sells to whom: each billing group's parent, empty where it
// buys from the reseller itself.
type resale struct {
	parent map[string]string
	tiers  []string // groups that are somebody's parent, by id
}

func resaleOf(c billing.Config) resale {
	r := resale{parent: map[string]string{}}
	for _, g := range c.BillingGroups {
		if g.Parent != "" {
			r.parent[g.ID] = g.Parent
			r.tiers = append(r.tiers, g.Parent)
		}
	}
	slices.Sort(r.tiers)
	r.tiers = slices.Compact(r.tiers)
	return r
}

// buyer is the group that buys from a tier what a group below it uses.
func (r resale) buyer(tier, owner string) string {
	for r.parent[owner] != tier && r.parent[owner] != "" {
		owner = r.parent[owner]
	}
	return owner
}

// sale is what a group is charged for what an owner uses.
type sale struct{ currency, seller, group, owner, amount string }

func readSales(ctx context.Context, m *month) ([]sale, error) {
	all, err := engine.Collect(ctx, m.session, func(s *sale) []any {
		return []any{&s.currency, &s.seller, &s.group, &s.owner, &s.amount}
	}, salesSQL)
	if err != nil {
		return nil, fmt.Errorf("summing what is sold in %s: %w", m.period, err)
	}
	return all, nil
}

// tierMargins sums up what each tier buys and sells.
func tierMargins(ctx context.Context, m *month, documents []invoice.Invoice) ([]TierMargin, error) {
	r := resaleOf(m.config)
	if len(r.tiers) == 0 {
		return nil, nil
	}
	sales, err := readSales(ctx, m)
	if err != nil {
		return nil, err
	}
	margins := make([]TierMargin, len(r.tiers))
	for i, tier := range r.tiers {
		t := TierMargin{Tier: tier, Totals: []TierSum{}, Invoices: []InvoiceMargin{}}
		for _, s := range sales {
			if s.group != tier && s.seller != tier {
				continue
			}
			if err := t.add(r, s); err != nil {
				return nil, err
			}
		}
		for n := range t.Totals {
			t.Totals[n].finish()
		}
		for _, d := range documents {
			if r.parent[d.Group] == tier {
				t.Invoices = append(t.Invoices, m.invoiceMargin(d))
			}
		}
		margins[i] = t
	}
	return margins, nil
}

// add adds what the tier sells or is charged.
func (t *TierMargin) add(r resale, s sale) error {
	amount, err := money.Parse(s.amount)
	if err != nil {
		return err
	}
	sum := t.in(money.Currency(s.currency))
	switch {
	case s.seller == t.Tier:
		b := sum.buyer(s.group)
		b.Sold = b.Sold.Add(amount)
	case s.owner == t.Tier:
		sum.OwnUse = sum.OwnUse.Add(amount)
	default:
		b := sum.buyer(r.buyer(t.Tier, s.owner))
		b.Bought = b.Bought.Add(amount)
	}
	return nil
}

func (t *TierMargin) in(currency money.Currency) *TierSum {
	i := slices.IndexFunc(t.Totals, func(s TierSum) bool { return s.Currency == currency })
	if i < 0 {
		i = len(t.Totals)
		t.Totals = append(t.Totals, TierSum{Currency: currency, Buyers: []BuyerMargin{}})
	}
	return &t.Totals[i]
}

func (s *TierSum) buyer(group string) *BuyerMargin {
	i := slices.IndexFunc(s.Buyers, func(b BuyerMargin) bool { return b.Group == group })
	if i < 0 {
		i = len(s.Buyers)
		s.Buyers = append(s.Buyers, BuyerMargin{Group: group})
	}
	return &s.Buyers[i]
}

func (s *TierSum) finish() {
	slices.SortFunc(s.Buyers, func(a, b BuyerMargin) int { return cmp.Compare(a.Group, b.Group) })
	for i := range s.Buyers {
		b := &s.Buyers[i]
		b.Margin = b.Sold.Sub(b.Bought)
		s.Bought, s.Sold = s.Bought.Add(b.Bought), s.Sold.Add(b.Sold)
	}
	s.Margin = s.Sold.Sub(s.Bought)
}

// proveTiers shows R16 where billing groups resell.
func proveTiers(ctx context.Context, m *month, c *Certificate) error {
	r := resaleOf(m.config)
	if len(r.tiers) == 0 {
		return nil
	}
	sales, err := readSales(ctx, m)
	if err != nil {
		return err
	}
	statements, err := m.readStatements(ctx)
	if err != nil {
		return err
	}
	bought, sold, final := map[string]billing.Money{}, map[string]billing.Money{}, billing.Money{}
	for _, seller := range append([]string{assign.Reseller}, r.tiers...) {
		bought[seller], sold[seller] = billing.Money{}, billing.Money{}
	}
	for _, s := range sales {
		amount, err := money.Parse(s.amount)
		if err != nil {
			return err
		}
		currency := money.Currency(s.currency)
		if s.group == s.owner {
			final.Add(currency, amount)
		} else if bought[s.group] != nil {
			bought[s.group].Add(currency, amount)
		}
	}
	for _, s := range statements {
		seller := cmp.Or(r.parent[s.Group], assign.Reseller)
		for currency, amount := range s.Total() {
			sold[seller].Add(currency, amount)
		}
	}
	lines := billing.Money{}
	for _, p := range c.Provider {
		_, lake := p.AfterDiscounts()
		lines.Add(p.Currency, lake)
	}
	for _, d := range c.Totals {
		bought[assign.Reseller].Add(d.Currency, d.Cost)
	}
	gaps, err := resoldGaps(ctx, m)
	if err != nil {
		return err
	}
	for _, currency := range sortedCurrencies(lines) {
		t := TierProof{Currency: currency, Final: final[currency], Cost: lines[currency]}
		t.Residue = t.Cost.Sub(t.Final)
		for _, seller := range append([]string{assign.Reseller}, r.tiers...) {
			s := SellerProof{Seller: seller, Bought: bought[seller][currency], Sold: sold[seller][currency], Residue: gaps[seller][currency]}
			s.Margin = s.Sold.Sub(s.Bought)
			t.Residue = t.Residue.Add(s.Margin)
			t.Sellers = append(t.Sellers, s)
			if !s.Residue.IsZero() {
				c.residue("(R16) %s: its prices do not start from what it is charged for the same; they differ by %s %s", seller, s.Residue, currency)
			}
		}
		if !t.Residue.IsZero() {
			c.residue("(R16) the margins of all sellers are not what those who use are charged, %s, less what the provider bills, %s; %s %s are left",
				t.Final, t.Cost, t.Residue, currency)
		}
		c.Tiers = append(c.Tiers, t)
	}
	return nil
}

// resoldGaps is what the prices of each tier start from, less what the tier is
// charged for the same, where that is not 0.
func resoldGaps(ctx context.Context, m *month) (map[string]billing.Money, error) {
	type row struct{ currency, tier, sum string }
	rows, err := engine.Collect(ctx, m.session, func(r *row) []any { return []any{&r.currency, &r.tier, &r.sum} }, resoldSQL)
	if err != nil {
		return nil, fmt.Errorf("comparing what tiers pay in %s with what their prices start from: %w", m.period, err)
	}
	gaps := map[string]billing.Money{}
	for _, r := range rows {
		sum, err := money.Parse(r.sum)
		if err != nil {
			return nil, err
		}
		if gaps[r.tier] == nil {
			gaps[r.tier] = billing.Money{}
		}
		gaps[r.tier].Add(money.Currency(r.currency), sum)
	}
	return gaps, nil
}
