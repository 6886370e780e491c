// Package pipeline runs the stages in their order, for one month at a time:
// collect, ingest, assign, rate, state, draft, reconcile. It keeps what each
// stage left behind in step with the records, and refuses to go on when money
// that went into a stage did not come out of it.
package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/store"
)

// Pipeline is an installation: its records, its lake and its engine.
type Pipeline struct {
	Store  *store.Store
	Lake   lake.Lake
	Engine engine.Engine
	Locks  string           // folder of the lock files
	Now    func() time.Time // UTC
	User   string           // who is named in the audit
}

// Finding is a finding on record, with its waiver if it has one.
type Finding = store.Finding

// HeldError says what stops a close.
type HeldError struct {
	Period   billing.Period
	Findings []Finding // of severity hold, not waived
}

func (e *HeldError) Error() string {
	n := len(e.Findings)
	plural := "s hold"
	if n == 1 {
		plural = " holds"
	}
	return fmt.Sprintf("%d finding%s the close of %s; `sluice status %s` lists them. Resolve them and close again, waive them with `sluice waive`, or look ahead with --preview", n, plural, e.Period, e.Period)
}

// Config returns what is declared now.
func (p *Pipeline) Config(ctx context.Context) (billing.Config, error) {
	resources, err := p.Store.Resources(ctx)
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
func (p *Pipeline) Plan(ctx context.Context, wanted billing.Config, prune bool) ([]config.Change, error) {
	now, err := p.Config(ctx)
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
func (p *Pipeline) With(ctx context.Context, changes []config.Change) (billing.Config, error) {
	now, err := p.Config(ctx)
	if err != nil {
		return billing.Config{}, err
	}
	return config.Merge(now, changes)
}

// Apply makes the changes of Plan.
func (p *Pipeline) Apply(ctx context.Context, changes []config.Change) error {
	put, remove := resourcesOf(changes)
	return p.Store.Apply(ctx, p.User, put, remove)
}

// ApplyBecause makes the changes of Plan, and keeps with them why they are made
// though a month is closed already (R18).
func (p *Pipeline) ApplyBecause(ctx context.Context, changes []config.Change, reason string) error {
	put, remove := resourcesOf(changes)
	return p.Store.ApplyBecause(ctx, p.User, reason, put, remove)
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

// rated is what is kept of a rating besides its charges: enough to explain
// every price a year later.
type rated struct {
	Config  billing.Config `json:"config"`
	Preview bool           `json:"preview,omitempty"`
	// Groups are the billing groups that the month was closed for; none when it
	// was closed whole, or previewed.
	Groups []string `json:"groups,omitempty"`
	// BookVersions are the versions of the price books that are attached, by id.
	// Ratings of before they were kept have none.
	BookVersions map[string]int `json:"book_versions,omitempty"`
}

func (p *Pipeline) currentRating(ctx context.Context, period billing.Period) (store.Rated, rated, error) {
	r, err := p.Store.CurrentRated(ctx, period)
	if err != nil {
		return r, rated{}, err
	}
	var detail rated
	if err := json.Unmarshal(r.Detail, &detail); err != nil {
		return r, rated{}, fmt.Errorf("the record of the rating of %s: %w", period, err)
	}
	return r, detail, nil
}
