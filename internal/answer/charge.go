package answer

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

var (
	//go:embed sql/charge_sums.sql
	chargeSumsSQL string
	//go:embed sql/charge_top.sql
	chargeTopSQL string
)

// matching is the condition on the charges of a group that both queries have. A
// service is meant by its name or by its code.
const matching = `($1 = '' OR sub_account_id = $1) AND ($2 = '' OR service_name = $2 OR x_service_code = $2)
    AND ($3 = '' OR x_usage_type = $3) AND ($4 = '' OR x_place = $4)`

// ChargesQuestion asks which charges there are behind a sum. Empty texts bound nothing,
// but for Group, which must be given.
type ChargesQuestion struct {
	Period    billing.Period
	Group     string // that pays; or reseller or unassigned
	Account   string
	Service   string // its name or its code
	UsageType string
	Place     string // usage or marketplace on the invoice; entry, tax, excluded or off
	Limit     int    // how many are listed
}

// Charges are those of a billing group that match a question.
type Charges struct {
	Total int64       `json:"total"` // how many match, listed or not
	Sums  []ChargeSum `json:"sums"`  // of all that match, by currency
	Items []Charge    `json:"items"` // those with the largest prices, largest first
}

// ChargeSum is what charges come to: exact, in the provider's currency, before
// exchange, rounding and customers' tax.
type ChargeSum struct {
	Currency money.Currency `json:"currency"`
	Charges  int64          `json:"charges"`
	Cost     money.Decimal  `json:"cost"`
	Price    money.Decimal  `json:"price"`
}

// Charge is one of them, as it was priced.
type Charge struct {
	ID          string         `json:"id"` // 2026-10/17, what Why takes
	Number      int64          `json:"number"`
	Day         billing.Day    `json:"day"`              // UTC
	Owner       string         `json:"owner"`            // billing group that used it: the one that pays, or one below it
	Seller      string         `json:"seller,omitempty"` // billing group that sells it; empty for the reseller itself
	Account     string         `json:"account"`
	AccountName string         `json:"account_name,omitempty"`
	Service     string         `json:"service"`
	ServiceCode string         `json:"service_code,omitempty"`
	Region      string         `json:"region,omitempty"`
	UsageType   string         `json:"usage_type,omitempty"`
	Description string         `json:"description,omitempty"` // the provider's words
	Resource    string         `json:"resource,omitempty"`
	Class       string         `json:"class"` // usage, commitment-fee, marketplace, entry, tax or managed
	Place       string         `json:"place"`
	Quantity    money.Decimal  `json:"quantity"`
	Unit        string         `json:"unit,omitempty"`
	Currency    money.Currency `json:"currency"`
	// Cost is what the provider charges the reseller, with its tax, after discounts. It
	// is 0 where somebody else is the seller: the cost stands with the reseller's own sale.
	Cost  money.Decimal `json:"cost"`
	Price money.Decimal `json:"price"`          // what the group pays
	Book  string        `json:"book,omitempty"` // and rule that decided; empty where none matched
	Rule  string        `json:"rule,omitempty"`
	Lines int64         `json:"lines"` // of the provider's export; 0 where somebody else is the seller
}

// Charges lists what a billing group is charged in a month, as it was rated last. Only
// that group's charges are read. It is an error where the month is not rated, or was
// closed without such a group.
func (as *Answers) Charges(ctx context.Context, q ChargesQuestion) (_ Charges, err error) {
	answer := Charges{Sums: []ChargeSum{}, Items: []Charge{}}
	rated, detail, err := as.home.CurrentRating(ctx, q.Period)
	if errors.Is(err, store.ErrNotFound) {
		return answer, fmt.Errorf("%s is not rated yet; run `sluice close %s` first", q.Period, q.Period)
	}
	if err != nil {
		return answer, err
	}
	if !month.HasOwner(detail.Config, q.Group) {
		return answer, fmt.Errorf("%s was not closed with a billing group %q", q.Period, q.Group)
	}
	files, err := as.home.Lake.Charges(q.Period, rated.Revision, q.Group)
	if err != nil || len(files) == 0 { // it used nothing
		return answer, err
	}
	declared, err := as.home.Config(ctx)
	if err != nil {
		return answer, err
	}
	s, err := as.home.Engine.Session(ctx)
	if err != nil {
		return answer, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.View(ctx, "charges", files); err != nil {
		return answer, err
	}
	if err := answer.read(ctx, s, q); err != nil {
		return answer, fmt.Errorf("reading the charges of %s in %s: %w", q.Group, q.Period, err)
	}
	names := declared.AccountNames()
	for i := range answer.Items {
		c := &answer.Items[i]
		c.ID, c.AccountName = fmt.Sprintf("%s/%d", q.Period, c.Number), cmp.Or(names[c.Account], c.AccountName)
	}
	return answer, nil
}

// read fills in what the view charges has.
func (a *Charges) read(ctx context.Context, s engine.Session, q ChargesQuestion) error {
	args := []any{q.Account, q.Service, q.UsageType, q.Place}
	sums, err := engine.Collect(ctx, s, func(c *ChargeSum) []any {
		return []any{&c.Currency, &c.Charges, engine.Exact(&c.Cost), engine.Exact(&c.Price)}
	}, strings.ReplaceAll(chargeSumsSQL, "{matching}", matching), args...)
	if err != nil {
		return err
	}
	for _, c := range sums {
		a.Total += c.Charges
	}
	type row struct {
		Charge
		day string
	}
	rows, err := engine.Collect(ctx, s, func(r *row) []any {
		return []any{
			&r.Number, &r.day, &r.Owner, &r.Seller, &r.Account, &r.AccountName, &r.Service, &r.ServiceCode, &r.Region, &r.UsageType, &r.Description, &r.Resource,
			&r.Class, &r.Place, engine.Exact(&r.Quantity), &r.Unit, &r.Currency, engine.Exact(&r.Cost), engine.Exact(&r.Price), &r.Book, &r.Rule, &r.Lines,
		}
	}, strings.ReplaceAll(chargeTopSQL, "{matching}", matching), append(args, q.Limit)...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Day, err = billing.ParseDay(r.day); err != nil {
			return err
		}
		a.Items = append(a.Items, r.Charge)
	}
	a.Sums = append(a.Sums, sums...)
	return nil
}
