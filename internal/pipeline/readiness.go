package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

// Readiness tells of every declared payer whether the provider has closed its
// month, as far as it is loaded (R29).
type Readiness struct {
	Period billing.Period   `json:"period"`
	Payers []PayerReadiness `json:"payers"`
}

// PayerReadiness is a payer's part of a month.
type PayerReadiness struct {
	Payer    string `json:"payer"`
	Name     string `json:"name,omitempty"`
	Provider string `json:"provider"`
	State    string `json:"state"` // of R29, as recorded
	Ready    bool   `json:"ready"` // nothing but findings stands in the way of a close
	Why      string `json:"why"`

	Reports    int        `json:"reports"`               // that are loaded
	LastLoaded *time.Time `json:"last_loaded,omitempty"` // when the newest delivery was loaded, UTC
	// Invoiced and Open count the usage lines with and without the provider's
	// invoice id; OpenLines all lines without one.
	Invoiced  int64 `json:"invoiced_usage_lines"`
	Open      int64 `json:"open_usage_lines"`
	OpenLines int64 `json:"open_lines"`

	Invoices []InvoiceSeen     `json:"invoices"` // ids that lines carry, sorted
	Expected []InvoiceExpected `json:"expected"` // what is declared in provider_invoices, by id

	invoiceIDs bool // every loaded report has a column for invoice ids
}

// InvoiceSeen is a provider's invoice that lines of the month name.
type InvoiceSeen struct {
	ID     string        `json:"id"`
	Lines  int64         `json:"lines"`
	Billed billing.Money `json:"billed"` // sum of its lines, with the provider's tax
}

// InvoiceExpected is a provider's invoice that is declared.
type InvoiceExpected struct {
	ID       string         `json:"id"`
	Currency money.Currency `json:"currency"`
	Total    money.Decimal  `json:"total"`
	Arrived  bool           `json:"arrived"` // lines name it
}

// Readiness counts the invoice ids of a month's lines in the lake and compares
// them with the provider invoices that are declared. It reads, and changes
// nothing.
func (p *Pipeline) Readiness(ctx context.Context, period billing.Period) (Readiness, error) {
	result := Readiness{Period: period, Payers: []PayerReadiness{}}
	c, err := p.home.Config(ctx)
	if err != nil {
		return result, err
	}
	loads, _, err := p.home.InForce(ctx, c, period)
	if err != nil {
		return result, err
	}
	states, err := p.home.Store.PeriodStates(ctx, period)
	if err != nil {
		return result, err
	}
	for _, payer := range c.Payers {
		r, err := p.readinessOf(period, payer, loads)
		if err != nil {
			return result, err
		}
		if r.Reports == 0 && month.Rests(c, payer.ID, period) {
			continue
		}
		r.State = stateOf(payer.ID, states)
		r.expect(c.ProviderInvoices, period)
		usage, err := p.usageLines(ctx, period, payer, loads)
		if err != nil {
			return result, err
		}
		r.Invoiced = usage - r.Open
		result.Payers = append(result.Payers, r)
	}
	return result, nil
}

// readinessOf judges a payer by its loads among the month's. Lines are not
// looked at: Invoiced stays 0, and nothing is expected.
func (p *Pipeline) readinessOf(period billing.Period, payer billing.Payer, loads []store.Load) (PayerReadiness, error) {
	r := PayerReadiness{
		Payer: payer.ID, Name: payer.Name, Provider: payer.Provider, State: store.PeriodOpen, Ready: true, invoiceIDs: true,
		Invoices: []InvoiceSeen{}, Expected: []InvoiceExpected{},
	}
	for _, l := range loads {
		if l.Payer != payer.ID {
			continue
		}
		if err := r.add(l); err != nil {
			return r, err
		}
		open, err := p.finality(l, payer)
		if err != nil {
			return r, err
		}
		if open != nil && open.Severity == billing.Hold {
			r.Ready = false
		}
	}
	slices.SortFunc(r.Invoices, func(a, b InvoiceSeen) int { return cmp.Compare(a.ID, b.ID) })
	over := !p.home.Now().Before(period.End())
	switch {
	case r.Reports == 0:
		r.Ready, r.Why = false, "nothing is loaded"
	case !over:
		r.Why = "the month is not over"
	case !r.Ready && r.Open == 1:
		r.Why = "1 usage line has no provider invoice id yet"
	case !r.Ready:
		r.Why = thousands(r.Open) + " usage lines have no provider invoice id yet"
	case payer.Finality == "period-end":
		r.Why = "the month is over, which is enough for this payer"
	case !r.invoiceIDs:
		r.Why = "the month is over; its export has no invoice ids that could prove it final"
	default:
		r.Why = "every usage line has a provider invoice id"
	}
	return r, nil
}

// add counts a load in.
func (r *PayerReadiness) add(l store.Load) error {
	totals, err := month.TotalsOf(l)
	if err != nil {
		return err
	}
	r.Reports++
	r.Open += totals.OpenUsage
	r.invoiceIDs = r.invoiceIDs && totals.InvoiceIDs
	if r.LastLoaded == nil || r.LastLoaded.Before(l.LoadedAt) {
		r.LastLoaded = &l.LoadedAt
	}
	for _, i := range totals.Invoices {
		if i.ID == "" {
			r.OpenLines += i.Rows
			continue
		}
		at := slices.IndexFunc(r.Invoices, func(s InvoiceSeen) bool { return s.ID == i.ID })
		if at < 0 {
			at = len(r.Invoices)
			r.Invoices = append(r.Invoices, InvoiceSeen{ID: i.ID, Billed: billing.Money{}})
		}
		r.Invoices[at].Lines += i.Rows
		r.Invoices[at].Billed.Add(i.Currency, i.Billed)
	}
	return nil
}

// expect compares what is declared of the payer's month with the ids seen.
func (r *PayerReadiness) expect(declared []billing.ProviderInvoice, period billing.Period) {
	for _, d := range declared {
		if d.Payer != r.Payer || d.Month != period {
			continue
		}
		arrived := slices.ContainsFunc(r.Invoices, func(s InvoiceSeen) bool { return s.ID == d.ID })
		r.Expected = append(r.Expected, InvoiceExpected{d.ID, d.Currency, d.Total, arrived})
	}
	slices.SortFunc(r.Expected, func(a, b InvoiceExpected) int { return cmp.Compare(a.ID, b.ID) })
}

// usageLines counts a payer's usage lines in the lake, as ingest counts the open
// ones among them: lines that repeat others are counted, too.
func (p *Pipeline) usageLines(ctx context.Context, period billing.Period, payer billing.Payer, loads []store.Load) (n int64, err error) {
	var files []string
	for _, l := range loads {
		if l.Payer != payer.ID {
			continue
		}
		if err := month.CheckLayout(l); err != nil {
			return 0, err
		}
		of, err := p.home.Lake.LineItems(period, l.Payer, l.ID)
		if err != nil {
			return 0, err
		}
		files = append(files, of...)
	}
	if len(files) == 0 {
		return 0, nil
	}
	s, err := p.home.Engine.Session(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.View(ctx, "line_items", files); err != nil {
		return 0, err
	}
	counts, err := engine.Collect(ctx, s, func(n *int64) []any { return []any{n} }, `SELECT COUNT(*) FROM line_items WHERE x_class = 'usage'`)
	if err != nil {
		return 0, fmt.Errorf("counting the usage lines of payer %s in %s: %w", payer.ID, period, err)
	}
	return counts[0], nil
}
