package pipeline

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
	"github.com/sluice-billing/sluice/internal/store"
)

//go:embed sql/proof.sql
var proofSQL string

//go:embed sql/dispositions.sql
var dispositionsSQL string

// Reconcile proves a rated month again from the lake and the documents as they
// are now, against the provider's invoices as they are declared now.
func (p *Pipeline) Reconcile(ctx context.Context, period billing.Period) (Certificate, error) {
	m, err := p.openRated(ctx, period)
	if err != nil {
		return Certificate{}, err
	}
	defer m.session.Close()
	now, err := p.Config(ctx)
	if err != nil {
		return Certificate{}, err
	}
	m.config.ProviderInvoices = now.ProviderInvoices
	return p.certify(ctx, m)
}

// openRated opens a month as it was rated last: its loads, the configuration it
// was rated with, its lines and its charges; see openViews. Close its session.
func (p *Pipeline) openRated(ctx context.Context, period billing.Period) (*month, error) {
	r, detail, err := p.currentRating(ctx, period)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("%s is not rated yet; run `sluice close %s` first", period, period)
	}
	if err != nil {
		return nil, err
	}
	m, err := p.ratedMonth(ctx, r, detail)
	if err != nil {
		return nil, err
	}
	if err := p.openViews(ctx, m); err != nil {
		return nil, errors.Join(err, m.session.Close())
	}
	return m, nil
}

// ratedMonth is a month as a rating left it: its loads, the configuration it was
// rated with, and a session that has nothing open yet. Close the session.
func (p *Pipeline) ratedMonth(ctx context.Context, r store.Rated, detail rated) (m *month, err error) {
	m = &month{period: r.Period, config: detail.Config, revision: r.Revision}
	m.closing(detail)
	for _, id := range r.Loads {
		l, err := p.Store.Load(ctx, id)
		if err != nil {
			return nil, err
		}
		m.loads = append(m.loads, l)
	}
	m.session, err = p.Engine.Session(ctx)
	return m, err
}

// openViews makes what assign.Open makes, and the views charges, parts and
// hours, of a month that was rated.
func (p *Pipeline) openViews(ctx context.Context, m *month) error {
	work, err := p.assigned(m)
	if err != nil {
		return err
	}
	if err := assign.Open(ctx, m.session, work); err != nil {
		return err
	}
	return p.viewCharges(ctx, m)
}

// viewCharges makes the views charges, parts and hours of a month that was rated.
func (p *Pipeline) viewCharges(ctx context.Context, m *month) error {
	charges, err := p.Lake.Charges(m.period, m.revision, "")
	if err != nil {
		return err
	}
	if err := m.session.View(ctx, "charges", charges); err != nil {
		return err
	}
	if err := commitment.Open(ctx, m.session, p.Lake.AppliedDir(m.period, m.revision)); err != nil {
		return err
	}
	return checkRated(ctx, m.session, m.period)
}

// certify makes the certificate of a month whose views are open, and keeps it.
func (p *Pipeline) certify(ctx context.Context, m *month) (Certificate, error) {
	c := Certificate{
		Period: m.period, Preview: m.preview, Groups: m.groupNames(), At: p.Now().UTC(), Revision: m.revision, Config: ruling(m.config),
		Residues: []string{},
	}
	for _, l := range m.loads {
		c.Inputs = append(c.Inputs, Input{l.Payer, l.Report, l.Version, l.Format, l.ID, l.Rows, l.Files})
	}
	found, err := negationFindings(ctx, m)
	if err != nil {
		return c, err
	}
	if err := p.Store.ReplaceFindings(ctx, m.period, stageCertify, "", found); err != nil {
		return c, err
	}
	if c.Findings, err = p.Store.Findings(ctx, m.period); err != nil {
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
	return c, p.Store.PutCertificate(ctx, m.period, m.revision, document)
}

// residue notes something that does not add up.
func (c *Certificate) residue(format string, args ...any) {
	c.Residues = append(c.Residues, fmt.Sprintf(format, args...))
}

// invoiceKey names one invoice of the provider within the loads of a month.
type invoiceKey struct {
	load, invoice string
	currency      money.Currency
}

// proveProvider shows R32 a, b, c and f. It returns what the charges say is on
// invoices, by group.
func proveProvider(ctx context.Context, m *month, c *Certificate) (charged map[string]billing.Money, err error) {
	proofs, order, err := filesProof(m, c)
	if err != nil {
		return nil, err
	}
	if err := lakeProof(ctx, m, c, proofs); err != nil {
		return nil, err
	}
	if charged, err = chargesProof(ctx, m, c, proofs); err != nil {
		return nil, err
	}
	for _, key := range order {
		proof := proofs[key]
		c.proveLines(proof)
		c.Provider = append(c.Provider, *proof)
	}
	for _, d := range m.config.ProviderInvoices {
		if d.Month == m.period {
			c.proveDeclared(d)
		}
	}
	return charged, nil
}

// proveLines compares the sums of one provider invoice's lines, before and after
// discounts in columns.
func (c *Certificate) proveLines(p *ProviderProof) {
	name := fmt.Sprintf("provider invoice %s of payer %s", p.Invoice, p.Payer)
	if p.Invoice == "" {
		name = "lines without a provider invoice of payer " + p.Payer
	}
	charges := p.BeforeDiscounts()
	p.Residue = largest(p.Files.Sub(p.Lake), p.Lake.Sub(charges))
	if !p.Residue.IsZero() {
		c.residue("(a) %s: files %s, lake %s, charges %s %s", name, p.Files, p.Lake, charges, p.Currency)
	}
	files, lake := p.AfterDiscounts()
	net := largest(files.Sub(lake), lake.Sub(p.Cost))
	if p.Discounted() && !net.IsZero() {
		c.residue("(a) %s, after discounts in columns: files %s, lake %s, charges %s %s", name, files, lake, p.Cost, p.Currency)
	}
	p.Residue = largest(p.Residue, net)
	if p.lakeRows != p.Rows { // a lost line may cost nothing and still have a price
		c.residue("(a) %s: the files have %d lines, the lake has %d", name, p.Rows, p.lakeRows)
	}
}

// proveDeclared compares a document of the provider with its lines in all
// reports of the payer, after discounts in columns: that is what the provider
// bills. The provider rounds its document; the lines are compared in its digits,
// and those are at least the currency's: 20 dollars are 20.00, which 20.01 is
// not.
func (c *Certificate) proveDeclared(d billing.ProviderInvoice) {
	lines, discounted := money.Zero, ""
	var parts []*ProviderProof
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
		c.residue("(a) provider invoice %s of payer %s over %s %s has no lines in the export", d.ID, d.Payer, d.Total, d.Currency)
		return
	}
	digits := max(d.Currency.Digits(), d.Total.Scale())
	diff := lines.Round(digits, money.HalfUp).Sub(d.Total)
	for _, part := range parts {
		part.Document = &d.Total
		part.Residue = largest(part.Residue, diff)
	}
	if !diff.IsZero() {
		c.residue("(a) provider invoice %s of payer %s: its lines sum to %s%s, the provider's document says %s %s: a difference of %s",
			d.ID, d.Payer, lines, discounted, d.Total, d.Currency, diff)
	}
}

// filesProof starts with what was summed while the files were parsed.
func filesProof(m *month, c *Certificate) (map[invoiceKey]*ProviderProof, []invoiceKey, error) {
	proofs := map[invoiceKey]*ProviderProof{}
	var order []invoiceKey
	for _, l := range m.loads {
		totals, err := totalsOf(l)
		if err != nil {
			return nil, nil, err
		}
		for _, i := range totals.Invoices {
			key := invoiceKey{l.ID, i.ID, i.Currency}
			proofs[key] = &ProviderProof{Payer: l.Payer, Invoice: i.ID, Currency: i.Currency, Rows: i.Rows, Files: i.Billed, FilesNet: i.Net}
			order = append(order, key)
			c.Ownership.Fenced += i.FencedRows
		}
	}
	return proofs, order, nil
}

// lakeProof adds the sums of the lake, and the amortized identity.
func lakeProof(ctx context.Context, m *month, c *Certificate, proofs map[invoiceKey]*ProviderProof) error {
	rows, err := m.session.Query(ctx, proofSQL)
	if err != nil {
		return err
	}
	defer rows.Close()
	type loadCurrency struct {
		load     string
		currency money.Currency
	}
	identities, counts := map[loadCurrency]*Amortization{}, map[loadCurrency]int64{}
	for rows.Next() {
		var key invoiceKey
		var lines int64
		var sums [6]string
		if err := rows.Scan(&key.load, &key.invoice, &key.currency, &lines, &sums[0], &sums[1], &sums[2], &sums[3], &sums[4], &sums[5]); err != nil {
			return err
		}
		numbers, err := parseSums(sums[:])
		if err != nil {
			return err
		}
		proof := proofs[key]
		if proof == nil {
			c.residue("(a) the lake has %d lines of invoice %q in %s that the files do not have", lines, key.invoice, key.currency)
			continue
		}
		proof.lakeRows, proof.Lake, proof.LakeNet = lines, numbers[0], unlessEqual(numbers[5], numbers[0])
		c.Ownership.Lines += lines
		lc := loadCurrency{key.load, key.currency}
		a := identities[lc]
		if a == nil {
			a = &Amortization{Currency: key.currency}
			identities[lc] = a
		}
		counts[lc] += lines
		a.Unblended, a.Amortized = a.Unblended.Add(numbers[0]), a.Amortized.Add(numbers[1])
		a.TrueUp, a.Upfront, a.Refunds = a.TrueUp.Add(numbers[2]), a.Upfront.Add(numbers[3]), a.Refunds.Add(numbers[4])
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, l := range m.loads {
		if l.Format != "aws-cur" {
			continue // FOCUS spreads commitments over their whole life, not over a month
		}
		for lc, a := range identities {
			if lc.load != l.ID {
				continue
			}
			a.Payer, a.Report = l.Payer, l.Report
			a.Residue = a.Unblended.Sub(money.Sum(a.Amortized, a.TrueUp, a.Upfront, a.Refunds))
			a.Within = withinRounding(a.Residue, counts[lc])
			if !a.Within {
				c.residue("(b) %s of payer %s: unblended cost %s is not amortized %s + true-up %s + upfront %s + refunds %s; %s %s are left, more than the provider's rounding explains",
					a.Report, a.Payer, a.Unblended, a.Amortized, a.TrueUp, a.Upfront, a.Refunds, a.Residue, a.Currency)
			}
			c.Amortized = append(c.Amortized, *a)
		}
	}
	return nil
}

// chargesProof adds what became of the money, and returns what is on invoices, by
// group.
func chargesProof(ctx context.Context, m *month, c *Certificate, proofs map[invoiceKey]*ProviderProof) (map[string]billing.Money, error) {
	rows, err := m.session.Query(ctx, dispositionsSQL)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	totals, charged := map[money.Currency]*Disposition{}, map[string]billing.Money{}
	for rows.Next() {
		var key invoiceKey
		var group, unblended, cost, sell string
		var place rating.Place
		var resold bool
		var lines int64
		if err := rows.Scan(&key.load, &key.invoice, &key.currency, &group, &place, &resold, &lines, &unblended, &cost, &sell); err != nil {
			return nil, err
		}
		numbers, err := parseSums([]string{unblended, cost, sell})
		if err != nil {
			return nil, err
		}
		c.Ownership.Charged += lines
		if proof := proofs[key]; proof != nil && !resold {
			proof.Disposition.place(group, place, numbers[0], numbers[1], numbers[2])
		}
		if totals[key.currency] == nil {
			totals[key.currency] = &Disposition{Currency: key.currency}
		}
		if !resold {
			totals[key.currency].place(group, place, numbers[0], numbers[1], numbers[2])
		}
		if place == rating.OnUsage || place == rating.OnMarketplace {
			if charged[group] == nil {
				charged[group] = billing.Money{}
			}
			charged[group].Add(key.currency, numbers[2])
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if c.Ownership.Lines != c.Ownership.Charged {
		c.residue("(c) %d lines are in the lake, %d have an owner", c.Ownership.Lines, c.Ownership.Charged)
	}
	for _, currency := range sortedCurrencies(totals) {
		c.Totals = append(c.Totals, *totals[currency])
	}
	return charged, nil
}

func parseSums(texts []string) ([]money.Decimal, error) {
	numbers := make([]money.Decimal, len(texts))
	for i, text := range texts {
		var err error
		if numbers[i], err = money.Parse(text); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}

// largest returns the difference furthest from zero.
func largest(a, b money.Decimal) money.Decimal {
	if a.Mul(a).Cmp(b.Mul(b)) >= 0 {
		return a
	}
	return b
}
