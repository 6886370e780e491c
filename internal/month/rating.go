package month

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/store"
)

// OpenRated opens a month as it was rated last: its loads, the configuration it
// was rated with, its lines and its charges; see openViews. Close its session.
func (home *Installation) OpenRated(ctx context.Context, period billing.Period) (*Work, error) {
	r, detail, err := home.CurrentRating(ctx, period)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("%s is not rated yet; run `sluice close %s` first", period, period)
	}
	if err != nil {
		return nil, err
	}
	m, err := home.ratedMonth(ctx, r, detail)
	if err != nil {
		return nil, err
	}
	if err := home.openViews(ctx, m); err != nil {
		return nil, errors.Join(err, m.Session.Close())
	}
	return m, nil
}

// ratedMonth is a month as a rating left it: its loads, the configuration it was
// rated with, and a session that has nothing open yet. Close the session.
func (home *Installation) ratedMonth(ctx context.Context, r store.Rated, detail Rating) (m *Work, err error) {
	m = &Work{Period: r.Period, Config: detail.Config, Revision: r.Revision}
	m.closing(detail)
	for _, id := range r.Loads {
		l, err := home.Store.Load(ctx, id)
		if err != nil {
			return nil, err
		}
		m.Loads = append(m.Loads, l)
	}
	m.Session, err = home.Engine.Session(ctx)
	return m, err
}

// openViews makes what assign.Open makes, and the views charges, parts and
// hours, of a month that was rated.
func (home *Installation) openViews(ctx context.Context, m *Work) error {
	work, err := home.Assigned(m)
	if err != nil {
		return err
	}
	if err := assign.Open(ctx, m.Session, work); err != nil {
		return err
	}
	return home.viewCharges(ctx, m)
}

// viewCharges makes the views charges, parts and hours of a month that was rated.
func (home *Installation) viewCharges(ctx context.Context, m *Work) error {
	charges, err := home.Lake.Charges(m.Period, m.Revision, "")
	if err != nil {
		return err
	}
	if err := m.Session.View(ctx, "charges", charges); err != nil {
		return err
	}
	if err := commitment.Open(ctx, m.Session, home.Lake.AppliedDir(m.Period, m.Revision)); err != nil {
		return err
	}
	return checkRated(ctx, m.Session, m.Period)
}

// OpenCharges opens a rated month as far as its documents need it: the charges in
// force, and the configuration of now. Close its session.
func (home *Installation) OpenCharges(ctx context.Context, c billing.Config, period billing.Period) (*Work, error) {
	r, detail, err := home.CurrentRating(ctx, period)
	if err != nil {
		return nil, err
	}
	m, err := home.ratedMonth(ctx, r, detail)
	if err != nil {
		return nil, err
	}
	m.Config = c
	if err := home.viewCharges(ctx, m); err != nil {
		return nil, errors.Join(err, m.Session.Close())
	}
	return m, nil
}

// Rating is what is kept of a rating besides its charges: enough to explain
// every price a year later.
type Rating struct {
	Config  billing.Config `json:"config"`
	Preview bool           `json:"preview,omitempty"`
	// Groups are the billing groups that the month was closed for; none when it
	// was closed whole, or previewed.
	Groups []string `json:"groups,omitempty"`
	// BookVersions are the versions of the price books that are attached, by id.
	// Ratings of before they were kept have none.
	BookVersions map[string]int `json:"book_versions,omitempty"`
}

// CurrentRating returns the rating in force of a month; an error that is
// store.ErrNotFound where it has none.
func (home *Installation) CurrentRating(ctx context.Context, period billing.Period) (store.Rated, Rating, error) {
	r, err := home.Store.CurrentRated(ctx, period)
	if err != nil {
		return r, Rating{}, err
	}
	var detail Rating
	if err := json.Unmarshal(r.Detail, &detail); err != nil {
		return r, Rating{}, fmt.Errorf("the record of the rating of %s: %w", period, err)
	}
	return r, detail, nil
}

// Stale tells whether a month was rated by other rules or from other loads than
// are in force.
func Stale(r store.Rated, c billing.Config, loads []store.Load) bool {
	if r.Config != Ruling(c) || len(r.Loads) != len(loads) {
		return true
	}
	for _, l := range loads {
		if !slices.Contains(r.Loads, l.ID) {
			return true
		}
	}
	return false
}
