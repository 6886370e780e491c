package trial

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/month"
)

// Reach is a closed month that a change of the configuration would alter.
type Reach struct {
	Period billing.Period `json:"period"`
	What   []string       `json:"what"` // such as "price book standard", sorted
}

// ReachedError says that changes would alter closed months and may not (R18).
type ReachedError struct{ Months []Reach } // at least one, the oldest first

// Error names the months and some of what alters them.
func (e *ReachedError) Error() string {
	const few = 4
	message := "nothing was applied, because closed months would change (R18):"
	for _, r := range e.Months {
		what := strings.Join(r.What, ", ")
		if len(r.What) > few {
			what = fmt.Sprintf("%s and %d more", strings.Join(r.What[:few], ", "), len(r.What)-few)
		}
		message += fmt.Sprintf("\n  %s: %s", r.Period, what)
	}
	return message
}

// Reached tells which closed months the wanted configuration would price in
// another way than the one in force, and by what, the oldest first (R18). It
// compares what both say of the month's days: who owns accounts, the books of
// each sale and their rules, cost bases, pools and decisions on commitments. A
// rule, claim or attachment of other days does not count, nor does an account
// that has no charges in the month. Nothing is priced: a rule that is new, but
// matches no line, counts. Exchange rates, taxes, discounts and items are frozen
// in issued documents and not looked at.
func (ts *Trials) Reached(ctx context.Context, wanted billing.Config) ([]Reach, error) {
	now, err := ts.home.Config(ctx)
	if err != nil || month.Ruling(now) == month.Ruling(wanted) {
		return nil, err
	}
	closed, err := ts.home.ClosedMonths(ctx, billing.Period{})
	if err != nil {
		return nil, err
	}
	var all []Reach
	for _, period := range closed {
		differing := func(accounts map[string]bool) []string {
			return month.Changed(now, wanted, period, accounts)
		}
		if len(differing(nil)) == 0 {
			continue
		}
		accounts, err := ts.chargedAccounts(ctx, period)
		if err != nil {
			return nil, fmt.Errorf("which accounts a change reaches in %s: %w", period, err)
		}
		if what := differing(accounts); len(what) > 0 {
			all = append(all, Reach{period, what})
		}
	}
	return all, nil
}

// chargedAccounts are the accounts that have charges in a month, whoever owns
// them.
func (ts *Trials) chargedAccounts(ctx context.Context, period billing.Period) (accounts map[string]bool, err error) {
	r, _, err := ts.home.CurrentRating(ctx, period)
	if err != nil {
		return nil, err
	}
	files, err := ts.home.Lake.Charges(period, r.Revision, "")
	if err != nil {
		return nil, err
	}
	s, err := ts.home.Engine.Session(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.View(ctx, "charges", files); err != nil {
		return nil, err
	}
	ids, err := engine.Collect(ctx, s, func(id *string) []any { return []any{id} }, "SELECT DISTINCT COALESCE(sub_account_id, '') FROM charges")
	accounts = map[string]bool{}
	for _, id := range ids {
		accounts[id] = true
	}
	return accounts, err
}
