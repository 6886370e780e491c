package answer

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
)

// Commitments hands the reports on a month's commitments to ask, as the month
// was rated last. It is an error when the month is not rated yet.
func (as *Answers) Commitments(ctx context.Context, period billing.Period, ask func(*commitment.Reports) error) error {
	m, work, err := as.openRated(ctx, period)
	if err != nil {
		return err
	}
	defer m.Session.Close()
	r, err := commitment.OpenReports(ctx, m.Session, work)
	if err != nil {
		return err
	}
	return ask(r)
}

// FindCommitment returns the commitment whose id is the given one, or ends
// with it as no other does, as the newest loaded month that has one tells of
// it. It is an error when no month does, or when several ids end so.
func (as *Answers) FindCommitment(ctx context.Context, ending string) (commitment.Commitment, error) {
	unknown := fmt.Errorf("no line of a loaded month names a commitment %q; give its id, or the end of it", ending)
	if ending == "" {
		return commitment.Commitment{}, unknown
	}
	periods, err := as.home.Store.Periods(ctx)
	if err != nil {
		return commitment.Commitment{}, err
	}
	c, err := as.home.Config(ctx)
	if err != nil {
		return commitment.Commitment{}, err
	}
	for _, period := range slices.Backward(periods) {
		all, err := as.commitmentsOf(ctx, c, period)
		if err != nil {
			return commitment.Commitment{}, fmt.Errorf("the commitments of %s: %w", period, err)
		}
		found := commitment.EndingWith(all, ending)
		slices.SortFunc(found, func(a, b commitment.Commitment) int { return cmp.Compare(a.ID, b.ID) })
		// Of two payers that have lines of one, either tells its id.
		found = slices.CompactFunc(found, func(a, b commitment.Commitment) bool { return a.ID == b.ID })
		if len(found) > 1 {
			ids := make([]string, len(found))
			for i := range found {
				ids[i] = found[i].ID
			}
			return found[0], fmt.Errorf("%q names %d commitments; write more of one's id:\n%s", ending, len(ids), strings.Join(ids, "\n"))
		}
		if len(found) == 1 {
			return found[0], nil
		}
	}
	return commitment.Commitment{}, unknown
}

// commitmentsOf reads what the loads in force of a month, rated or not, tell of
// commitments.
func (as *Answers) commitmentsOf(ctx context.Context, c billing.Config, period billing.Period) ([]commitment.Commitment, error) {
	loads, _, err := as.home.InForce(ctx, c, period)
	if err != nil || len(loads) == 0 {
		return nil, err
	}
	m, err := as.home.Open(ctx, c, period)
	if err != nil {
		return nil, err
	}
	defer m.Session.Close()
	work, err := as.home.Assigned(m)
	if err != nil {
		return nil, err
	}
	if err := assign.Open(ctx, m.Session, work); err != nil {
		return nil, err
	}
	return commitment.Read(ctx, m.Session, work)
}
