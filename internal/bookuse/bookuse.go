// Package bookuse says what price books are there for: what each rule of one prices
// in a month that is rated (Of), and which services, usage types and other texts the
// bills of a month have that a rule can name (Catalog). It prices nothing, and says
// nothing of what is wrong with a book, which is for package book.
package bookuse

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

//go:embed sql/use.sql
var useSQL string

// Uses are what the price books of an installation are there for.
type Uses struct{ home *month.Installation }

// New returns the uses of the price books of an installation.
func New(home *month.Installation) *Uses { return &Uses{home} }

// Use is what a price book does in a month as it was rated. Amounts are exact, tax out.
type Use struct {
	Book   string         `json:"book"`
	Period billing.Period `json:"period"`
	// Changed says that the month was rated with another version of the book, or
	// without it: a rule that is new prices nothing yet.
	Changed bool      `json:"changed,omitempty"`
	Rules   []RuleUse `json:"rules"` // in the order of the book; those that are gone from it last
	// Unmatched is what those who pay by the book use that none of its rules matched, by
	// service, the costliest first.
	Unmatched []ServiceUse `json:"unmatched"`
	// Nearer is what a book nearer to the account priced first (then: parent). Which
	// rules of this book priced it further is not on record.
	Nearer []PricedSum `json:"nearer"`
	Groups []GroupUse  `json:"groups"` // that pay by the book, by id
	Totals []PricedSum `json:"totals"` // of all these groups: rules, unmatched and nearer together
}

// RuleUse is what a rule prices. Where a book nearer or further outward makes a price
// together with it (then: parent), the price is what both make.
type RuleUse struct {
	Rule  string      `json:"rule"`
	Place int         `json:"place"`          // in the book, from 0; -1 where it is gone
	Gone  bool        `json:"gone,omitempty"` // it is not in the book any more
	Sums  []PricedSum `json:"sums"`           // for each currency; none where it prices nothing
}

// ServiceUse is a service that no rule of the book matched.
type ServiceUse struct {
	Code    string `json:"code"`
	Service string `json:"service"`
	Book    string `json:"by_book,omitempty"` // the book further outward that priced it; empty where its price is its base
	PricedSum
}

// GroupUse is what a billing group pays by the book.
type GroupUse struct {
	Group string      `json:"group"`
	Sums  []PricedSum `json:"sums"`
}

// PricedSum is what some charges come to.
type PricedSum struct {
	Currency   money.Currency `json:"currency"` // the provider's
	Charges    int64          `json:"charges"`
	Lines      int64          `json:"lines"` // of the provider's; sales by who resells have none
	Base       money.Decimal  `json:"base"`  // cost that the prices start from
	Price      money.Decimal  `json:"price"`
	Difference money.Decimal  `json:"difference"` // Price − Base
	Managed    money.Decimal  `json:"managed"`    // charged beside the price for managing it
}

func (s PricedSum) plus(o PricedSum) PricedSum {
	s.Currency, s.Charges, s.Lines = o.Currency, s.Charges+o.Charges, s.Lines+o.Lines
	s.Base, s.Price, s.Managed = s.Base.Add(o.Base), s.Price.Add(o.Price), s.Managed.Add(o.Managed)
	s.Difference = s.Price.Sub(s.Base)
	return s
}

// Of says what a book does in a month, by the rating in force: who paid by it then. The
// book is as it is declared now. It is an error where the month is not rated.
func (us *Uses) Of(ctx context.Context, period billing.Period, b billing.PriceBook) (Use, error) {
	use := Use{Book: b.ID, Period: period}
	r, detail, err := us.home.CurrentRating(ctx, period)
	if errors.Is(err, store.ErrNotFound) {
		return use, fmt.Errorf("%s is not rated yet; run `sluice close %s` first", period, period)
	}
	if err != nil {
		return use, err
	}
	tree := assign.TreeOf(detail.Config)
	rated, known := tree.Book(b.ID)
	use.Changed = !known || !sameBook(rated, b)
	files, err := us.home.Lake.Charges(period, r.Revision, "")
	if err != nil {
		return use, err
	}
	s, err := us.home.Engine.Session(ctx)
	if err != nil {
		return use, err
	}
	defer s.Close()
	if err := s.View(ctx, "charges", files); err != nil {
		return use, err
	}
	cells, err := readCells(ctx, s, payersBy{tree, b.ID, spansOf(detail.Config, period)})
	if err != nil {
		return use, fmt.Errorf("reading what price book %s is for in %s: %w", b.ID, period, err)
	}
	use.fill(b, cells)
	return use, nil
}

func sameBook(a, b billing.PriceBook) bool {
	return config.Hash(billing.Config{PriceBooks: []billing.PriceBook{a}}) == config.Hash(billing.Config{PriceBooks: []billing.PriceBook{b}})
}

// cell is what a group pays for a service by one rule.
type cell struct {
	group, nearer, book, rule, code, service string
	PricedSum
}

// payersBy are those who pay by a book in a month, by the spans in which attachments
// stay as they are.
type payersBy struct {
	tree  assign.Tree
	book  string
	spans [][2]billing.Day // first and last day
}

// spansOf are the spans of a month in which no attachment begins or ends.
func spansOf(c billing.Config, period billing.Period) (spans [][2]billing.Day) {
	days := assign.BookDays(c, period)
	for i, from := range days {
		to := period.LastDay()
		if i+1 < len(days) {
			to = days[i+1] - 1
		}
		spans = append(spans, [2]billing.Day{from, to})
	}
	return spans
}

// between joins the ids of books, which have no such character.
const between = "\x1f"

// readCells sums up the charges of those who pay by a book. The view charges is open.
func readCells(ctx context.Context, s engine.Session, by payersBy) ([]cell, error) {
	type sold struct{ buyer, owner, seller, account string }
	all, err := engine.Collect(ctx, s, func(x *sold) []any { return []any{&x.buyer, &x.owner, &x.seller, &x.account} },
		`SELECT DISTINCT "group", x_owner, COALESCE(x_seller, ''), sub_account_id FROM charges
		WHERE x_place IN ('usage', 'marketplace', 'excluded') ORDER BY 1, 2, 3, 4`)
	if err != nil {
		return nil, err
	}
	var payers [][]any
	for _, x := range all {
		for _, span := range by.spans {
			sales := by.tree.Sales(x.owner, x.account, span[0])
			at := slices.IndexFunc(sales, func(sale assign.Sale) bool { return sale.Seller == x.seller && sale.Group == x.buyer })
			if at < 0 {
				continue
			}
			if place := slices.Index(sales[at].Books, by.book); place >= 0 {
				payers = append(payers, []any{x.buyer, x.owner, x.seller, x.account, span[0], span[1], strings.Join(sales[at].Books[:place], between)})
			}
		}
	}
	if len(payers) == 0 {
		return nil, nil
	}
	columns := []engine.TableColumn{
		{Name: "buyer", Type: "VARCHAR"}, {Name: "owner", Type: "VARCHAR"}, {Name: "seller", Type: "VARCHAR"}, {Name: "account", Type: "VARCHAR"},
		{Name: "from_day", Type: "DATE"}, {Name: "to_day", Type: "DATE"}, {Name: "nearer", Type: "VARCHAR"},
	}
	if err := s.Table(ctx, "payers", columns, payers); err != nil {
		return nil, err
	}
	return engine.Collect(ctx, s, func(c *cell) []any {
		return []any{&c.group, &c.nearer, &c.book, &c.rule, &c.code, &c.service, &c.Currency, &c.Charges, &c.Lines,
			engine.Exact(&c.Base), engine.Exact(&c.Price), engine.Exact(&c.Managed)}
	}, useSQL)
}

// fill adds the cells up.
func (u *Use) fill(b billing.PriceBook, cells []cell) {
	type service struct {
		code, book string
		currency   money.Currency
	}
	rules, groups, totals := map[string]sums{}, map[string]sums{}, sums{}
	services, nearer := map[service]ServiceUse{}, sums{}
	for _, c := range cells {
		c.Difference = c.Price.Sub(c.Base)
		if groups[c.group] == nil {
			groups[c.group] = sums{}
		}
		groups[c.group].add(c.PricedSum)
		totals.add(c.PricedSum)
		switch {
		case c.book == u.Book:
			if rules[c.rule] == nil {
				rules[c.rule] = sums{}
			}
			rules[c.rule].add(c.PricedSum)
		case c.book != "" && slices.Contains(strings.Split(c.nearer, between), c.book):
			nearer.add(c.PricedSum)
		default:
			key := service{c.code, c.book, c.Currency}
			x := services[key]
			x.Code, x.Book, x.Service, x.PricedSum = c.code, c.book, cmp.Or(c.service, x.Service), x.plus(c.PricedSum)
			services[key] = x
		}
	}
	for i, r := range b.Rules {
		u.Rules = append(u.Rules, RuleUse{Rule: r.Name, Place: i, Sums: rules[r.Name].ordered()})
		delete(rules, r.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		u.Rules = append(u.Rules, RuleUse{Rule: name, Place: -1, Gone: true, Sums: rules[name].ordered()})
	}
	for _, id := range slices.Sorted(maps.Keys(groups)) {
		u.Groups = append(u.Groups, GroupUse{id, groups[id].ordered()})
	}
	u.Unmatched = slices.SortedFunc(maps.Values(services), func(a, b ServiceUse) int {
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), b.Base.Cmp(a.Base), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Book, b.Book))
	})
	u.Nearer, u.Totals = nearer.ordered(), totals.ordered()
}

// sums are those of each currency.
type sums map[money.Currency]PricedSum

func (all sums) add(s PricedSum) { all[s.Currency] = all[s.Currency].plus(s) }

func (all sums) ordered() []PricedSum {
	return slices.SortedFunc(maps.Values(all), func(a, b PricedSum) int { return cmp.Compare(a.Currency, b.Currency) })
}
