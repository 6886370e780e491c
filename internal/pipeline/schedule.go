package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

// What becomes of a time at which a schedule is due. A month that is not ready,
// and one that failed, stay due and are tried again by the next run.
const (
	RunClosed    = "closed"
	RunPreviewed = "previewed"
	RunUnproved  = "not-proved" // drafted, but the certificate has a residue
	RunHeld      = "held"       // findings hold the close; a person must look
	RunNotReady  = "not-ready"
	RunFailed    = "failed"
	RunNothing   = "nothing-to-do" // the month is closed already
	RunDry       = "dry-run"       // the schedule only says what it would do
)

// ScheduleRun is one try of a schedule.
type ScheduleRun = store.ScheduleRun

// PlannedRun is when a schedule is due next, and what became of it last.
type PlannedRun struct {
	Schedule billing.Schedule `json:"schedule"`
	Next     time.Time        `json:"next"`   // UTC
	Period   billing.Period   `json:"period"` // the month that it closes then
	Pending  []time.Time      `json:"pending"`
	Last     *ScheduleRun     `json:"last,omitempty"`
}

// Schedules returns the declared schedules with their next run after now, and
// what is due and has not been done.
func (p *Pipeline) Schedules(ctx context.Context) ([]PlannedRun, error) {
	c, err := p.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	planned := []PlannedRun{}
	for _, s := range c.Schedules {
		runs, err := p.home.Store.ScheduleRuns(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		due, err := dueTimes(s, runs, p.home.Now())
		if err != nil {
			return nil, err
		}
		next, err := dueIn(s, billing.PeriodOf(p.home.Now()))
		if err == nil && !next.After(p.home.Now()) {
			next, err = dueIn(s, billing.PeriodOf(p.home.Now()).Next())
		}
		if err != nil {
			return nil, err
		}
		run := PlannedRun{Schedule: s, Next: next, Period: targetOf(s, next), Pending: due}
		if run.Pending == nil {
			run.Pending = []time.Time{}
		}
		if n := len(runs); n > 0 {
			run.Last = &runs[n-1]
		}
		planned = append(planned, run)
	}
	return planned, nil
}

// RunSchedules does what is due, the oldest first: all that came due since the
// last run, and what was not ready then or failed. A schedule that has never run
// begins with the time that came due last. A due time that is done is kept in
// the records and never done again. The runs are returned also where some
// failed; the error is theirs, a *HeldError where findings hold one.
//
// With dry it only says what it would do with the month as it is loaded, and
// changes nothing, not even the records of what ran.
func (p *Pipeline) RunSchedules(ctx context.Context, dry bool) ([]ScheduleRun, error) {
	if !dry {
		locked, unlock, err := p.home.LockSchedules(ctx)
		if err != nil {
			return nil, err
		}
		defer unlock()
		ctx = locked
	}
	c, err := p.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	ran, failures := []ScheduleRun{}, []error{}
	for _, s := range c.Schedules {
		runs, err := p.home.Store.ScheduleRuns(ctx, s.ID)
		if err != nil {
			return ran, err
		}
		due, err := dueTimes(s, runs, p.home.Now())
		if err != nil {
			return ran, err
		}
		for _, at := range due {
			run := ScheduleRun{Schedule: s.ID, Due: at, Period: targetOf(s, at), At: p.home.Now().UTC(), By: p.home.User}
			err := p.runSchedule(ctx, c, s, dry, &run)
			if ctx.Err() != nil {
				return ran, ctx.Err()
			}
			if err != nil {
				failures = append(failures, fmt.Errorf("schedule %s: %w", s.ID, err))
			}
			if !dry {
				if err := p.home.Store.PutScheduleRun(ctx, run); err != nil {
					return ran, err
				}
			}
			ran = append(ran, run)
		}
	}
	slices.SortStableFunc(ran, func(a, b ScheduleRun) int { return a.Due.Compare(b.Due) })
	return ran, errors.Join(failures...)
}

// runSchedule does what one due time asks for, and writes into run what became
// of it. The error is what the program ends with.
func (p *Pipeline) runSchedule(ctx context.Context, c billing.Config, s billing.Schedule, dry bool, run *ScheduleRun) error {
	end := func(outcome string, finished bool, message string) {
		run.Outcome, run.Finished, run.Message = outcome, finished, message
	}
	closed, err := p.isClosedFor(ctx, c, s, run.Period)
	if err != nil {
		end(RunFailed, false, err.Error())
		return err
	}
	if closed {
		end(RunNothing, true, fmt.Sprintf("%s is closed already", run.Period))
		return nil
	}
	if !dry && !s.DryRun {
		if _, err := p.Ingest(ctx, run.Period, ""); err != nil {
			end(RunFailed, false, err.Error())
			return err
		}
	}
	waiting, err := p.waitingFor(ctx, c, s, run.Period)
	switch {
	case err != nil:
		end(RunFailed, false, err.Error())
		return err
	case dry || s.DryRun:
		end(RunDry, s.DryRun, wouldDo(s, run.Period, waiting))
		return nil
	case len(waiting) > 0 && !s.Preview:
		end(RunNotReady, false, strings.Join(waiting, "; "))
		return nil
	}
	certificate, err := p.Close(ctx, run.Period, s.Preview)
	var held *HeldError
	switch {
	case errors.As(err, &held):
		end(RunHeld, true, err.Error())
		return err
	case err != nil:
		end(RunFailed, false, err.Error())
		return err
	case s.Preview:
		end(RunPreviewed, true, fmt.Sprintf("%s is previewed", run.Period))
	case certificate.Proved():
		end(RunClosed, true, fmt.Sprintf("%s is closed and proved", run.Period))
	default:
		err = fmt.Errorf("%s does not add up; `sluice reconcile %s` says where", run.Period, run.Period)
		end(RunUnproved, true, err.Error())
	}
	return err
}

func wouldDo(s billing.Schedule, period billing.Period, waiting []string) string {
	switch {
	case s.Preview:
		return fmt.Sprintf("would load what is new of %s and preview it", period)
	case len(waiting) > 0:
		return fmt.Sprintf("would load what is new of %s; as it is loaded now it is not ready: %s", period, strings.Join(waiting, "; "))
	default:
		return fmt.Sprintf("would load what is new of %s and close it", period)
	}
}

// payersOf are the payers that a schedule waits for.
func payersOf(c billing.Config, s billing.Schedule) []billing.Payer {
	var payers []billing.Payer
	for _, payer := range c.Payers {
		if s.Provider == "" || payer.Provider == s.Provider {
			payers = append(payers, payer)
		}
	}
	return payers
}

// isClosedFor tells whether all payers of a schedule are closed in a month.
func (p *Pipeline) isClosedFor(ctx context.Context, c billing.Config, s billing.Schedule, period billing.Period) (bool, error) {
	states, err := p.home.Store.PeriodStates(ctx, period)
	if err != nil {
		return false, err
	}
	payers := payersOf(c, s)
	for _, payer := range payers {
		state := stateOf(payer.ID, states)
		if state == store.PeriodOpen && month.Rests(c, payer.ID, period) {
			continue // nothing comes of it in this month
		}
		if !month.ClosedState(state) {
			return false, nil
		}
	}
	return len(payers) > 0, nil
}

// waitingFor says of the payers of a schedule which are not ready, and why.
func (p *Pipeline) waitingFor(ctx context.Context, c billing.Config, s billing.Schedule, period billing.Period) ([]string, error) {
	loads, _, err := p.home.InForce(ctx, c, period)
	if err != nil {
		return nil, err
	}
	payers := payersOf(c, s)
	if len(payers) == 0 {
		return []string{fmt.Sprintf("no payer of provider %q is declared", s.Provider)}, nil
	}
	var waiting []string
	for _, payer := range payers {
		r, err := p.readinessOf(period, payer, loads)
		if err != nil {
			return nil, err
		}
		if !r.Ready && (r.Reports > 0 || !month.Rests(c, payer.ID, period)) {
			waiting = append(waiting, fmt.Sprintf("payer %s: %s", payer.ID, r.Why))
		}
	}
	return waiting, nil
}

// targetOf is the month that a schedule closes when it is due at a time.
func targetOf(s billing.Schedule, due time.Time) billing.Period {
	if s.Target == "current" {
		return billing.PeriodOf(due)
	}
	return billing.PeriodOf(due).Previous()
}

// dueIn is the time at which a schedule is due in a month: on its day, or the
// last one where the month is shorter.
func dueIn(s billing.Schedule, period billing.Period) (time.Time, error) {
	at, err := time.Parse("15:04", s.At)
	if err != nil {
		return time.Time{}, fmt.Errorf("schedule %s: %q is not a time of day such as 06:00", s.ID, s.At)
	}
	day := min(period.FirstDay()+billing.Day(s.Day-1), period.LastDay())
	return day.Time().Add(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute), nil
}

// dueTimes returns the times up to now at which a schedule has something to do,
// the oldest first: those that are not finished, and all after the last one on
// record. Where there is none, it is the last one that has come.
func dueTimes(s billing.Schedule, runs []ScheduleRun, now time.Time) ([]time.Time, error) {
	var due []time.Time
	for _, r := range runs {
		if !r.Finished && !r.Due.After(now) {
			due = append(due, r.Due)
		}
	}
	month := billing.PeriodOf(now).Previous()
	if n := len(runs); n > 0 {
		month = billing.PeriodOf(runs[n-1].Due)
	}
	var fresh []time.Time
	for ; !billing.PeriodOf(now).Before(month); month = month.Next() {
		at, err := dueIn(s, month)
		if err != nil {
			return nil, err
		}
		if !at.After(now) && (len(runs) == 0 || at.After(runs[len(runs)-1].Due)) {
			fresh = append(fresh, at)
		}
	}
	if n := len(fresh); len(runs) == 0 && n > 1 {
		fresh = fresh[n-1:]
	}
	return append(due, fresh...), nil
}
