package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
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
	Payer    string    `json:"payer"`
	State    string    `json:"state"`
	Reason   string    `json:"reason,omitempty"`   // in words; empty in records of before reasons were kept
	Restated int       `json:"restated,omitempty"` // how often it was restated so far, whatever the state is now
	At       time.Time `json:"at"`                 // since when it is in the state
}

// SetPeriodState moves a payer's period to a state of R29, for a reason in
// words. Which moves make sense is the pipeline's to say; setting the present
// state again keeps its time and takes the new reason.
func (s *Store) SetPeriodState(ctx context.Context, payer string, period billing.Period, state, reason string) error {
	return s.write(ctx, fmt.Sprintf("set period %s of payer %s to %s", period, payer, state), func(tx *sql.Tx) error {
		if err := checkPeriodState(payer, period, state); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx,
			`INSERT INTO period_state (period, payer, state, since, reason) VALUES ($1, $2, $3, $4, $5)
			 ON CONFLICT (period, payer) DO UPDATE SET
			   since = CASE WHEN period_state.state = excluded.state THEN period_state.since ELSE excluded.since END,
			   state = excluded.state, reason = excluded.reason`,
			periodText(period), payer, state, timeText(now()), reason)
		return err
	})
}

// Settled is what a close makes of a payer's period.
type Settled struct {
	Payer  string
	State  string // closed, restated, or rated where it could not be closed
	Reason string // in words
	Basis  string // the data that it was made from, as a text that only equal data have
}

// SettlePeriod records how a close ended, of all payers of a period at once. A
// payer that becomes restated is counted, unless it was settled on the same data
// before. A period that was opened again is not any more.
func (s *Store) SettlePeriod(ctx context.Context, period billing.Period, payers []Settled) error {
	return s.write(ctx, fmt.Sprintf("settle period %s", period), func(tx *sql.Tx) error {
		news := false
		for _, p := range payers {
			if err := checkPeriodState(p.Payer, period, p.State); err != nil {
				return err
			}
			_, same, err := first(ctx, tx, scanOne[string],
				`SELECT payer FROM period_state WHERE period = $1 AND payer = $2 AND state = $3 AND basis = $4`, periodText(period), p.Payer, p.State, p.Basis)
			if err != nil {
				return err
			}
			news = news || !same
			if _, err := tx.ExecContext(ctx,
				`INSERT INTO period_state (period, payer, state, since, reason, basis, restated)
				 VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $3 = 'restated' THEN 1 ELSE 0 END)
				 ON CONFLICT (period, payer) DO UPDATE SET
				   since = CASE WHEN period_state.state = excluded.state THEN period_state.since ELSE excluded.since END,
				   restated = period_state.restated
				     + CASE WHEN excluded.state = 'restated' AND period_state.basis <> excluded.basis THEN 1 ELSE 0 END,
				   state = excluded.state, reason = excluded.reason, basis = excluded.basis`,
				periodText(period), p.Payer, p.State, timeText(now()), p.Reason, p.Basis); err != nil {
				return fmt.Errorf("payer %s: %w", p.Payer, err)
			}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM reopening WHERE period = $1`, periodText(period)); err != nil || !news {
			return err
		}
		return announceSettled(ctx, tx, period, payers)
	})
}

func checkPeriodState(payer string, period billing.Period, state string) error {
	if err := require("the payer", payer, "the period", periodText(period)); err != nil {
		return err
	}
	if !slices.Contains(periodStates, state) {
		return fmt.Errorf("there is no state %q; use one of %s", state, strings.Join(periodStates, ", "))
	}
	return nil
}

// Reopening says that a period may be changed again after its close, until the
// next one.
type Reopening struct {
	Reason string    `json:"reason"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// ReopenPeriod opens a period again, with an entry "period.reopen" in the audit:
// payers that are closed or restated become rated. It refuses to do so without a
// reason, and what is open again already.
func (s *Store) ReopenPeriod(ctx context.Context, period billing.Period, by, reason string) error {
	return s.write(ctx, fmt.Sprintf("open %s again", period), func(tx *sql.Tx) error {
		if err := require("the period", periodText(period), "the name of who opens it", by, "the reason", strings.TrimSpace(reason)); err != nil {
			return err
		}
		if earlier, found, err := first(ctx, tx, scanReopening, selectReopening, periodText(period)); err != nil || found {
			if found {
				err = fmt.Errorf("%s has done so already on %s: %s", earlier.By, earlier.At.Format(time.DateOnly), earlier.Reason)
			}
			return err
		}
		before, err := periodStatesOf(ctx, tx, period)
		if err != nil {
			return err
		}
		at := now()
		if _, err := tx.ExecContext(ctx, `INSERT INTO reopening (period, reason, done_by, done_at) VALUES ($1, $2, $3, $4)`,
			periodText(period), reason, by, timeText(at)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx,
			`UPDATE period_state SET state = 'rated', since = $1, reason = $2 WHERE period = $3 AND state IN ('closed', 'restated')`,
			timeText(at), fmt.Sprintf("opened again by %s: %s", by, reason), periodText(period)); err != nil {
			return err
		}
		if err := appendAudit(ctx, tx, AuditEntry{
			At: at, By: by, Action: "period.reopen", Subject: period.String(), Detail: reason, Reason: reason, Before: statesText(before), After: facts("state", PeriodRated),
		}); err != nil {
			return err
		}
		return announce(ctx, tx, OutboxEvent{Kind: "month.reopened", Subject: period.String(), Payload: facts("period", period.String(), "state", PeriodRated)})
	})
}

const selectReopening = `SELECT reason, done_by, done_at FROM reopening WHERE period = $1`

func scanReopening(r row) (o Reopening, err error) {
	err = r.Scan(&o.Reason, &o.By, text{&o.At})
	return o, err
}

// Reopened tells whether a period is open again after its close; nil where it is
// not.
func (s *Store) Reopened(ctx context.Context, period billing.Period) (*Reopening, error) {
	reopening, found, err := first(ctx, s.db, scanReopening, selectReopening, period.String())
	if err != nil {
		return nil, fmt.Errorf("read whether %s was opened again: %w", period, err)
	}
	if !found {
		return nil, nil
	}
	return &reopening, nil
}

// PeriodStates returns the state of every payer that has one in the period, by
// payer.
func (s *Store) PeriodStates(ctx context.Context, period billing.Period) ([]PeriodState, error) {
	states, err := periodStatesOf(ctx, s.db, period)
	if err != nil {
		return nil, fmt.Errorf("read the states of %s: %w", period, err)
	}
	return states, nil
}

func periodStatesOf(ctx context.Context, q querier, period billing.Period) ([]PeriodState, error) {
	states, err := list(ctx, q, scanPeriodState,
		`SELECT payer, state, reason, restated, since FROM period_state WHERE period = $1`, period.String())
	slices.SortFunc(states, func(a, b PeriodState) int { return cmp.Compare(a.Payer, b.Payer) })
	return states, err
}

// statesText is the states by payer, for the audit.
func statesText(states []PeriodState) json.RawMessage {
	var pairs []string
	for _, p := range states {
		pairs = append(pairs, p.Payer, p.State)
	}
	return facts(pairs...)
}

// announceSettled records how a close ended: the month is held where one of its
// payers could not be closed, restated where one is, else closed.
func announceSettled(ctx context.Context, tx *sql.Tx, period billing.Period, payers []Settled) error {
	states := make([]string, len(payers))
	for i, p := range payers {
		states[i] = p.State
	}
	e := OutboxEvent{Kind: "month.closed", Subject: period.String(), Payload: facts("period", period.String(), "state", PeriodClosed)}
	switch {
	case slices.Contains(states, PeriodRated):
		e.Kind, e.Payload = "month.held", facts("period", period.String(), "state", PeriodRated)
	case slices.Contains(states, PeriodRestated):
		e.Kind, e.Payload = "month.restated", facts("period", period.String(), "state", PeriodRestated)
	}
	return announce(ctx, tx, e)
}

func scanPeriodState(r row) (p PeriodState, err error) {
	err = r.Scan(&p.Payer, &p.State, &p.Reason, &p.Restated, text{&p.At})
	return p, err
}
