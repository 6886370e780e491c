package earnings

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/proof"
)

// Kinds of rows of profit that have no id.
const (
	noKey         = "none"
	resellerKey   = assign.Reseller
	unassignedKey = assign.Unassigned
)

// ledger counts a month in one currency, and knows whose account each part is.
type ledger struct {
	currency money.Currency
	period   billing.Period
	now      billing.Config // names, projects and rates
	rated    billing.Config // of the month: groups that are not declared any more
	used     []billing.ExchangeRate
	lacking  map[money.Currency]bool // currencies without a common rate
}

// value is what an amount is in the ledger's currency, by the common rate of the
// month (R19). Where there is none, missing tells.
func (l *ledger) value(from money.Currency, amount money.Decimal) money.Decimal {
	if from == l.currency || amount.IsZero() {
		return amount
	}
	for _, r := range l.now.ExchangeRates {
		if r.Month == l.period && r.From == from && r.To == l.currency && r.Level == "common" {
			if !slices.Contains(l.used, r) {
				l.used = append(l.used, r)
			}
			return amount.Mul(r.Rate)
		}
	}
	if l.lacking == nil {
		l.lacking = map[money.Currency]bool{}
	}
	l.lacking[from] = true
	return money.Zero
}

// missing is the error that names every pair without a common rate.
func (l *ledger) missing() error {
	var pairs []string
	for _, from := range slices.Sorted(maps.Keys(l.lacking)) {
		pairs = append(pairs, fmt.Sprintf("from %s to %s", from, l.currency))
	}
	if len(pairs) == 0 {
		return nil
	}
	return fmt.Errorf("R19: there is no common exchange rate %s for %s, which profit is counted by; declare it under exchange_rates, or count in another currency with --currency",
		strings.Join(pairs, ", nor "), l.period)
}

// buy adds what the provider bills.
func (l *ledger) buy(sum *ProfitSum, currency money.Currency, amount money.Decimal) {
	sum.Bought.Add(currency, amount)
	sum.Purchase = sum.Purchase.Add(l.value(currency, amount))
}

// sell adds what a document bills, or a part of it.
func (l *ledger) sell(sum *ProfitSum, amount money.Decimal, d invoice.Invoice) {
	sum.Billed.Add(d.Currency, amount)
	value := l.value(d.Currency, amount)
	sum.Sales = sum.Sales.Add(value)
	if d.State == invoice.Draft {
		sum.Drafted = sum.Drafted.Add(value)
	}
}

// bearer is the row that a group, or what is nobody's, is counted to.
func (l *ledger) bearer(by ProfitView, group string) ProfitRow {
	if group == resellerKey || group == unassignedKey {
		return ProfitRow{Kind: group}
	}
	g := l.group(group)
	switch by {
	case ProfitByCustomer:
		return keyed(by, g.Customer, l.customer(g.Customer))
	case ProfitByProject:
		return keyed(by, g.Project, l.project(g.Project))
	default:
		return keyed(by, g.ID, cmp.Or(g.Name, l.customer(g.Customer)))
	}
}

// payer is the row of a payer.
func (l *ledger) payer(id string) ProfitRow {
	p, err := month.PayerOf(l.now, id)
	if err != nil { // lines may name another payer than a declared one
		p = billing.Payer{}
	}
	return keyed(ProfitByPayer, id, p.Name)
}

func keyed(by ProfitView, id, name string) ProfitRow {
	if id == "" {
		return ProfitRow{Kind: noKey}
	}
	return ProfitRow{Kind: string(by), ID: id, Name: name}
}

// group is a billing group as it is declared now, or was when the month was
// rated.
func (l *ledger) group(id string) billing.BillingGroup {
	for _, c := range []billing.Config{l.now, l.rated} {
		for _, g := range c.BillingGroups {
			if g.ID == id {
				return g
			}
		}
	}
	return billing.BillingGroup{ID: id}
}

func (l *ledger) customer(id string) string {
	for _, c := range []billing.Config{l.now, l.rated} {
		for _, x := range c.Customers {
			if x.ID == id {
				return x.Name
			}
		}
	}
	return ""
}

func (l *ledger) project(code string) string {
	for _, x := range l.now.Projects {
		if x.Code == code {
			return x.Name
		}
	}
	return ""
}

func newProfitSum() ProfitSum { return ProfitSum{Bought: billing.Money{}, Billed: billing.Money{}} }

// finish works out the profit.
func (s *ProfitSum) finish() {
	s.Profit, s.Percent = s.Sales.Sub(s.Purchase), nil
	if !s.Sales.IsZero() {
		percent := s.Profit.Mul(money.FromInt(100)).Quo(s.Sales, 2)
		s.Percent = &percent
	}
}

func (s *ProfitSum) add(o ProfitSum) {
	s.Purchase, s.Sales, s.Drafted = s.Purchase.Add(o.Purchase), s.Sales.Add(o.Sales), s.Drafted.Add(o.Drafted)
	for currency, amount := range o.Bought {
		s.Bought.Add(currency, amount)
	}
	for currency, amount := range o.Billed {
		s.Billed.Add(currency, amount)
	}
}

// residue is what the rows leave of the sum.
func (s ProfitSum) residue(rows []ProfitRow) money.Decimal {
	purchase, sales := s.Purchase, s.Sales
	for _, r := range rows {
		purchase, sales = purchase.Sub(r.Purchase), sales.Sub(r.Sales)
	}
	return proof.Largest(purchase, sales)
}

// add adds a month. The sums are finished when all are added.
func (s *ProfitSheet) add(month ProfitSheet) {
	s.Totals.add(month.Totals)
	s.Residue = s.Residue.Add(month.Residue)
	rows := profitRows{}
	for _, all := range [][]ProfitRow{s.Rows, month.Rows} {
		for _, r := range all {
			rows.of(r).add(r.ProfitSum)
		}
	}
	s.Rows = rows.sorted()
	for _, source := range month.Sources { // charges of documents are sources only of the months that have them
		at := slices.IndexFunc(s.Sources, func(x SourceMargin) bool { return x.Source == source.Source })
		if at < 0 {
			s.Sources = append(s.Sources, source)
			continue
		}
		s.Sources[at].Amount = s.Sources[at].Amount.Add(source.Amount)
	}
}

// profitRows are the rows by kind and id.
type profitRows map[[2]string]*ProfitRow

// of finds the account of a row, or opens it.
func (rows profitRows) of(r ProfitRow) *ProfitSum {
	key := [2]string{r.Kind, r.ID}
	if rows[key] == nil {
		r.ProfitSum = newProfitSum()
		rows[key] = &r
	}
	return &rows[key].ProfitSum
}

// sorted are the finished rows by id; what is nobody's is the last.
func (rows profitRows) sorted() []ProfitRow {
	var all []ProfitRow
	for _, r := range rows {
		r.finish()
		all = append(all, *r)
	}
	slices.SortFunc(all, func(a, b ProfitRow) int {
		lastly := []string{noKey, resellerKey, unassignedKey}
		return cmp.Or(cmp.Compare(slices.Index(lastly, a.Kind), slices.Index(lastly, b.Kind)), cmp.Compare(a.ID, b.ID))
	})
	return all
}
