package rating

import (
	"context"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// TierExplanation is an explanation as a billing group may see it: what it
// pays, and how the prices of all that is sold on below it came about. It has no
// place for a cost, or for a rule of a seller, above the group (R5, R16).
type TierExplanation struct {
	Period billing.Period `json:"period"`
	As     string         `json:"as"`
	Config string         `json:"config"` // hash of the rules that were in force
	Items  []TierItem     `json:"items"`
}

// TierItem is what a group buys, and its sales and those below it.
type TierItem struct {
	Bought Purchase `json:"bought"`
	Sales  []Sale   `json:"sales,omitempty"`
}

// Purchase is a charge as its buyer sees it.
type Purchase struct {
	Number int64  `json:"number"`
	Group  string `json:"group"` // that pays it
	Owner  string `json:"owner"` // that used it
	Pool   string `json:"pool,omitempty"`
	Subject
	Place   string        `json:"place"`
	Price   money.Decimal `json:"price"`
	Managed *Purchased    `json:"managed,omitempty"`
	Claim   *Claim        `json:"claim,omitempty"`
	Invoice *InvoiceLine  `json:"invoice,omitempty"`
}

// Purchased is what a buyer sees of what is charged for managing.
type Purchased struct {
	Number  int64         `json:"number"`
	Price   money.Decimal `json:"price"`
	Invoice *InvoiceLine  `json:"invoice,omitempty"`
}

// ChargeAs explains a charge to a billing group: the charge's number may be of
// the group's own purchase or of a sale below it. It is an error when the group
// has no part in it.
func (e Explainer) ChargeAs(ctx context.Context, number int64, group string) (TierExplanation, error) {
	x := e.tier(group)
	m, err := e.open(ctx)
	if err != nil {
		return x, err
	}
	nothing := fmt.Errorf("charge %d of %s is not among those of group %s", number, e.Input.Period, group)
	f, err := m.familyOf(ctx, number)
	if err != nil {
		return x, nothing // what there is above a group is not told to it
	}
	item, err := m.item(ctx, f, group)
	if err != nil {
		return x, err
	}
	if item == nil || !item.has(number) {
		return x, nothing
	}
	x.Items = append(x.Items, *item)
	return x, nil
}

// LineAs explains a line to a billing group: the charges of it that the group
// pays. It is an error when the group has no part in it.
func (e Explainer) LineAs(ctx context.Context, load string, file, row int64, group string) (TierExplanation, error) {
	x := e.tier(group)
	m, pieces, err := e.openAt(ctx, load, file, row)
	if err != nil {
		return x, err
	}
	for _, p := range pieces {
		found, err := m.familiesOf(ctx, p)
		if err != nil {
			return x, err
		}
		for _, f := range found {
			item, err := m.item(ctx, f, group)
			if err != nil {
				return x, err
			}
			if item != nil {
				x.Items = append(x.Items, *item)
			}
		}
	}
	if len(x.Items) == 0 {
		return x, fmt.Errorf("line %s:%d:%d of %s is not among those of group %s", load, file, row, e.Input.Period, group)
	}
	return x, nil
}

func (e Explainer) tier(group string) TierExplanation {
	return TierExplanation{Period: e.Input.Period, As: group, Items: []TierItem{}}
}

// item is what a group may see of a family; nil where it has no part in it.
func (m *opened) item(ctx context.Context, f family, group string) (*TierItem, error) {
	sales, err := m.sales(ctx, f)
	if err != nil {
		return nil, err
	}
	for i, s := range sales {
		if _, ok := m.tree.Group(group); s.Group == group && ok {
			return &TierItem{Bought: purchaseOf(s), Sales: sales[i+1:]}, nil
		}
	}
	return nil, nil
}

// purchaseOf is what the buyer sees of a sale.
func purchaseOf(s Sale) Purchase {
	p := Purchase{Number: s.Number, Group: s.Group, Owner: s.Owner, Pool: s.Pool, Subject: s.Subject, Place: s.Place,
		Price: s.Price, Claim: s.Claim, Invoice: s.Invoice}
	if s.Managed != nil {
		p.Managed = &Purchased{s.Managed.Number, s.Managed.Price, s.Managed.Invoice}
	}
	return p
}

// has tells whether a charge with a number is in the item.
func (t TierItem) has(number int64) bool {
	if t.Bought.Number == number || t.Bought.Managed != nil && t.Bought.Managed.Number == number {
		return true
	}
	for _, s := range t.Sales {
		if s.Number == number || s.Managed != nil && s.Managed.Number == number {
			return true
		}
	}
	return false
}
