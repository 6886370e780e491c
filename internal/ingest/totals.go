package ingest

import (
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// Totals are summed while the files are parsed, apart from what is written:
// the pipeline compares them with the sums of the lake.
type Totals struct {
	Rows     int64          `json:"rows"`
	Invoices []InvoiceTotal `json:"invoices"`
	// InvoiceIDs tells whether the export has a column for the provider's
	// invoice id at all; without it finality cannot be read from the lines.
	InvoiceIDs bool `json:"invoice_ids"`
	// OpenUsage counts the usage lines without an invoice id (R29).
	OpenUsage int64 `json:"open_usage"`
	// Layout is that of the lake when the lines were written.
	Layout string `json:"layout"`
}

// InvoiceTotal is the sum of the lines of one provider invoice in one
// currency: billed cost, exact, with the provider's tax. Rows fenced as
// split-cost repeat other rows and are counted apart.
type InvoiceTotal struct {
	ID       string         `json:"id,omitempty"` // empty for lines without an invoice
	Currency money.Currency `json:"currency"`
	Rows     int64          `json:"rows"`
	Billed   money.Decimal  `json:"billed"`
	// Net is the sum after negotiated discounts that the export has in columns:
	// of each line its net cost, or its billed cost where it has none. It is nil
	// where it is Billed.
	Net        *money.Decimal `json:"net,omitempty"`
	FencedRows int64          `json:"fenced_rows,omitempty"`
	Fenced     money.Decimal  `json:"fenced"`
}

// AfterDiscounts is Net, or Billed where they are the same: what the provider
// bills in the end.
func (i InvoiceTotal) AfterDiscounts() money.Decimal {
	if i.Net != nil {
		return *i.Net
	}
	return i.Billed
}

// Money is the billed cost of all lines but fenced ones, per currency.
func (t Totals) Money() billing.Money {
	m := billing.Money{}
	for _, i := range t.Invoices {
		m.Add(i.Currency, i.Billed)
	}
	return m
}

type sumKey struct {
	invoice  string
	currency money.Currency
}

// sum is what the lines of one provider invoice in one currency come to.
type sum struct {
	file                string // where its first line is
	number              int32  // of that file in the delivery
	row                 int64
	rows, fencedRows    int64
	billed, net, fenced exactSum
}

// add counts a line. Fenced lines count in their own sum alone.
func (s *sum) add(line *row) {
	billed := line.number[lake.BilledCost]
	if string(line.text[lake.Fence]) == lake.FenceSplitCost {
		s.fencedRows++
		s.fenced.add(billed)
		return
	}
	s.rows++
	s.billed.add(billed)
	if line.given[lake.NetCost] {
		s.net.add(line.number[lake.NetCost])
	} else {
		s.net.add(billed)
	}
}

func (s *sum) lines() int64 { return s.rows + s.fencedRows }

func (s *sum) merge(o *sum) {
	if o.number < s.number || o.number == s.number && o.row < s.row {
		s.file, s.number, s.row = o.file, o.number, o.row
	}
	s.rows += o.rows
	s.fencedRows += o.fencedRows
	s.billed.merge(o.billed)
	s.net.merge(o.net)
	s.fenced.merge(o.fenced)
}

// total is the sum as it is recorded.
func (s *sum) total(key sumKey) InvoiceTotal {
	t := InvoiceTotal{
		ID: key.invoice, Currency: key.currency,
		Rows: s.rows, Billed: s.billed.decimal(), FencedRows: s.fencedRows, Fenced: s.fenced.decimal(),
	}
	if net := s.net.decimal(); !net.Equal(t.Billed) {
		t.Net = &net
	}
	return t
}

// exactSum adds attos up as a decimal: attos may overflow, a decimal cannot. It
// spills the running part only when it must.
type exactSum struct {
	spilled money.Decimal
	running money.Atto
}

func (s *exactSum) add(x money.Atto) {
	total, ok := s.running.Add(x)
	if !ok {
		s.spilled = s.decimal()
		total = x
	}
	s.running = total
}

func (s *exactSum) merge(o exactSum) { s.spilled = s.spilled.Add(o.decimal()) }

func (s *exactSum) decimal() money.Decimal { return s.spilled.Add(s.running.Decimal()) }

// strayCurrencies finds the lines that are not in the currency that most lines
// are in: one finding a currency. A payer is billed in one, as a rule.
func strayCurrencies(sums map[sumKey]*sum) []*note {
	byCurrency := map[money.Currency]*sum{}
	for key, s := range sums {
		if byCurrency[key.currency] == nil {
			byCurrency[key.currency] = &sum{file: s.file, number: s.number, row: s.row}
		}
		byCurrency[key.currency].merge(s)
	}
	var most money.Currency
	for _, c := range slices.Sorted(maps.Keys(byCurrency)) {
		if most == "" || byCurrency[c].lines() > byCurrency[most].lines() {
			most = c
		}
	}
	var stray []*note
	for c, s := range byCurrency {
		if c != most {
			stray = append(stray, &note{billing.Finding{
				Code: "two-currencies", Severity: billing.Hold, Subject: string(c), File: s.file, Row: s.row,
				Count: s.lines(), Amount: s.billed.decimal(), Currency: string(c),
				Message: fmt.Sprintf("lines are in %s, most others in %s; waive this when the provider really bills this payer in both", c, most),
			}, s.number})
		}
	}
	return stray
}
