package pipeline

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/proof"
)

// proveCommitments shows that what commitments cost follows from the provider's
// lines.
func (p *Pipeline) proveCommitments(ctx context.Context, m *month.Work, c *proof.Certificate) error {
	all, err := p.home.ReadCommitments(ctx, m)
	if err != nil {
		return err
	}
	spread := map[string]bool{} // payers whose fees are not of the month
	for _, l := range m.Loads {
		spread[l.Payer] = spread[l.Payer] || ingest.SpreadsCommitments(l.Format)
	}
	for _, one := range all {
		if spread[one.Payer] || one.Fee.IsZero() && one.Upfront.IsZero() {
			continue // there is no fee to compare with
		}
		proveFee(c, one)
	}
	return nil
}

// proveAlone shows by payer that what groups pay alone follows from what the lake
// holds and what commitments changed.
func proveAlone(ctx context.Context, m *month.Work, c *proof.Certificate, lake []assign.Sum, alone map[loadCurrency]money.Decimal) error {
	changes, err := m.CommitmentChanges(ctx)
	if err != nil {
		return err
	}
	changed := map[loadCurrency]commitment.Change{}
	for _, x := range changes {
		changed[loadCurrency{x.Load, x.Currency}] = x
	}
	billed, payers := map[loadCurrency]money.Decimal{}, map[string]string{}
	for _, x := range lake {
		of := loadCurrency{x.Load, x.Currency}
		billed[of] = billed[of].Add(x.Billed)
	}
	for _, l := range m.Loads {
		payers[l.ID] = l.Payer
	}
	type payerCurrency struct {
		payer    string
		currency money.Currency
	}
	at := map[payerCurrency]int{}
	var proofs []proof.AloneProof
	for _, of := range slices.SortedFunc(maps.Keys(billed), func(a, b loadCurrency) int {
		return cmp.Or(cmp.Compare(a.load, b.load), cmp.Compare(a.currency, b.currency))
	}) {
		key := payerCurrency{payers[of.load], of.currency}
		i, known := at[key]
		if !known {
			i = len(proofs)
			at[key] = i
			proofs = append(proofs, proof.AloneProof{Payer: key.payer, Currency: key.currency})
		}
		proofs[i].Add(billed[of], changed[of], alone[of])
	}
	for _, a := range proofs {
		a.Residue = a.Alone.Sub(money.Sum(a.Unblended, a.TakenBack, a.Given.Neg(), a.Sold, a.Tiers))
		if !a.Residue.IsZero() {
			c.Residue("(R7) payer %s: unblended cost %s, benefit taken back %s, given %s and sold %s, and volume tiers %s do not make what groups pay alone, %s; %s %s are left",
				a.Payer, a.Unblended, a.TakenBack, a.Given, a.Sold, a.Tiers, a.Alone, a.Residue, a.Currency)
		}
		c.Alone = append(c.Alone, a)
	}
	return nil
}

// proveFee compares what a commitment cost with what was used and not used of
// it. The recurring fee and the upfront fee must each come out.
func proveFee(c *proof.Certificate, one commitment.Commitment) {
	f := proof.FeeProof{
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
		c.Residue("(R7) %s of payer %s: its fee %s is not used %s and unused %s; %s %s are left, more than the provider's rounding explains",
			f.ID, f.Payer, f.Fee, f.Used, f.Unused, f.Residue, f.Currency)
	}
	c.Fees = append(c.Fees, f)
}
