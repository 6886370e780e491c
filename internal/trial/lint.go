package trial

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/book"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
)

//go:embed sql/lint.sql
var lintSQL string

// BookMonths hands each of the books, by their ids, with what it is for in a
// month to look: the lines of those who pay by it, or all lines where the month
// has nobody who does. The configuration need not be in force. It is an error
// when nothing is loaded for the month.
func (ts *Trials) BookMonths(ctx context.Context, c billing.Config, ids []string, period billing.Period, look func(billing.PriceBook, *book.Month) error) error {
	m, err := ts.home.Open(ctx, c, period)
	if err != nil {
		return err
	}
	defer m.Session.Close()
	work, err := ts.home.Assigned(m)
	if err != nil {
		return err
	}
	if err := assign.Open(ctx, m.Session, work); err != nil {
		return err
	}
	l := lintedMonth{Work: m, work: work, tree: assign.TreeOf(c)}
	if l.keys, err = work.ReadKeys(ctx, m.Session); err != nil {
		return err
	}
	l.places = make(map[keyPlace]int, len(l.keys))
	for i, k := range l.keys {
		l.places[keyPlace{k.Load, k.Number, k.Set}] = i
	}
	for _, id := range ids {
		b, ok := l.tree.Book(id)
		if !ok {
			return fmt.Errorf("there is no price book %q", id)
		}
		uses, err := l.uses(ctx, b)
		if err != nil {
			return fmt.Errorf("reading what price book %s is for in %s: %w", id, period, err)
		}
		if err := look(b, &book.Month{Period: period, Keys: l.keys, Uses: uses}); err != nil {
			return err
		}
	}
	return nil
}

// lintedMonth is a month that is open for books to be looked at.
type lintedMonth struct {
	*month.Work
	work   assign.Month
	tree   assign.Tree
	keys   []assign.Key
	places map[keyPlace]int // in keys
}

type keyPlace struct {
	load        string
	number, set int32
}

// uses reads what a book is for.
func (l lintedMonth) uses(ctx context.Context, b billing.PriceBook) ([]book.Use, error) {
	days := append(book.Borders(b, l.Period), assign.BookDays(l.Config, l.Period)...)
	slices.Sort(days)
	days = slices.Compact(days)
	var spans [][]any
	for i, from := range days {
		to := l.Period.LastDay()
		if i+1 < len(days) {
			to = days[i+1] - 1
		}
		spans = append(spans, []any{from, to})
	}
	if err := l.Session.Table(ctx, "spans", []engine.TableColumn{{Name: "from_day", Type: "DATE"}, {Name: "to_day", Type: "DATE"}}, spans); err != nil {
		return nil, err
	}
	pays, err := l.makePriced(ctx, b, days)
	if err != nil {
		return nil, err
	}
	fill := []string{"{join}", "JOIN", "{group}", "''", "{tag_set}", "0"}
	if !pays {
		fill[1] = "LEFT JOIN"
	}
	if book.ByMonth(b) {
		fill[3] = "COALESCE(p.buyer, lines.owner)"
	}
	if l.work.RulesUseTags() {
		fill[5] = "l.x_tag_set"
	}
	type row struct {
		keyPlace
		day, group                string
		covered, final            int32
		quantity, cost, net, list string
	}
	rows, err := engine.Collect(ctx, l.Session, func(r *row) []any {
		return []any{&r.load, &r.number, &r.set, &r.day, &r.group, &r.covered, &r.final, &r.quantity, &r.cost, &r.net, &r.list}
	}, strings.NewReplacer(fill...).Replace(lintSQL))
	if err != nil {
		return nil, err
	}
	uses := make([]book.Use, len(rows))
	for i, r := range rows {
		day, err := billing.ParseDay(r.day)
		if err != nil {
			return nil, err
		}
		u := book.Use{Key: l.places[r.keyPlace], Group: r.group, Day: day, Final: r.final == 1}
		u.Covered = r.covered == 1
		u.Quantity, u.Cost, u.Net, u.List = money.MustParse(r.quantity), money.MustParse(r.cost), money.MustParse(r.net), money.MustParse(r.list)
		uses[i] = u
	}
	return uses, nil
}

// makePriced makes the table priced: which owner and account pay by the book
// from a day on, as whom, and whether nothing else makes their price. It tells
// whether anybody does; if not, the table is who could.
func (l lintedMonth) makePriced(ctx context.Context, b billing.PriceBook, days []billing.Day) (pays bool, err error) {
	type pair struct{ owner, account string }
	pairs, err := engine.Collect(ctx, l.Session, func(p *pair) []any { return []any{&p.owner, &p.account} },
		"SELECT DISTINCT owner, account FROM owners ORDER BY 1, 2")
	if err != nil {
		return false, err
	}
	var by, could [][]any
	for _, p := range pairs {
		for _, day := range days {
			for _, group := range l.bearers(p.owner) {
				g, ok := l.tree.Group(group)
				if !ok {
					continue
				}
				could = append(could, []any{p.owner, p.account, day, group, string(g.CostBasis), int32(1)})
				sales := l.tree.Sales(group, p.account, day)
				priced := slices.IndexFunc(sales, func(s assign.Sale) bool { return slices.Contains(s.Books, b.ID) })
				if priced >= 0 {
					final := int32(0)
					if priced == 0 && len(sales[0].Books) == 1 {
						final = 1
					}
					by = append(by, []any{p.owner, p.account, day, sales[priced].Group, string(g.CostBasis), final})
					break
				}
			}
		}
	}
	columns := []engine.TableColumn{
		{Name: "owner", Type: "VARCHAR"}, {Name: "account", Type: "VARCHAR"}, {Name: "from_day", Type: "DATE"},
		{Name: "buyer", Type: "VARCHAR"}, {Name: "basis", Type: "VARCHAR"}, {Name: "final", Type: "INTEGER"},
	}
	if len(by) > 0 {
		return true, l.Session.Table(ctx, "priced", columns, by)
	}
	return false, l.Session.Table(ctx, "priced", columns, slices.CompactFunc(could, func(a, b []any) bool {
		return cmp.Or(cmp.Compare(a[0].(string), b[0].(string)), cmp.Compare(a[1].(string), b[1].(string)), cmp.Compare(a[2].(billing.Day), b[2].(billing.Day))) == 0
	}))
}

// bearers are the groups that may pay for what an owner uses: itself, or those
// among whom a pool is divided. Of a pool the first that pays by a book stands
// for all.
func (l lintedMonth) bearers(owner string) []string {
	i := slices.IndexFunc(l.Config.Pools, func(p billing.Pool) bool { return p.ID == owner })
	if i < 0 {
		return []string{owner}
	}
	pool := l.Config.Pools[i]
	groups := []string{pool.Remainder}
	for _, f := range pool.Fixed {
		groups = append(groups, f.Group)
	}
	for _, f := range pool.Percent {
		groups = append(groups, f.Group)
	}
	if len(pool.ByUsage) > 0 {
		return append(groups, pool.ByUsage...)
	}
	for _, g := range l.Config.BillingGroups {
		if slices.ContainsFunc(g.Claims, func(c billing.Claim) bool {
			return slices.ContainsFunc(c.Accounts, func(a string) bool { return slices.Contains(pool.Accounts, a) })
		}) {
			groups = append(groups, g.ID)
		}
	}
	return groups
}
