package rating

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
)

// shape is how many books price each sale, at most: levels[0] of the
// reseller's own sale, levels[1] of the sale by a tier below it, and so on.
// Levels are counted from 1 through all sales.
type shape struct {
	levels []int
	orders []order // of the books of each sale
}

// first is the first level of a sale, counted from 1.
func (h shape) first(sale int) int {
	level := 1
	for _, n := range h.levels[:sale] {
		level += n
	}
	return level
}

// level is that of the i-th of the books that price a sale, counted from 1.
func (h shape) level(sale int, books []string, i int) int {
	return h.first(sale) + h.orders[sale].at(books, i)
}

func (h shape) total() int { return h.first(len(h.levels)) - 1 }

// buyer is who has an account's lines, and so which sales lead to them.
type buyer struct{ owner, account string }

// plan is the sales that lead to a buyer on some days.
type plan struct {
	buyer
	from, to billing.Day
	basis    billing.Basis
	sales    []assign.Sale
}

// makePlans makes the table plans: for each owner and account the sales that
// lead to them on each day and the books of each (R13, R16). It returns the
// shape of the sales and the books that price anything.
func makePlans(ctx context.Context, s engine.Session, in Input) (shape, []string, error) {
	buyers, err := readBuyers(ctx, s, in)
	if err != nil {
		return shape{}, nil, err
	}
	plans := plansOf(in, buyers)
	h, books := shapeOf(plans)
	columns := []engine.TableColumn{{Name: "owner", Type: "VARCHAR"}, {Name: "account", Type: "VARCHAR"},
		{Name: "from_day", Type: "DATE"}, {Name: "to_day", Type: "DATE"}}
	for _, name := range h.planColumns() {
		columns = append(columns, engine.TableColumn{Name: name, Type: "VARCHAR"})
	}
	rows := make([][]any, len(plans))
	for i, p := range plans {
		rows[i] = h.row(p)
	}
	return h, books, s.Table(ctx, "plans", columns, rows)
}

// readBuyers lists the owners of the month's lines with their accounts, and who
// may bear a pool with the accounts of the pool; in order, each once.
func readBuyers(ctx context.Context, s engine.Session, in Input) ([]buyer, error) {
	buyers, err := engine.Collect(ctx, s, func(b *buyer) []any { return []any{&b.owner, &b.account} },
		`SELECT DISTINCT owner, account FROM owners UNION SELECT DISTINCT "group", sub_account_id FROM parts WHERE "group" IS NOT NULL ORDER BY 1, 2`)
	if err != nil {
		return nil, err
	}
	for _, p := range in.Config.Pools {
		for _, bearer := range bearersOf(in.Config, p) {
			for _, account := range p.Accounts {
				buyers = append(buyers, buyer{bearer, account})
			}
		}
	}
	slices.SortFunc(buyers, func(a, b buyer) int { return strings.Compare(a.owner+"\x00"+a.account, b.owner+"\x00"+b.account) })
	return slices.Compact(buyers), nil
}

// plansOf are the plans of the buyers that are billing groups: one for each run
// of days on which no other book holds.
func plansOf(in Input, buyers []buyer) (plans []plan) {
	tree, days := assign.TreeOf(in.Config), assign.BookDays(in.Config, in.Period)
	for _, b := range buyers {
		group, ok := tree.Group(b.owner)
		if !ok {
			continue // the reseller's own, or nobody's
		}
		for i, from := range days {
			to := in.Period.LastDay()
			if i+1 < len(days) {
				to = days[i+1] - 1
			}
			plans = append(plans, plan{b, from, to, group.CostBasis, tree.Sales(b.owner, b.account, from)})
		}
	}
	return plans
}

// shapeOf is the shape into which the sales of all plans fit, and the books that
// are in any of them, by id.
func shapeOf(plans []plan) (h shape, books []string) {
	chains := make([][][]string, 1) // of books, by sale
	named := map[string]bool{}
	for _, p := range plans {
		for n, sale := range p.sales {
			if n == len(chains) {
				chains = append(chains, nil)
			}
			chains[n] = append(chains[n], sale.Books)
			for _, b := range sale.Books {
				named[b] = true
			}
		}
	}
	for _, all := range chains {
		o := orderOf(all)
		h.levels, h.orders = append(h.levels, o.levels), append(h.orders, o)
	}
	return h, sorted(named)
}

// row is a plan as the table plans has it: buyer, days and basis, then group and
// seller of each sale, then the book on each level of each sale.
func (h shape) row(p plan) []any {
	row := []any{p.owner, p.account, p.from, p.to, string(p.basis)}
	priced := make([]any, h.total())
	for n := range h.levels {
		var sale assign.Sale
		if n < len(p.sales) {
			sale = p.sales[n]
		}
		row = append(row, optional(sale.Group), optional(sale.Seller))
		for i, book := range sale.Books {
			priced[h.level(n, sale.Books, i)-1] = book
		}
	}
	return append(row, priced...)
}

// order is where the books of a sale stand in its levels.
type order struct {
	level  map[string]int // of a book, from 0; nil where that of its place in the chain counts
	levels int
}

// orderOf gives the books of a sale their levels, from the chains in which they
// follow each other. A book has one level in all chains, so that what a rule
// prices by the month's total is added up in one place, whether another book
// goes before it or not. Books that follow each other both ways, or themselves,
// have no such levels: then it is the place in the chain.
func orderOf(chains [][]string) order {
	o := order{level: map[string]int{}, levels: 1}
	for _, chain := range chains {
		for _, b := range chain {
			o.level[b] = 0
		}
	}
	for moved := true; moved; {
		moved = false
		for _, chain := range chains {
			for i := 1; i < len(chain); i++ {
				next := o.level[chain[i-1]] + 1
				if next <= o.level[chain[i]] {
					continue
				}
				if next >= len(o.level) { // more steps than books: round in a circle
					return order{levels: longest(chains)}
				}
				o.level[chain[i]], moved = next, true
				o.levels = max(o.levels, next+1)
			}
		}
	}
	return o
}

func longest(chains [][]string) int {
	most := 1
	for _, chain := range chains {
		most = max(most, len(chain))
	}
	return most
}

// at is the level of the i-th book of a chain, from 0.
func (o order) at(chain []string, i int) int {
	if o.level == nil {
		return i
	}
	return o.level[chain[i]]
}

// bearersOf are all groups that may bear something of a pool.
func bearersOf(c billing.Config, p billing.Pool) []string {
	all := map[string]bool{p.Remainder: true}
	for _, f := range p.Fixed {
		all[f.Group] = true
	}
	for _, f := range p.Percent {
		all[f.Group] = true
	}
	for _, g := range c.BillingGroups {
		shared := func(cl billing.Claim) bool {
			return slices.ContainsFunc(cl.Accounts, func(a string) bool { return slices.Contains(p.Accounts, a) })
		}
		if slices.ContainsFunc(g.Claims, shared) {
			all[g.ID] = true
		}
	}
	return sorted(all)
}

func sorted(set map[string]bool) []string {
	var all []string
	for x := range set {
		all = append(all, x)
	}
	slices.Sort(all)
	return all
}

func optional(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// keyID names a pricing key in the month, bookKey one that a book prices.
type (
	keyID struct {
		load   string
		number int32
	}
	bookKey struct {
		book string
		keyID
	}
)

// fewBooks are so few that every key is decided for each.
const fewBooks = 4

// usedKeys returns which keys each book has to price: those of the accounts it
// is for. nil stands for all.
func usedKeys(ctx context.Context, s engine.Session, books []billing.PriceBook, h shape) (map[bookKey]bool, error) {
	if len(books) <= fewBooks {
		return nil, nil
	}
	var priced []string
	for level := range h.total() {
		priced = append(priced, fmt.Sprintf("SELECT account, book_%[1]d AS book FROM plans WHERE book_%[1]d IS NOT NULL", level+1))
	}
	all, err := engine.Collect(ctx, s, func(k *bookKey) []any { return []any{&k.book, &k.load, &k.number} }, `
		WITH used AS (
			SELECT DISTINCT load, x_pricing_key, sub_account_id FROM daily_usage
		),
		priced AS (`+strings.Join(priced, " UNION ")+`)
		SELECT DISTINCT priced.book, used.load, used.x_pricing_key FROM used JOIN priced ON priced.account = used.sub_account_id`)
	if err != nil {
		return nil, fmt.Errorf("finding what each price book has to price: %w", err)
	}
	used := make(map[bookKey]bool, len(all))
	for _, k := range all {
		used[k] = true
	}
	return used, nil
}
