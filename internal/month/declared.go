package month

import (
	"context"
	"errors"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/store"
)

// Config returns what is declared now.
func (home *Installation) Config(ctx context.Context) (billing.Config, error) {
	resources, err := home.Store.Resources(ctx)
	if err != nil {
		return billing.Config{}, err
	}
	changes := make([]config.Change, len(resources))
	for i, r := range resources {
		changes[i] = config.Change{Action: config.Add, Kind: r.Kind, ID: r.ID, After: r.Spec}
	}
	return config.Merge(billing.Config{}, changes)
}

// Plan returns what applying the configuration would change.
func (home *Installation) Plan(ctx context.Context, wanted billing.Config, prune bool) ([]config.Change, error) {
	now, err := home.Config(ctx)
	if err != nil {
		return nil, err
	}
	changes := config.Diff(now, wanted, prune)
	merged, err := config.Merge(now, changes)
	if err != nil {
		return nil, err
	}
	if problems := config.Check(merged); len(problems) > 0 {
		return nil, problems
	}
	return changes, nil
}

// With returns what is declared now with the changes of Plan, which it does not
// make.
func (home *Installation) With(ctx context.Context, changes []config.Change) (billing.Config, error) {
	now, err := home.Config(ctx)
	if err != nil {
		return billing.Config{}, err
	}
	return config.Merge(now, changes)
}

// Apply makes the changes of Plan. It is a config.ErrChanged where what they change
// is not what it was any more. In a context of store.AtRevision it is a
// store.ErrMoved where anything was declared since.
func (home *Installation) Apply(ctx context.Context, changes []config.Change) error {
	put, remove := resourcesOf(changes)
	return home.still(ctx, changes, func(ctx context.Context) error {
		return home.Store.Apply(ctx, home.User, put, remove)
	})
}

// ApplyBecause is Apply, and keeps with the changes why they are made though a month
// is closed already (R18).
func (home *Installation) ApplyBecause(ctx context.Context, changes []config.Change, reason string) error {
	put, remove := resourcesOf(changes)
	return home.still(ctx, changes, func(ctx context.Context) error {
		return home.Store.ApplyBecause(ctx, home.User, reason, put, remove)
	})
}

// still writes changes where they fit what is declared at that moment: together with
// what others have declared since Plan they must be what Check finds nothing in.
func (home *Installation) still(ctx context.Context, changes []config.Change, write func(context.Context) error) error {
	if store.HasRevision(ctx) { // nothing is declared since
		return write(ctx)
	}
	const tries = 5
	for try := 1; ; try++ {
		revision, err := home.Store.ConfigRevision(ctx)
		if err != nil {
			return err
		}
		merged, err := home.With(ctx, changes)
		if err != nil {
			return err
		}
		if problems := config.Check(merged); len(problems) > 0 {
			return problems
		}
		if err := write(store.AtRevision(ctx, revision)); !errors.Is(err, store.ErrMoved) || try == tries {
			return err
		}
	}
}

func resourcesOf(changes []config.Change) (put []store.Resource, remove []store.ResourceKey) {
	for _, c := range changes {
		if c.Action == config.Remove {
			remove = append(remove, store.ResourceKey{Kind: c.Kind, ID: c.ID})
		} else {
			put = append(put, store.Resource{Kind: c.Kind, ID: c.ID, Spec: c.After})
		}
	}
	return put, remove
}
