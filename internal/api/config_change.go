package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/trial"
)

// Sections that need permissions of their own.
const (
	priceBooks    = "price_books"
	exchangeRates = "exchange_rates"
	roles         = "roles"
)

// declaring is what shall be in force.
type declaring struct {
	wanted billing.Config
	prune  bool         // what wanted does not name is removed
	remove *OneResource // instead of what is wanted: this one is taken away
	// edit is, instead of what is wanted, what is in force as it shall be: it is asked
	// again where something else was declared meanwhile, and changes nothing of what it
	// is given.
	edit  func(now billing.Config) (billing.Config, error)
	basis *int64 // the revision that it was looked at with; nil where any will do
	dry   bool   // say what would change, and change nothing
	Forcing
}

// check refuses a force without reason, a reason without force, and a force that
// the caller may not use.
func (f Forcing) check(d *Desk) error {
	switch given := strings.TrimSpace(f.Reason) != ""; {
	case f.Force && !given:
		return invalid("body.reason", "is missing; force needs a reason")
	case given && !f.Force:
		return invalid("body.reason", "goes with force")
	case f.Force:
		return d.May(access.ForceClosed)
	}
	return nil
}

// compare says what changes in what is in force, and at which revision. What the
// caller may not see is not compared.
func (d *Desk) compare(ctx context.Context, how declaring) ([]config.Change, int64, error) {
	if len(how.wanted.PriceBooks) > 0 {
		if err := d.May(access.ReadPrices); err != nil {
			return nil, 0, err
		}
	}
	revision, err := d.Store.ConfigRevision(ctx)
	if err != nil {
		return nil, 0, err
	}
	if gone := how.remove; gone != nil {
		now, err := d.Config(ctx)
		if err != nil {
			return nil, 0, err
		}
		there := false
		if how.wanted, there = config.Without(now, gone.Kind, gone.ID); !there {
			return nil, 0, notDeclared(*gone)
		}
	}
	if how.edit != nil {
		now, err := d.Config(ctx)
		if err != nil {
			return nil, 0, err
		}
		if how.wanted, err = how.edit(now); err != nil {
			return nil, 0, err
		}
	}
	changes, err := d.Plan(ctx, how.wanted, how.prune || how.remove != nil || how.edit != nil)
	if err != nil {
		return nil, 0, err
	}
	if slices.ContainsFunc(changes, func(c config.Change) bool { return c.Kind == priceBooks }) {
		err = d.May(access.ReadPrices)
	}
	return append([]config.Change{}, changes...), revision, err
}

// declare puts something in force, and returns what it changed. Everything is
// decided at one revision: where something else is declared meanwhile, it is decided
// anew, or refused where the caller wants another basis.
func (d *Desk) declare(ctx context.Context, how declaring) ([]config.Change, error) {
	if err := how.check(d); err != nil {
		return nil, err
	}
	const tries = 5
	for try := 1; ; try++ {
		changes, revision, err := d.compare(ctx, how)
		if err != nil {
			return nil, err
		}
		if how.basis != nil && *how.basis != revision {
			return nil, store.ErrMoved
		}
		if err := d.mayChange(changes); err != nil || how.dry {
			return changes, err
		}
		err = d.put(store.AtRevision(ctx, revision), changes, how.Forcing)
		if !errors.Is(err, store.ErrMoved) || how.basis != nil || try == tries {
			return changes, err
		}
	}
}

// put makes changes, which need force where they alter closed months.
func (d *Desk) put(ctx context.Context, changes []config.Change, f Forcing) error {
	if f.Force {
		return d.ApplyBecause(ctx, changes, strings.TrimSpace(f.Reason))
	}
	reached, err := d.reached(ctx, changes)
	if err != nil {
		return err
	}
	if len(reached) > 0 {
		return &trial.ReachedError{Months: reached}
	}
	return d.Apply(ctx, changes)
}

// reached are the closed months that changes alter (R18).
func (d *Desk) reached(ctx context.Context, changes []config.Change) ([]trial.Reach, error) {
	if len(changes) == 0 {
		return nil, nil
	}
	wanted, err := d.With(ctx, changes)
	if err != nil {
		return nil, err
	}
	return d.Trials.Reached(ctx, wanted)
}

// mayDeclare is an error where the caller may declare nothing at all.
func (d *Desk) mayDeclare() error {
	if d.May(access.WritePrices) == nil || d.May(access.WriteRates) == nil {
		return nil
	}
	return d.May(access.WriteConfig)
}

// mayChange is an error where the caller may not make one of the changes.
func (d *Desk) mayChange(changes []config.Change) error {
	for _, c := range changes {
		var err error
		switch c.Kind {
		case priceBooks:
			err = d.May(access.WritePrices)
		case exchangeRates:
			if d.May(access.WriteConfig) != nil {
				err = d.May(access.WriteRates)
			}
		case roles:
			err = d.mayDefine(c)
		default:
			err = d.May(access.WriteConfig)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mayDefine is an error where the caller may not define a role so: nobody gives what
// they do not have.
func (d *Desk) mayDefine(c config.Change) error {
	if err := d.May(access.WriteUsers); err != nil || c.Action == config.Remove {
		return err
	}
	var declared billing.Role
	if err := json.Unmarshal(c.After, &declared); err != nil {
		return err
	}
	for _, p := range declared.Permissions {
		if err := d.May(access.Permission(p)); err != nil {
			return err
		}
	}
	return nil
}

// DeclaredChange is one declared thing as it shall be.
type DeclaredChange struct {
	Kind  string          `json:"kind" maxLength:"50" doc:"A section of the configuration, such as billing_groups"`
	ID    string          `json:"id" maxLength:"1000" doc:"What tells it from others of its section, as in the path of a declared thing"`
	Value json.RawMessage `json:"value,omitempty" doc:"The thing whole, as in the configuration; null, or nothing, takes it away"`
}

// laid is what is declared with changes laid over it, which need not fit together.
// What is wrong with one of them is said at its place in the body.
func (d *Desk) laid(changes []DeclaredChange) (billing.Config, error) {
	c := d.Declared
	for i, x := range changes {
		at := fmt.Sprintf("body.changes[%d]", i)
		if !slices.Contains(config.Kinds(), x.Kind) {
			return c, invalid(at+".kind", "%s", config.UnknownKind(x.Kind))
		}
		if x.Kind == priceBooks {
			if err := d.May(access.ReadPrices); err != nil {
				return c, err
			}
		}
		laid, err := config.Lay(c, x.Kind, x.ID, x.Value)
		if err != nil {
			return c, invalid(at+".value", "%s", err)
		}
		c = laid
	}
	return c, nil
}
