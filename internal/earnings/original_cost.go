package earnings

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
)

//go:embed sql/original_cost.sql
var originalCostSQL string

// OriginalCost is what the provider bills the reseller for a month, by the
// provider's invoice: after discounts in columns, with the provider's tax apart.
type OriginalCost struct {
	Period   billing.Period    `json:"period"`
	Preview  bool              `json:"preview,omitempty"`
	Revision string            `json:"revision"`           // of the charges
	Currency money.Currency    `json:"currency,omitempty"` // that rows are converted to; empty where they are in the provider's
	Rounding money.Rounding    `json:"rounding,omitempty"` // of converted rows
	Rows     []OriginalRow     `json:"rows"`
	Invoices []OriginalInvoice `json:"invoices"` // of the rows
	LeftOut  billing.Money     `json:"left_out"` // lines without an invoice id that are in no row
}

// OriginalRow is the usage of an account on an invoice, or something else that is
// billed there. Amounts are exact in the provider's currency, or converted and
// rounded to the digits of theirs.
type OriginalRow struct {
	Payer       string         `json:"payer"`
	Provider    string         `json:"provider"`
	Invoice     string         `json:"invoice"` // empty of lines that have none yet
	Group       string         `json:"group"`   // that buys from the reseller; or reseller, or unassigned
	GroupName   string         `json:"group_name,omitempty"`
	Project     string         `json:"project,omitempty"` // code
	Account     string         `json:"account"`           // that the provider bills
	Type        string         `json:"type"`              // Usage, else the provider's line type
	Description string         `json:"description,omitempty"`
	Charge      money.Decimal  `json:"charge"` // tax out
	Tax         money.Decimal  `json:"tax"`
	Total       money.Decimal  `json:"total"`
	Currency    money.Currency `json:"currency"`
	Rate        *money.Decimal `json:"rate,omitempty"` // of a converted row
}

// OriginalInvoice proves the rows of an invoice against its lines, in the
// provider's currency, before they are converted.
type OriginalInvoice struct {
	Payer    string         `json:"payer"`
	Invoice  string         `json:"invoice"`
	Currency money.Currency `json:"currency"`
	Lines    money.Decimal  `json:"lines"`           // sum of the provider's lines
	Residue  money.Decimal  `json:"residue"`         // Lines − Σ rows; 0, or the charges are not the lines
	Rate     *money.Decimal `json:"rate,omitempty"`  // that its rows are converted by
	Level    string         `json:"level,omitempty"` // where the rate is from: invoice, payer or common
	// Left is what rounding left: Σ rows × Rate − Σ rounded rows; nil where nothing
	// is converted.
	Left *money.Decimal `json:"rounding_left,omitempty"`
}

// OriginalCostOptions say what of a month is exported, and how. Currency and
// Rounding are given together, or not at all.
type OriginalCostOptions struct {
	Invoice      string // of the provider; all when empty
	Currency     money.Currency
	Rounding     money.Rounding
	PreviewLines bool // lines without an invoice id, too
}

// OriginalCost returns what the provider bills for a month as it was closed last.
// Rates are those declared now: of the provider's invoice itself, else of its
// payer, else the common one (R19). It is an error when the month is not rated,
// has no such invoice, or when an invoice has no rate to the wanted currency.
func (es *Earnings) OriginalCost(ctx context.Context, period billing.Period, o OriginalCostOptions) (out OriginalCost, err error) {
	if (o.Currency == "") != (o.Rounding == "") {
		return out, errors.New("converted amounts must be rounded: name a currency and a rounding mode, or neither")
	}
	if o.Currency != "" {
		if err := errors.Join(o.Currency.Check(), o.Rounding.Check()); err != nil {
			return out, err
		}
	}
	m, err := es.home.OpenRated(ctx, period)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, m.Session.Close()) }()
	now, err := es.home.Config(ctx)
	if err != nil {
		return out, err
	}
	out = OriginalCost{
		Period: period, Preview: m.Preview, Revision: m.Revision, Currency: o.Currency, Rounding: o.Rounding,
		Rows: []OriginalRow{}, Invoices: []OriginalInvoice{}, LeftOut: billing.Money{},
	}
	if err := out.readInvoices(ctx, m, o); err != nil {
		return out, err
	}
	if o.Invoice != "" && len(out.Invoices) == 0 {
		return out, fmt.Errorf("no line of %s is on a provider invoice %q; `sluice month readiness %s` lists those there are", period, o.Invoice, period)
	}
	if err := out.readRows(ctx, m, &ledger{now: now, rated: m.Config, period: period}); err != nil {
		return out, err
	}
	out.prove()
	if o.Currency != "" {
		err = out.convert(now)
	}
	return out, err
}

// readInvoices sums the provider's lines up by invoice: those that are wanted.
func (c *OriginalCost) readInvoices(ctx context.Context, m *month.Work, o OriginalCostOptions) error {
	type row struct {
		load, invoice string
		currency      money.Currency
		sum           money.Decimal
	}
	lines, err := engine.Collect(ctx, m.Session, func(r *row) []any { return []any{&r.load, &r.invoice, &r.currency, engine.Exact(&r.sum)} }, `
		SELECT load, COALESCE(invoice_id, ''), billing_currency, CAST(SUM(COALESCE(x_net_cost, billed_cost)) AS VARCHAR)
		FROM line_items WHERE x_fence IS NULL OR x_fence <> 'split-cost'
		GROUP BY load, 2, billing_currency ORDER BY load, 2, billing_currency`)
	if err != nil {
		return fmt.Errorf("summing the provider's invoices of %s: %w", m.Period, err)
	}
	for _, r := range lines {
		switch {
		case o.Invoice != "" && r.invoice != o.Invoice:
			continue
		case r.invoice == "" && !o.PreviewLines:
			c.LeftOut.Add(r.currency, r.sum)
			continue
		}
		payer := payerOfLoad(m, r.load)
		i := c.find(payer, r.invoice, r.currency)
		if i == nil { // a payer may have several reports of one invoice
			c.Invoices = append(c.Invoices, OriginalInvoice{Payer: payer, Invoice: r.invoice, Currency: r.currency})
			i = &c.Invoices[len(c.Invoices)-1]
		}
		i.Lines = i.Lines.Add(r.sum)
	}
	slices.SortFunc(c.Invoices, func(a, b OriginalInvoice) int {
		return cmp.Or(cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.Invoice, b.Invoice), cmp.Compare(a.Currency, b.Currency))
	})
	return nil
}

func payerOfLoad(m *month.Work, id string) string {
	for _, l := range m.Loads {
		if l.ID == id {
			return l.Payer
		}
	}
	return ""
}

func (c *OriginalCost) find(payer, invoice string, currency money.Currency) *OriginalInvoice {
	for i := range c.Invoices {
		if x := &c.Invoices[i]; x.Payer == payer && x.Invoice == invoice && x.Currency == currency {
			return x
		}
	}
	return nil
}

// readRows reads the rows of the wanted invoices, over the charges.
func (c *OriginalCost) readRows(ctx context.Context, m *month.Work, l *ledger) error {
	type charge struct {
		load, invoice, group, account, kind, description string
		currency                                         money.Currency
		amount                                           money.Decimal
	}
	charges, err := engine.Collect(ctx, m.Session, func(x *charge) []any {
		return []any{&x.load, &x.invoice, &x.currency, &x.group, &x.account, &x.kind, &x.description, engine.Exact(&x.amount)}
	}, originalCostSQL)
	if err != nil {
		return fmt.Errorf("summing what the provider bills for %s: %w", m.Period, err)
	}
	rows, taxes := originalRows{}, []OriginalRow{}
	for _, x := range charges {
		r := OriginalRow{
			Payer: payerOfLoad(m, x.load), Invoice: x.invoice, Group: x.group, Account: x.account, Type: x.kind, Description: x.description,
			Currency: x.currency,
		}
		if c.find(r.Payer, r.Invoice, r.Currency) == nil {
			continue
		}
		if payer, err := month.PayerOf(m.Config, r.Payer); err == nil {
			r.Provider = payer.Provider
		}
		if r.Group != resellerKey && r.Group != unassignedKey {
			g := l.group(r.Group)
			r.GroupName, r.Project = cmp.Or(g.Name, l.customer(g.Customer)), g.Project
		}
		if x.kind == taxRow {
			r.Tax = x.amount
			taxes = append(taxes, r)
			continue
		}
		r.Charge = x.amount
		rows.put(r)
	}
	for _, tax := range taxes {
		rows.putTax(tax)
	}
	c.Rows = rows.sorted()
	return nil
}

// Types of rows that are not the provider's line types.
const (
	usageRow = "Usage"
	taxRow   = "Tax"
)

// originalKey is one account of a group on one invoice.
type originalKey struct {
	payer, invoice, group, account string
	currency                       money.Currency
}

func (r OriginalRow) key() originalKey {
	return originalKey{r.Payer, r.Invoice, r.Group, r.Account, r.Currency}
}

// originalRows are the rows by account, group and invoice, in the order they came
// in.
type originalRows map[originalKey][]OriginalRow

// put adds a row, or adds to the one that says the same of another report.
func (rows originalRows) put(r OriginalRow) {
	of := rows[r.key()]
	i := slices.IndexFunc(of, func(x OriginalRow) bool { return x.Type == r.Type && x.Description == r.Description })
	if i < 0 {
		rows[r.key()] = append(of, r)
		return
	}
	of[i].Charge, of[i].Tax = of[i].Charge.Add(r.Charge), of[i].Tax.Add(r.Tax)
}

// putTax puts the tax of an account on an invoice on the row of its usage, or on
// its only row; where neither says what is taxed, it is a row of its own.
func (rows originalRows) putTax(tax OriginalRow) {
	of := rows[tax.key()]
	i := slices.IndexFunc(of, func(x OriginalRow) bool { return x.Type == usageRow })
	if i < 0 && len(of) == 1 {
		i = 0
	}
	if i < 0 {
		rows.put(tax)
		return
	}
	of[i].Tax = of[i].Tax.Add(tax.Tax)
}

// sorted are the rows by payer, invoice, group and account, with their totals.
func (rows originalRows) sorted() []OriginalRow {
	all := []OriginalRow{}
	for _, of := range rows {
		for _, r := range of {
			r.Total = r.Charge.Add(r.Tax)
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b OriginalRow) int {
		return cmp.Or(cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.Invoice, b.Invoice), cmp.Compare(a.Currency, b.Currency),
			cmp.Compare(a.Group, b.Group), cmp.Compare(a.Account, b.Account), cmp.Compare(placeOfType(a.Type), placeOfType(b.Type)),
			cmp.Compare(a.Type, b.Type), cmp.Compare(a.Description, b.Description))
	})
	return all
}

// placeOfType puts usage before other rows, and tax behind them.
func placeOfType(kind string) int {
	switch kind {
	case usageRow:
		return 0
	case taxRow:
		return 2
	}
	return 1
}

// prove compares the rows of each invoice with its lines.
func (c *OriginalCost) prove() {
	for i := range c.Invoices {
		c.Invoices[i].Residue = c.Invoices[i].Lines
	}
	for _, r := range c.Rows {
		i := c.find(r.Payer, r.Invoice, r.Currency)
		i.Residue = i.Residue.Sub(r.Total)
	}
}

// convert converts and rounds the rows, and keeps what rounding left.
func (c *OriginalCost) convert(now billing.Config) error {
	var lacking []string
	for n := range c.Invoices {
		i := &c.Invoices[n]
		rate, level := c.rateOf(*i, now)
		if level == "" {
			lacking = append(lacking, fmt.Sprintf("%s of payer %s (%s to %s)", cmp.Or(i.Invoice, "lines without an id"), i.Payer, i.Currency, c.Currency))
			continue
		}
		i.Rate, i.Level, i.Left = &rate, level, &money.Decimal{}
	}
	if len(lacking) > 0 {
		return fmt.Errorf("R19: there is no exchange rate in %s for provider invoices: %s; declare exchange_rate in provider_invoices, or a rate of the payer or a common one under exchange_rates",
			c.Period, strings.Join(lacking, ", "))
	}
	for n := range c.Rows {
		r := &c.Rows[n]
		i := c.find(r.Payer, r.Invoice, r.Currency)
		exact := r.Total.Mul(*i.Rate)
		r.Charge, r.Tax = c.rounded(r.Charge.Mul(*i.Rate)), c.rounded(r.Tax.Mul(*i.Rate))
		r.Total, r.Rate = r.Charge.Add(r.Tax), i.Rate
		left := i.Left.Add(exact.Sub(r.Total))
		i.Left = &left
	}
	for n := range c.Rows { // invoices are found by the provider's currency until here
		c.Rows[n].Currency = c.Currency
	}
	return nil
}

func (c *OriginalCost) rounded(amount money.Decimal) money.Decimal {
	return amount.Round(c.Currency.Digits(), c.Rounding)
}

// rateOf is the rate of an invoice: the one it names itself, else its payer's,
// else the common one; level is empty where there is none.
func (c *OriginalCost) rateOf(i OriginalInvoice, now billing.Config) (rate money.Decimal, level string) {
	if i.Currency == c.Currency {
		return money.FromInt(1), "common"
	}
	for _, d := range now.ProviderInvoices {
		if d.Month == c.Period && d.Payer == i.Payer && d.ID == i.Invoice && d.Currency == i.Currency && d.ExchangeRate != nil && d.ExchangeTo == c.Currency {
			return *d.ExchangeRate, "invoice"
		}
	}
	for _, level := range []string{"payer", "common"} {
		for _, r := range now.ExchangeRates {
			if r.Month == c.Period && r.From == i.Currency && r.To == c.Currency && r.Level == level && (level == "common" || r.Payer == i.Payer) {
				return r.Rate, level
			}
		}
	}
	return money.Zero, ""
}
