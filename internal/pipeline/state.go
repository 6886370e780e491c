package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/proof"
	"github.com/sluice-billing/sluice/internal/store"
)

// putLoaded records where a payer's month stands with the loads in force:
// collecting or ready (R29). Where nothing new was loaded, what was rated or
// closed stays so.
func (p *Pipeline) putLoaded(ctx context.Context, period billing.Period, payer billing.Payer, fresh bool) error {
	states, err := p.home.Store.PeriodStates(ctx, period)
	if err != nil {
		return err
	}
	before := stateOf(payer.ID, states)
	if !fresh && (before == store.PeriodRated || month.ClosedState(before)) {
		return nil
	}
	c, err := p.home.Config(ctx)
	if err != nil {
		return err
	}
	loads, _, err := p.home.InForce(ctx, c, period)
	if err != nil {
		return err
	}
	r, err := p.readinessOf(period, payer, loads)
	if err != nil {
		return err
	}
	state, why := store.PeriodReady, r.Why
	if !r.Ready {
		state = store.PeriodCollecting
	}
	if month.ClosedState(before) {
		why = "other data than it was closed with is loaded; " + why
	}
	return p.home.Store.SetPeriodState(ctx, payer.ID, period, state, why)
}

// stateOf is a payer's state among those on record, open where it has none.
func stateOf(payer string, states []store.PeriodState) string {
	for _, s := range states {
		if s.Payer == payer {
			return s.State
		}
	}
	return store.PeriodOpen
}

// putRated records the states of the payers of a month that is priced: rated,
// or collecting still while one of their reports is not final.
func (p *Pipeline) putRated(ctx context.Context, m *month.Work, held int) error {
	for _, id := range payers(m) {
		payer, err := month.PayerOf(m.Config, id)
		if err != nil {
			return err
		}
		r, err := p.readinessOf(m.Period, payer, m.Loads)
		if err != nil {
			return err
		}
		state, why := store.PeriodRated, "nothing holds the close"
		switch {
		case !r.Ready:
			state, why = store.PeriodCollecting, r.Why
		case held == 1:
			why = "1 finding holds the close"
		case held > 1:
			why = thousands(int64(held)) + " findings hold the close"
		case m.Preview:
			why = "a preview; nothing holds the close"
		}
		if err := p.home.Store.SetPeriodState(ctx, id, m.Period, state, why); err != nil {
			return err
		}
	}
	return nil
}

// payers are those that the month has loads of, sorted.
func payers(m *month.Work) []string {
	var ids []string
	for _, l := range m.Loads {
		ids = append(ids, l.Payer)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// settle records how a close ended (R29): the payers' months are closed, or
// restated, or stay rated where the certificate is no proof. A close of some
// groups closes no month.
func (p *Pipeline) settle(ctx context.Context, m *month.Work, c proof.Certificate) error {
	if m.Groups != nil {
		return p.settleGroups(ctx, m)
	}
	inputs, err := m.Inputs()
	if err != nil {
		return err
	}
	documents, err := p.home.Documents(ctx, m.Period)
	if err != nil {
		return err
	}
	var settled []store.Settled
	for _, payer := range payers(m) {
		basis := loadsOf(payer, inputs.Loads)
		s := store.Settled{Payer: payer, Basis: strings.Join(basis, "\n")}
		s.State, s.Reason = closeState(payer, basis, documents, c)
		settled = append(settled, s)
	}
	return p.home.Store.SettlePeriod(ctx, m.Period, settled)
}

// closeState is the state of a payer's month after a close from the given
// loads, and why.
func closeState(payer string, basis []string, documents []invoice.Invoice, c proof.Certificate) (state, why string) {
	for _, d := range documents {
		issued := loadsOf(payer, d.Inputs.Loads)
		if d.State == invoice.Issued && len(issued) > 0 && !slices.Equal(issued, basis) {
			return store.PeriodRestated, "the provider changed the month after documents were issued"
		}
	}
	n := len(c.Residues)
	switch {
	case n == 0 && len(documents) == 1:
		return store.PeriodClosed, "proved, 1 document"
	case n == 0:
		return store.PeriodClosed, "proved, " + thousands(int64(len(documents))) + " documents"
	case c.Against("") == 0:
		return store.PeriodClosed, "issued documents differ from what the month comes to now; correct them with credit or debit notes"
	case n == 1:
		return store.PeriodRated, "1 thing does not add up; the certificate names it"
	default:
		return store.PeriodRated, thousands(int64(n)) + " things do not add up; the certificate names them"
	}
}

// loadsOf returns those of a document's inputs that are a payer's.
func loadsOf(payer string, inputs []string) []string {
	var own []string
	for _, input := range inputs {
		if strings.HasPrefix(input, payer+" ") {
			own = append(own, input)
		}
	}
	return own
}

// settleGroups adds to the reasons for which groups the month was closed.
func (p *Pipeline) settleGroups(ctx context.Context, m *month.Work) error {
	states, err := p.home.Store.PeriodStates(ctx, m.Period)
	if err != nil {
		return err
	}
	payers := payers(m)
	for _, s := range states {
		if !slices.Contains(payers, s.Payer) {
			continue
		}
		reason := fmt.Sprintf("closed for %s alone; %s", strings.Join(m.GroupNames(), ", "), s.Reason)
		if err := p.home.Store.SetPeriodState(ctx, s.Payer, m.Period, s.State, reason); err != nil {
			return err
		}
	}
	return nil
}

// thousands writes a number of things as people read it: 1,204.
func thousands(n int64) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
