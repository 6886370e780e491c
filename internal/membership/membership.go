// Package membership brings accounts into the organizations of payers at AWS and
// follows them: it invites them, keeps what became of each invitation, gives accepted
// accounts to their billing group from the right day, notices accounts that are made,
// move, leave or are closed, and invites other organizations to have their bills paid
// by a payer. What AWS refuses becomes a sentence that says what to do.
package membership

import (
	"context"
	"time"

	"github.com/sethvargo/go-retry"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/month"
)

// Membership is the door to it. It works in the name of the installation's user, and
// is safe for use by several goroutines.
type Membership struct {
	home    *month.Installation
	reached Reached
	patient func() retry.Backoff
}

// Reached names the closed months that a configuration would price in another way
// than the one in force does (R18), the oldest first.
type Reached func(ctx context.Context, wanted billing.Config) ([]billing.Period, error)

// New returns the memberships of an installation.
func New(home *month.Installation, reached Reached) *Membership {
	return &Membership{home: home, reached: reached, patient: patience}
}

// patience is how long a fault of AWS or of the network is waited out: six tries
// more, about thirteen seconds in all.
func patience() retry.Backoff {
	return retry.WithMaxRetries(6, retry.NewExponential(200*time.Millisecond))
}

// RefusedError says which field of a wish cannot be as it was given.
type RefusedError struct {
	Field string // as in the JSON of the wish
	Why   string
}

// Error names the field, and says what is wrong with it.
func (e *RefusedError) Error() string { return e.Field + " " + e.Why }

// now is the time as the records keep it, UTC.
func (m *Membership) now() time.Time { return m.home.Now().UTC().Truncate(time.Microsecond) }
