package pipeline

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/proof"
	"github.com/sluice-billing/sluice/internal/rating"
	"github.com/sluice-billing/sluice/internal/store"
)

//go:embed sql/dispositions.sql
var dispositionsSQL string

// Reconcile proves a rated month again from the lake and the documents as they
// are now, against the provider's invoices as they are declared now.
func (p *Pipeline) Reconcile(ctx context.Context, period billing.Period) (proof.Certificate, error) {
	m, err := p.home.OpenRated(ctx, period)
	if err != nil {
		return proof.Certificate{}, err
	}
	defer m.Session.Close()
	now, err := p.home.Config(ctx)
	if err != nil {
		return proof.Certificate{}, err
	}
	m.Config.ProviderInvoices = now.ProviderInvoices
	return p.certify(ctx, m)
}

// certify makes the certificate of a month whose views are open, and keeps it.
func (p *Pipeline) certify(ctx context.Context, m *month.Work) (proof.Certificate, error) {
	c := proof.Certificate{
		Period: m.Period, Preview: m.Preview, Groups: m.GroupNames(), At: p.home.Now().UTC(), Revision: m.Revision, Config: month.Ruling(m.Config),
		Residues: []string{},
	}
	for _, l := range m.Loads {
		c.Inputs = append(c.Inputs, proof.Input{Payer: l.Payer, Report: l.Report, Version: l.Version, Format: l.Format, Load: l.ID, Rows: l.Rows, Files: l.Files})
	}
	var err error
	if c.Findings, err = p.home.Store.Findings(ctx, m.Period); err != nil {
		return c, err
	}
	charged, err := proveProvider(ctx, m, &c)
	if err != nil {
		return c, err
	}
	if err := p.proveCommitments(ctx, m, &c); err != nil {
		return c, err
	}
	if err := p.proveDocuments(ctx, m, &c, charged); err != nil {
		return c, err
	}
	if err := p.proveEntries(ctx, m, &c); err != nil {
		return c, err
	}
	if err := proveTiers(ctx, m, &c); err != nil {
		return c, err
	}
	document, err := json.Marshal(c)
	if err != nil {
		return c, err
	}
	return c, p.home.Store.PutCertificate(ctx, m.Period, m.Revision, document)
}

// invoiceKey names one invoice of the provider within the loads of a month.
type invoiceKey struct {
	load, invoice string
	currency      money.Currency
}

// proveProvider shows R32 a, b, c and f, and R7. It returns what the charges say
// is on invoices, by group.
func proveProvider(ctx context.Context, m *month.Work, c *proof.Certificate) (charged map[string]billing.Money, err error) {
	proofs, order, err := filesProof(m, c)
	if err != nil {
		return nil, err
	}
	sums, err := m.LakeSums(ctx)
	if err != nil {
		return nil, err
	}
	lakeProof(c, sums, proofs)
	proveAmortized(c, m.Loads, sums)
	charged, alone, err := chargesProof(ctx, m, c, proofs)
	if err != nil {
		return nil, err
	}
	if err := proveAlone(ctx, m, c, sums, alone); err != nil {
		return nil, fmt.Errorf("proving what groups pay alone in %s: %w", m.Period, err)
	}
	for _, key := range order {
		invoice := proofs[key]
		proveLines(c, invoice)
		c.Provider = append(c.Provider, *invoice)
	}
	for _, d := range m.Config.ProviderInvoices {
		if d.Month == m.Period {
			proveDeclared(c, d)
		}
	}
	return charged, nil
}

// proveLines compares the sums of one provider invoice's lines, before and after
// discounts in columns.
func proveLines(c *proof.Certificate, p *proof.ProviderProof) {
	name := fmt.Sprintf("provider invoice %s of payer %s", p.Invoice, p.Payer)
	if p.Invoice == "" {
		name = "lines without a provider invoice of payer " + p.Payer
	}
	charges := p.BeforeDiscounts()
	p.Residue = proof.Largest(p.Files.Sub(p.Lake), p.Lake.Sub(charges))
	if !p.Residue.IsZero() {
		c.Residue("(a) %s: files %s, lake %s, charges %s %s", name, p.Files, p.Lake, charges, p.Currency)
	}
	files, lake := p.AfterDiscounts()
	net := proof.Largest(files.Sub(lake), lake.Sub(p.Cost))
	if p.Discounted() && !net.IsZero() {
		c.Residue("(a) %s, after discounts in columns: files %s, lake %s, charges %s %s", name, files, lake, p.Cost, p.Currency)
	}
	p.Residue = proof.Largest(p.Residue, net)
	if p.LakeRows != p.Rows { // a lost line may cost nothing and still have a price
		c.Residue("(a) %s: the files have %d lines, the lake has %d", name, p.Rows, p.LakeRows)
	}
}

// proveDeclared compares a document of the provider with its lines in all
// reports of the payer, after discounts in columns: that is what the provider
// bills. The provider rounds its document; the lines are compared in its digits,
// and those are at least the currency's: 20 dollars are 20.00, which 20.01 is
// not.
func proveDeclared(c *proof.Certificate, d billing.ProviderInvoice) {
	lines, discounted := money.Zero, ""
	var parts []*proof.ProviderProof
	for i := range c.Provider {
		part := &c.Provider[i]
		if part.Payer == d.Payer && part.Invoice == d.ID && part.Currency == d.Currency {
			_, billed := part.AfterDiscounts()
			lines = lines.Add(billed)
			if part.Discounted() {
				discounted = " after discounts in columns"
			}
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		c.Residue("(a) provider invoice %s of payer %s over %s %s has no lines in the export", d.ID, d.Payer, d.Total, d.Currency)
		return
	}
	digits := max(d.Currency.Digits(), d.Total.Scale())
	diff := lines.Round(digits, money.HalfUp).Sub(d.Total)
	for _, part := range parts {
		part.Document = &d.Total
		part.Residue = proof.Largest(part.Residue, diff)
	}
	if !diff.IsZero() {
		c.Residue("(a) provider invoice %s of payer %s: its lines sum to %s%s, the provider's document says %s %s: a difference of %s",
			d.ID, d.Payer, lines, discounted, d.Total, d.Currency, diff)
	}
}

// filesProof starts with what was summed while the files were parsed.
func filesProof(m *month.Work, c *proof.Certificate) (map[invoiceKey]*proof.ProviderProof, []invoiceKey, error) {
	proofs := map[invoiceKey]*proof.ProviderProof{}
	var order []invoiceKey
	for _, l := range m.Loads {
		totals, err := month.TotalsOf(l)
		if err != nil {
			return nil, nil, err
		}
		for _, i := range totals.Invoices {
			key := invoiceKey{l.ID, i.ID, i.Currency}
			proofs[key] = &proof.ProviderProof{Payer: l.Payer, Invoice: i.ID, Currency: i.Currency, Rows: i.Rows, Files: i.Billed, FilesNet: i.Net}
			order = append(order, key)
			c.Ownership.Fenced += i.FencedRows
		}
	}
	return proofs, order, nil
}

// lakeProof adds the sums of the lake.
func lakeProof(c *proof.Certificate, sums []assign.Sum, proofs map[invoiceKey]*proof.ProviderProof) {
	for _, x := range sums {
		invoice := proofs[invoiceKey{x.Load, x.Invoice, x.Currency}]
		if invoice == nil {
			c.Residue("(a) the lake has %d lines of invoice %q in %s that the files do not have", x.Lines, x.Invoice, x.Currency)
			continue
		}
		invoice.InLake(x.Lines, x.Billed, x.Net)
		c.Ownership.Lines += x.Lines
	}
}

// proveAmortized shows R32 b of each load whose provider spreads what it bills
// for commitments over the month.
func proveAmortized(c *proof.Certificate, loads []store.Load, sums []assign.Sum) {
	for _, l := range loads {
		if ingest.SpreadsCommitments(l.Format) {
			continue
		}
		identities, lines := map[money.Currency]*proof.Amortization{}, map[money.Currency]int64{}
		for _, x := range sums {
			if x.Load != l.ID {
				continue
			}
			a := identities[x.Currency]
			if a == nil {
				a = &proof.Amortization{Payer: l.Payer, Report: l.Report, Currency: x.Currency}
				identities[x.Currency] = a
			}
			lines[x.Currency] += x.Lines
			a.Unblended, a.Amortized = a.Unblended.Add(x.Billed), a.Amortized.Add(x.Amortized)
			a.TrueUp, a.Upfront, a.Refunds = a.TrueUp.Add(x.TrueUp), a.Upfront.Add(x.Upfront), a.Refunds.Add(x.Refunds)
		}
		for _, currency := range slices.Sorted(maps.Keys(identities)) {
			a := identities[currency]
			a.Residue = a.Unblended.Sub(money.Sum(a.Amortized, a.TrueUp, a.Upfront, a.Refunds))
			a.Within = withinRounding(a.Residue, lines[currency])
			if !a.Within {
				c.Residue("(b) %s of payer %s: unblended cost %s is not amortized %s + true-up %s + upfront %s + refunds %s; %s %s are left, more than the provider's rounding explains",
					a.Report, a.Payer, a.Unblended, a.Amortized, a.TrueUp, a.Upfront, a.Refunds, a.Residue, a.Currency)
			}
			c.Amortized = append(c.Amortized, *a)
		}
	}
}

// loadCurrency names the lines of a load in one currency.
type loadCurrency struct {
	load     string
	currency money.Currency
}

// chargesProof adds what became of the money, and returns what is on invoices, by
// group, and what the charges cost their groups alone.
func chargesProof(ctx context.Context, m *month.Work, c *proof.Certificate, proofs map[invoiceKey]*proof.ProviderProof) (charged map[string]billing.Money, alone map[loadCurrency]money.Decimal, err error) {
	type row struct {
		invoiceKey
		group                        string
		place                        rating.Place
		resold                       bool
		lines                        int64
		unblended, cost, sell, alone money.Decimal
	}
	rows, err := engine.Collect(ctx, m.Session, func(r *row) []any {
		return []any{&r.load, &r.invoice, &r.currency, &r.group, &r.place, &r.resold, &r.lines,
			engine.Exact(&r.unblended), engine.Exact(&r.cost), engine.Exact(&r.sell), engine.Exact(&r.alone)}
	}, dispositionsSQL)
	if err != nil {
		return nil, nil, err
	}
	totals := map[money.Currency]*proof.Disposition{}
	charged, alone = map[string]billing.Money{}, map[loadCurrency]money.Decimal{}
	for _, r := range rows {
		c.Ownership.Charged += r.lines
		of := loadCurrency{r.load, r.currency}
		alone[of] = alone[of].Add(r.alone)
		if totals[r.currency] == nil {
			totals[r.currency] = &proof.Disposition{Currency: r.currency}
		}
		if !r.resold {
			if invoice := proofs[r.invoiceKey]; invoice != nil {
				invoice.Disposition.Place(r.group, r.place, r.unblended, r.cost, r.sell)
			}
			totals[r.currency].Place(r.group, r.place, r.unblended, r.cost, r.sell)
		}
		if r.place == rating.OnUsage || r.place == rating.OnMarketplace {
			if charged[r.group] == nil {
				charged[r.group] = billing.Money{}
			}
			charged[r.group].Add(r.currency, r.sell)
		}
	}
	if c.Ownership.Lines != c.Ownership.Charged {
		c.Residue("(c) %d lines are in the lake, %d have an owner", c.Ownership.Lines, c.Ownership.Charged)
	}
	for _, currency := range slices.Sorted(maps.Keys(totals)) {
		c.Totals = append(c.Totals, *totals[currency])
	}
	return charged, alone, nil
}

// withinRounding tells whether a residue can come from the provider rounding
// each line's amortized cost at the tenth digit and each fee at the eighth: at
// most 10^-6 × √rows. It compares squares, to stay exact.
func withinRounding(residue money.Decimal, rows int64) bool {
	bound := money.MustParse("1e-12").Mul(money.FromInt(rows))
	return residue.Mul(residue).Cmp(bound) <= 0
}
