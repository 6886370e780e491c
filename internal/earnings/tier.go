package earnings

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
)

//go:embed sql/sales.sql
var salesSQL string

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
func (es *Earnings) TierMargin(ctx context.Context, period billing.Period, tier string) (TierMonth, error) {
	m, err := es.home.OpenRated(ctx, period)
	if err != nil {
		return TierMonth{}, err
	}
	defer m.Session.Close()
	documents, err := es.home.Documents(ctx, period)
	if err != nil {
		return TierMonth{}, err
	}
	all, err := tierMargins(ctx, m, documents)
	if err != nil {
		return TierMonth{}, err
	}
	for _, t := range all {
		if t.Tier == tier {
			return TierMonth{period, m.Preview, m.Revision, t}, nil
		}
	}
	return TierMonth{}, fmt.Errorf("no billing group buys from %q in %s; a group buys from the one that it names as its parent", tier, period)
}

// Resale knows who sells to whom: each billing group's parent, empty where it
// buys from the reseller itself.
type Resale struct {
	Parent map[string]string
	Tiers  []string // groups that are somebody's parent, by id
}

// ResaleOf reads who sells to whom from a configuration.
func ResaleOf(c billing.Config) Resale {
	r := Resale{Parent: map[string]string{}}
	for _, g := range c.BillingGroups {
		if g.Parent != "" {
			r.Parent[g.ID] = g.Parent
			r.Tiers = append(r.Tiers, g.Parent)
		}
	}
	slices.Sort(r.Tiers)
	r.Tiers = slices.Compact(r.Tiers)
	return r
}

// buyer is the group that buys from a tier what a group below it uses.
func (r Resale) buyer(tier, owner string) string {
	for r.Parent[owner] != tier && r.Parent[owner] != "" {
		owner = r.Parent[owner]
	}
	return owner
}

// Sale is what a group is charged for what an owner uses.
type Sale struct {
	Currency     money.Currency
	Group, Owner string
	Amount       money.Decimal // exact, tax out
	seller       string
}

// ReadSales sums up what is sold in a month whose charges are open.
func ReadSales(ctx context.Context, m *month.Work) ([]Sale, error) {
	all, err := engine.Collect(ctx, m.Session, func(s *Sale) []any {
		return []any{&s.Currency, &s.seller, &s.Group, &s.Owner, engine.Exact(&s.Amount)}
	}, salesSQL)
	if err != nil {
		return nil, fmt.Errorf("summing what is sold in %s: %w", m.Period, err)
	}
	return all, nil
}

// tierMargins sums up what each tier buys and sells.
func tierMargins(ctx context.Context, m *month.Work, documents []invoice.Invoice) ([]TierMargin, error) {
	r := ResaleOf(m.Config)
	if len(r.Tiers) == 0 {
		return nil, nil
	}
	sales, err := ReadSales(ctx, m)
	if err != nil {
		return nil, err
	}
	margins := make([]TierMargin, len(r.Tiers))
	for i, tier := range r.Tiers {
		t := TierMargin{Tier: tier, Totals: []TierSum{}, Invoices: []InvoiceMargin{}}
		for _, s := range sales {
			if s.Group != tier && s.seller != tier {
				continue
			}
			t.add(r, s)
		}
		for n := range t.Totals {
			t.Totals[n].finish()
		}
		for _, d := range documents {
			if r.Parent[d.Group] == tier {
				t.Invoices = append(t.Invoices, invoiceMargin(m, d))
			}
		}
		margins[i] = t
	}
	return margins, nil
}

// add adds what the tier sells or is charged.
func (t *TierMargin) add(r Resale, s Sale) {
	sum := t.in(s.Currency)
	switch {
	case s.seller == t.Tier:
		b := sum.buyer(s.Group)
		b.Sold = b.Sold.Add(s.Amount)
	case s.Owner == t.Tier:
		sum.OwnUse = sum.OwnUse.Add(s.Amount)
	default:
		b := sum.buyer(r.buyer(t.Tier, s.Owner))
		b.Bought = b.Bought.Add(s.Amount)
	}
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
