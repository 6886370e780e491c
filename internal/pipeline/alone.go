package pipeline

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

//go:embed sql/alone.sql
var aloneSQL string

// stageCertify is the stage under which the findings of a certificate are kept.
const stageCertify = "certify"

// AloneProof explains what groups pay alone (R7) from what the provider bills:
// Alone = Unblended + TakenBack − Given + Sold + Tiers + Residue. Lines of groups
// on another basis, and of nobody's group, are in Unblended and Alone alike.
type AloneProof struct {
	Payer     string         `json:"payer"`
	Currency  money.Currency `json:"currency"`
	Unblended money.Decimal  `json:"unblended"`  // of all lines in the lake
	TakenBack money.Decimal  `json:"taken_back"` // what the provider's commitments took off usage, at on-demand prices
	Given     money.Decimal  `json:"given"`      // what each group's own commitments take off, at on-demand prices
	Sold      money.Decimal  `json:"sold"`       // what is paid for that at a fixed price (R8)
	Tiers     money.Decimal  `json:"tiers"`      // what volume tiers cost each group alone, less what they cost all together
	Alone     money.Decimal  `json:"alone"`      // true-unblended cost of all charges
	Residue   money.Decimal  `json:"residue"`
}

// FeeProof is the identity of one commitment's month: what was paid for it was
// either used or not. Providers round both, so that a residue Within their
// rounding is theirs. Amounts are exact, tax out.
type FeeProof struct {
	ID       string          `json:"id"`
	Payer    string          `json:"payer"`
	Owner    string          `json:"owner"`
	Kind     commitment.Kind `json:"kind"`
	Currency money.Currency  `json:"currency"`
	Fee      money.Decimal   `json:"fee"` // recurring and the month's share of upfront; of plans, the month's commitment
	Used     money.Decimal   `json:"used"`
	Unused   money.Decimal   `json:"unused"`
	Residue  money.Decimal   `json:"residue"`
	Within   bool            `json:"within_provider_rounding"`
}

// proveCommitments shows that what groups pay alone, and what commitments cost,
// follow from the provider's lines.
func (p *Pipeline) proveCommitments(ctx context.Context, m *month, c *Certificate) error {
	if err := proveAlone(ctx, m, c); err != nil {
		return fmt.Errorf("proving what groups pay alone in %s: %w", m.period, err)
	}
	all, err := p.readCommitments(ctx, m)
	if err != nil {
		return err
	}
	spread := map[string]bool{} // payers whose fees are not of the month
	for _, l := range m.loads {
		// FOCUS spreads commitments over their whole life, not over a month.
		spread[l.Payer] = spread[l.Payer] || l.Format != "aws-cur"
	}
	for _, one := range all {
		if spread[one.Payer] || one.Fee.IsZero() && one.Upfront.IsZero() {
			continue // there is no fee to compare with
		}
		c.proveFee(one)
	}
	return nil
}

func proveAlone(ctx context.Context, m *month, c *Certificate) error {
	payers := map[string]string{}
	for _, l := range m.loads {
		payers[l.ID] = l.Payer
	}
	type row struct {
		load, currency string
		sums           [6]string
	}
	rows, err := engine.Collect(ctx, m.session, func(r *row) []any {
		return []any{&r.load, &r.currency, &r.sums[0], &r.sums[1], &r.sums[2], &r.sums[3], &r.sums[4], &r.sums[5]}
	}, aloneSQL)
	if err != nil {
		return err
	}
	type payerCurrency struct{ payer, currency string }
	at := map[payerCurrency]int{}
	var proofs []AloneProof
	for _, r := range rows {
		key := payerCurrency{payers[r.load], r.currency}
		i, known := at[key]
		if !known {
			i = len(proofs)
			at[key] = i
			proofs = append(proofs, AloneProof{Payer: key.payer, Currency: money.Currency(r.currency)})
		}
		if err := proofs[i].add(r.sums[:]); err != nil {
			return err
		}
	}
	for _, a := range proofs {
		a.Residue = a.Alone.Sub(money.Sum(a.Unblended, a.TakenBack, a.Given.Neg(), a.Sold, a.Tiers))
		if !a.Residue.IsZero() {
			c.residue("(R7) payer %s: unblended cost %s, benefit taken back %s, given %s and sold %s, and volume tiers %s do not make what groups pay alone, %s; %s %s are left",
				a.Payer, a.Unblended, a.TakenBack, a.Given, a.Sold, a.Tiers, a.Alone, a.Residue, a.Currency)
		}
		c.Alone = append(c.Alone, a)
	}
	return nil
}

// add adds a load's sums, in the order of the fields.
func (a *AloneProof) add(texts []string) error {
	numbers, err := parseSums(texts)
	if err != nil {
		return err
	}
	for i, field := range []*money.Decimal{&a.Unblended, &a.TakenBack, &a.Given, &a.Sold, &a.Tiers, &a.Alone} {
		*field = field.Add(numbers[i])
	}
	return nil
}

// proveFee compares what a commitment cost with what was used and not used of
// it. The recurring fee and the upfront fee must each come out.
func (c *Certificate) proveFee(one commitment.Commitment) {
	f := FeeProof{
		ID: one.ID, Payer: one.Payer, Owner: one.Owner, Kind: one.Kind, Currency: one.Currency,
		Fee:    one.Fee.Add(one.Upfront),
		Used:   one.Used.Recurring.Add(one.Used.Upfront),
		Unused: one.Unused.Recurring.Add(one.Unused.Upfront),
	}
	if one.Kind.Plan() {
		f.Fee = one.Reserved
	}
	recurring, upfront := one.Gaps()
	f.Residue = recurring.Add(upfront)
	rows := one.Used.Lines + one.Unused.Lines + 1 // of the fee
	f.Within = withinRounding(recurring, rows) && withinRounding(upfront, rows)
	if !f.Within {
		c.residue("(R7) %s of payer %s: its fee %s is not used %s and unused %s; %s %s are left, more than the provider's rounding explains",
			f.ID, f.Payer, f.Fee, f.Used, f.Unused, f.Residue, f.Currency)
	}
	c.Fees = append(c.Fees, f)
}

// negationFindings compares, for each savings plan, the usage it covers with
// the negations that take it back (R10): they must cancel, but for the
// provider's rounding of 10^-8 a line.
func negationFindings(ctx context.Context, m *month) ([]billing.Finding, error) {
	type row struct {
		payer, id, currency, left string
		lines                     int64
	}
	rows, err := engine.Collect(ctx, m.session, func(r *row) []any { return []any{&r.payer, &r.id, &r.currency, &r.lines, &r.left} }, `
		SELECT payer, commitment_discount_id, billing_currency, COUNT(*), CAST(SUM(billed_cost) AS VARCHAR)
		FROM line_items
		WHERE x_line_item_type IN ('SavingsPlanCoveredUsage', 'SavingsPlanNegation') AND commitment_discount_id IS NOT NULL
			AND (x_fence IS NULL OR x_fence <> 'split-cost')
		GROUP BY payer, commitment_discount_id, billing_currency
		ORDER BY payer, commitment_discount_id, billing_currency`)
	if err != nil {
		return nil, fmt.Errorf("comparing the negations of %s: %w", m.period, err)
	}
	var findings []billing.Finding
	for _, r := range rows {
		left, err := money.Parse(r.left)
		if err != nil {
			return nil, err
		}
		if negated(left, r.lines) {
			continue
		}
		findings = append(findings, billing.Finding{
			Code: "negation-mismatch", Severity: billing.Warn, Subject: r.id, Count: r.lines, Amount: left, Currency: r.currency,
			Message: fmt.Sprintf("the negations of this savings plan of payer %s do not cancel the usage it covers; the amount is what is left. Lines may be missing from the export, or come in another month: load the export again", r.payer),
		})
	}
	return findings, nil
}

// negated tells whether what covered usage and its negations leave can come
// from rounding each line at the eighth digit.
func negated(left money.Decimal, lines int64) bool {
	bound := money.MustParse("1e-8").Mul(money.FromInt(lines))
	return left.Cmp(bound) <= 0 && left.Neg().Cmp(bound) <= 0
}
