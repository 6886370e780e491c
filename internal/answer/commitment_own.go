package answer

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

var (
	//go:embed sql/own_covered.sql
	ownCoveredSQL string
	//go:embed sql/own_charged.sql
	ownChargedSQL string
	//go:embed sql/own_fees.sql
	ownFeesSQL string
)

// Own is what a billing group has of a commitment, all shares together, with what
// that saves it.
type Own struct {
	commitment.Own
	// Saving is nil where it cannot be told: the group is not billed as if it were
	// alone, or the provider does not publish what something costs on demand.
	Saving *Saving
}

// Saving is what a commitment saves a billing group in a month: exact, tax out, in
// the commitment's currency. Nothing of it is a cost of the reseller's.
type Saving struct {
	OnDemand money.Decimal // what is covered, at the provider's public price
	Charged  money.Decimal // what the group is charged for that
	Fees     money.Decimal // what the group is charged for the commitment's fees, to 12 digits
}

// Saved is what the group did not pay; less than 0 where the fees are more than
// what they saved.
func (s Saving) Saved() money.Decimal { return s.OnDemand.Sub(s.Charged).Sub(s.Fees) }

// OwnCommitments returns what billing groups have of the commitments of a month, as
// it was rated last, and what that saves them. It is an error when the month is not
// rated yet.
func (as *Answers) OwnCommitments(ctx context.Context, period billing.Period, groups []string) (_ []Own, err error) {
	m, work, err := as.openRated(ctx, period)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.Session.Close()) }()
	r, err := commitment.OpenReports(ctx, m.Session, work)
	if err != nil {
		return nil, err
	}
	shares, err := r.Own(ctx, groups)
	if err != nil {
		return nil, err
	}
	all := together(shares)
	if len(all) == 0 {
		return all, nil
	}
	savings, err := savingsOf(ctx, m.Session, all)
	if err != nil {
		return nil, fmt.Errorf("reading what commitments of %s saved: %w", period, err)
	}
	for i, o := range all {
		if s := savings[ownName{o.Group, o.Commitment.ID}]; o.Alone && s != nil {
			all[i].Saving = s
		}
	}
	return all, nil
}

type ownName struct{ group, commitment string }

// together adds up the shares that a group has of one commitment.
func together(shares []commitment.Own) []Own {
	all := []Own{}
	at := map[ownName]int{}
	for _, s := range shares {
		name := ownName{s.Group, s.Commitment.ID}
		i, known := at[name]
		if !known {
			at[name] = len(all)
			all = append(all, Own{Own: s})
			continue
		}
		all[i].Own = all[i].Plus(s)
	}
	return all
}

// savingsOf works out what commitments save their groups; of what has no public
// price there is none.
func savingsOf(ctx context.Context, session engine.Session, all []Own) (map[ownName]*Saving, error) {
	savings := map[ownName]*Saving{}
	var rows [][]any
	for _, o := range all {
		savings[ownName{o.Group, o.Commitment.ID}] = &Saving{}
		rows = append(rows, []any{o.Group, o.Commitment.ID})
	}
	if err := session.Table(ctx, "own", []engine.TableColumn{{Name: "group", Type: "VARCHAR"}, {Name: "commitment", Type: "VARCHAR"}}, rows); err != nil {
		return nil, err
	}
	type row struct {
		ownName
		onDemand, charged, part, whole money.Decimal
		unpublished                    int64
	}
	charged, err := engine.Collect(ctx, session, func(r *row) []any { return []any{&r.group, &r.commitment, engine.Exact(&r.charged)} }, ownChargedSQL)
	if err != nil {
		return nil, err
	}
	for _, r := range charged {
		savings[r.ownName].Charged = r.charged
	}
	unknown := map[ownName]bool{}
	fees, err := engine.Collect(ctx, session, func(r *row) []any {
		return []any{&r.group, &r.commitment, engine.Exact(&r.part), engine.Exact(&r.whole), engine.Exact(&r.charged)}
	}, ownFeesSQL)
	if err != nil {
		return nil, err
	}
	for _, r := range fees {
		if r.whole.IsZero() { // what costs nothing says nothing of whose charge it is
			unknown[r.ownName] = unknown[r.ownName] || !r.charged.IsZero()
			continue
		}
		s := savings[r.ownName]
		s.Fees = s.Fees.Add(r.charged.Mul(r.part).Quo(r.whole, 15).Round(12, money.HalfUp))
	}
	covered, err := engine.Collect(ctx, session, func(r *row) []any { return []any{&r.group, &r.commitment, engine.Exact(&r.onDemand), &r.unpublished} }, ownCoveredSQL)
	if err != nil {
		return nil, err
	}
	for _, r := range covered {
		savings[r.ownName].OnDemand = r.onDemand
		unknown[r.ownName] = unknown[r.ownName] || r.unpublished > 0
	}
	for name, is := range unknown {
		if is {
			delete(savings, name)
		}
	}
	return savings, nil
}
