package earnings

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/statement"
	"github.com/sluice-billing/sluice/internal/store"
)

//go:embed sql/profit.sql
var profitSQL string

// ProfitView is what profit is counted by.
type ProfitView string

// The views of profit.
const (
	ProfitByGroup    ProfitView = "group"
	ProfitByCustomer ProfitView = "customer"
	ProfitByProject  ProfitView = "project" // the project that a billing group names
	ProfitByPayer    ProfitView = "payer"
	ProfitBySource   ProfitView = "source" // what it is earned by, instead of from whom
)

// ProfitViews lists every view there is.
var ProfitViews = []ProfitView{ProfitByCustomer, ProfitByGroup, ProfitByProject, ProfitByPayer, ProfitBySource}

// Profit is what the reseller's documents bill less what the provider bills for
// the same months. Amounts are exact, before tax, in Currency; what they were
// before exchange stands beside them.
type Profit struct {
	By       ProfitView     `json:"by"`
	Currency money.Currency `json:"currency"`
	Months   []ProfitMonth  `json:"months"`
	ProfitSheet
}

// ProfitMonth is the profit of one month, as it was closed last and as its
// documents are now.
type ProfitMonth struct {
	Period   billing.Period         `json:"period"`
	Preview  bool                   `json:"preview,omitempty"`
	Groups   []string               `json:"groups,omitempty"` // that the month was closed for; none when it was closed whole
	Revision string                 `json:"revision"`         // of the charges
	Rates    []billing.ExchangeRate `json:"rates"`            // common ones that were used
	InputTax billing.Money          `json:"input_tax"`        // the provider's tax, which is no purchase
	ProfitSheet
}

// ProfitSheet is a month, or all of them together.
type ProfitSheet struct {
	// Totals are counted over the provider's lines and whole documents, the rows
	// over charges and parts of documents.
	Totals  ProfitSum      `json:"totals"`
	Rows    []ProfitRow    `json:"rows,omitempty"`    // by kind and id
	Sources []SourceMargin `json:"sources,omitempty"` // instead of Rows, with ProfitBySource
	// Residue is what the rows leave of the purchase or the sales, whichever is
	// further from zero; with sources, what they leave of the profit.
	Residue money.Decimal `json:"residue"`
}

// ProfitSum is one account of purchase and sales.
type ProfitSum struct {
	// Purchase is what the provider bills: after discounts in columns, without its
	// tax. An adjusting entry is the purchase of the group that it is billed to, in
	// the month on whose document it is; until then, and for good where nobody is
	// billed for it, it is the reseller's.
	Purchase money.Decimal  `json:"purchase"`
	Sales    money.Decimal  `json:"sales"`   // what invoices and notes bill, drafts included
	Drafted  money.Decimal  `json:"drafted"` // of the sales: what is on drafts
	Profit   money.Decimal  `json:"profit"`  // Sales − Purchase
	Percent  *money.Decimal `json:"percent"` // of the sales, cut after two digits; nil where there are none
	Bought   billing.Money  `json:"bought"`  // Purchase, in the provider's currencies
	Billed   billing.Money  `json:"billed"`  // Sales, in the documents' currencies
}

// ProfitRow is the account of one customer, group, project or payer. Kind is
// that, or reseller: what the reseller bears itself; unassigned: what is
// nobody's; none: of groups without a project, or of documents what is on no
// payer's lines, such as fees and additional items. These three have no id.
type ProfitRow struct {
	Kind string `json:"kind"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
	ProfitSum
}

// Profit counts the profit of the months from and to, both included. Months are
// as they were closed last; customers, projects and common exchange rates are
// those declared now. Of tiers, only what the reseller itself sells counts (R16).
// currency is the reseller's own where it is empty. It is an error when a month is
// not rated, or when a common rate is missing (R19).
func (es *Earnings) Profit(ctx context.Context, from, to billing.Period, by ProfitView, currency money.Currency) (Profit, error) {
	now, err := es.home.Config(ctx)
	if err != nil {
		return Profit{}, err
	}
	if currency == "" && now.Reseller != nil {
		currency = money.Currency(now.Reseller.Currency)
	}
	if currency == "" {
		return Profit{}, errors.New("no reseller is declared, whose currency profit is counted in; declare one, or name a currency with --currency")
	}
	if err := currency.Check(); err != nil {
		return Profit{}, err
	}
	if to.Before(from) {
		return Profit{}, fmt.Errorf("%s is before %s: name the first month first", to, from)
	}
	out := Profit{By: by, Currency: currency, Months: []ProfitMonth{}, ProfitSheet: ProfitSheet{Totals: newProfitSum()}}
	for period := from; !to.Before(period); period = period.Next() {
		month, err := es.profitOf(ctx, period, by, &ledger{currency: currency, now: now, period: period})
		if err != nil {
			return Profit{}, err
		}
		out.Months = append(out.Months, month)
		out.add(month.ProfitSheet)
	}
	out.Totals.finish()
	for i := range out.Rows {
		out.Rows[i].finish()
	}
	return out, nil
}

// profitOf counts one month.
func (es *Earnings) profitOf(ctx context.Context, period billing.Period, by ProfitView, l *ledger) (out ProfitMonth, err error) {
	m, err := es.home.OpenRated(ctx, period)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, m.Session.Close()) }()
	l.rated = m.Config
	documents, err := es.home.Documents(ctx, period)
	if err != nil {
		return out, err
	}
	tiers := ResaleOf(m.Config)
	documents = slices.DeleteFunc(documents, func(d invoice.Invoice) bool { return tiers.Parent[d.Group] != "" })
	out = ProfitMonth{Period: period, Preview: m.Preview, Groups: m.GroupNames(), Revision: m.Revision, ProfitSheet: ProfitSheet{Totals: newProfitSum()}}
	if out.InputTax, err = l.addLines(ctx, m, &out.Totals); err != nil {
		return out, err
	}
	for _, d := range documents {
		l.sell(&out.Totals, d.BeforeTax, d)
	}
	out.Totals.finish()
	if by == ProfitBySource {
		out.Sources, err = l.sources(ctx, m, documents)
		out.Residue = out.Totals.Profit
		for _, s := range out.Sources {
			out.Residue = out.Residue.Sub(s.Amount)
		}
	} else {
		out.Rows, err = es.profitRows(ctx, m, by, l, documents)
		out.Residue = out.Totals.residue(out.Rows)
	}
	out.Rates = l.used
	return out, errors.Join(err, l.missing())
}

// addLines adds up what the provider bills, over its lines, and returns its tax.
func (l *ledger) addLines(ctx context.Context, m *month.Work, sum *ProfitSum) (tax billing.Money, err error) {
	type row struct {
		currency money.Currency
		net, tax money.Decimal
	}
	rows, err := engine.Collect(ctx, m.Session, func(r *row) []any { return []any{&r.currency, engine.Exact(&r.net), engine.Exact(&r.tax)} }, `
		SELECT billing_currency, CAST(SUM(COALESCE(x_net_cost, billed_cost)) AS VARCHAR), CAST(SUM(CASE WHEN x_class = 'tax' THEN billed_cost ELSE 0 END) AS VARCHAR)
		FROM line_items WHERE x_fence IS NULL OR x_fence <> 'split-cost'
		GROUP BY billing_currency ORDER BY billing_currency`)
	if err != nil {
		return nil, fmt.Errorf("summing the lines of %s: %w", m.Period, err)
	}
	tax = billing.Money{}
	for _, r := range rows {
		tax.Add(r.currency, r.tax)
		l.buy(sum, r.currency, r.net.Sub(r.tax))
	}
	return tax, nil
}

// profitRows counts a month by customer, group, project or payer.
func (es *Earnings) profitRows(ctx context.Context, m *month.Work, by ProfitView, l *ledger, documents []invoice.Invoice) ([]ProfitRow, error) {
	type purchase struct {
		currency      money.Currency
		bearer, payer string
		amount        money.Decimal
	}
	purchases, err := engine.Collect(ctx, m.Session, func(x *purchase) []any { return []any{&x.currency, &x.bearer, &x.payer, engine.Exact(&x.amount)} }, profitSQL)
	if err != nil {
		return nil, fmt.Errorf("summing what the provider bills for %s: %w", m.Period, err)
	}
	rows := profitRows{}
	for _, x := range purchases {
		row := l.bearer(by, x.bearer)
		if by == ProfitByPayer {
			row = l.payer(x.payer)
		}
		l.buy(rows.of(row), x.currency, x.amount)
	}
	for _, d := range documents {
		if by == ProfitByPayer {
			l.sellByPayer(rows, d)
			continue
		}
		l.sell(rows.of(l.bearer(by, d.Group)), d.BeforeTax, d)
		if err := es.buyEntries(ctx, l, rows, by, d); err != nil {
			return nil, err
		}
	}
	return rows.sorted(), nil
}

// sellByPayer sells the lines of a document for their payers, and the rest for
// none.
func (l *ledger) sellByPayer(rows profitRows, d invoice.Invoice) {
	rest := d.BeforeTax
	for _, a := range d.Accounts {
		if a.Payer == "" {
			continue // written for a group
		}
		for _, line := range a.Lines {
			l.sell(rows.of(l.payer(a.Payer)), line.Amount, d)
			rest = rest.Sub(line.Amount)
		}
	}
	if !rest.IsZero() {
		l.sell(rows.of(ProfitRow{Kind: noKey}), rest, d)
	}
}

// buyEntries makes the adjusting entries on a document a purchase of its group,
// and none of the reseller any more.
func (es *Earnings) buyEntries(ctx context.Context, l *ledger, rows profitRows, by ProfitView, d invoice.Invoice) error {
	for _, a := range d.Accounts {
		for _, line := range a.Lines {
			if line.Kind != statement.Entry {
				continue
			}
			provided, err := es.isProviders(ctx, line.Entry)
			if err != nil {
				return err
			}
			if provided {
				l.buy(rows.of(l.bearer(by, d.Group)), line.CostCurrency, line.Cost)
				l.buy(rows.of(ProfitRow{Kind: resellerKey}), line.CostCurrency, line.Cost.Neg())
			}
		}
	}
	return nil
}

// isProviders tells whether an entry, or what it is a part of, is billed by the
// provider; what a person wrote is not. Entries that are gone came from lines.
func (es *Earnings) isProviders(ctx context.Context, id string) (bool, error) {
	for {
		s, err := es.home.Store.Entry(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		e, err := adjustment.Of(s)
		if err != nil || e.Origin != entry.Part {
			return e.Origin != entry.Custom, err
		}
		id = e.Of
	}
}
