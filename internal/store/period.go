package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// The states of a payer's period, in their order (R29).
const (
	PeriodOpen       = "open"       // nothing has been read; also a payer that has no state on record
	PeriodCollecting = "collecting" // some of the month is loaded
	PeriodReady      = "ready"      // every usage line carries the provider's invoice id
	PeriodRated      = "rated"
	PeriodClosed     = "closed"
	PeriodRestated   = "restated" // the provider changed the month after the close
)

var periodStates = []string{PeriodOpen, PeriodCollecting, PeriodReady, PeriodRated, PeriodClosed, PeriodRestated}

// PeriodState says where a payer stands in a period.
type PeriodState struct {
	Payer string    `json:"payer"`
	State string    `json:"state"`
	At    time.Time `json:"at"` // since when
}

// SetPeriodState moves a payer's period to a state of R29. Which moves make
// sense is the pipeline's to say; setting the present state again keeps its time.
func (s *Store) SetPeriodState(ctx context.Context, payer string, period billing.Period, state string) error {
	return s.write(ctx, fmt.Sprintf("set period %s of payer %s to %s", period, payer, state), func(tx *sql.Tx) error {
		if err := require("the payer", payer, "the period", periodText(period)); err != nil {
			return err
		}
		if !slices.Contains(periodStates, state) {
			return fmt.Errorf("there is no such state; use one of %s", strings.Join(periodStates, ", "))
		}
		_, err := tx.ExecContext(ctx,
			`INSERT INTO period_state (period, payer, state, since) VALUES ($1, $2, $3, $4)
			 ON CONFLICT (period, payer) DO UPDATE SET state = excluded.state, since = excluded.since
			 WHERE period_state.state <> excluded.state`,
			periodText(period), payer, state, timeText(now()))
		return err
	})
}

// PeriodStates returns the state of every payer that has one in the period, by
// payer.
func (s *Store) PeriodStates(ctx context.Context, period billing.Period) ([]PeriodState, error) {
	states, err := list(ctx, s.db, scanPeriodState,
		`SELECT payer, state, since FROM period_state WHERE period = $1`, period.String())
	if err != nil {
		return nil, fmt.Errorf("read the states of %s: %w", period, err)
	}
	slices.SortFunc(states, func(a, b PeriodState) int { return cmp.Compare(a.Payer, b.Payer) })
	return states, nil
}

func scanPeriodState(r row) (p PeriodState, err error) {
	err = r.Scan(&p.Payer, &p.State, text{&p.At})
	return p, err
}
